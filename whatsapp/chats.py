"""What staff did with a chat."""

from __future__ import annotations

from whatsapp.models import Chat


def mark_read(chat: Chat) -> None:
    """Somebody at the desk read the chat; what came in since it was fetched stays unread."""
    Chat.objects.filter(pk=chat.pk, unread_count=chat.unread_count).update(unread_count=0)
