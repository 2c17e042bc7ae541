"""What staff do with a chat: find it, read it, answer in it."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.models import User
from customers.phones import normalise_phone
from whatsapp.errors import WindowClosed
from whatsapp.models import Chat, Message
from whatsapp.outbox import queue_text
from whatsapp.window import CLOSED, may_write


def mark_read(chat: Chat) -> None:
    """Somebody at the desk read the chat; what came in since it was fetched stays unread."""
    Chat.objects.filter(pk=chat.pk, unread_count=chat.unread_count).update(unread_count=0)


def find_chats(chats: QuerySet[Chat], text: str) -> QuerySet[Chat]:
    """The chats with this phone number, or with a customer of such a name."""
    wanted = Q(identity__customer__name__icontains=text)
    if phone := normalise_phone(text):
        wanted |= Q(identity__phone=phone)
    return chats.filter(wanted)


@transaction.atomic
def answer(chat: Chat, text: str, *, key: str = "", by: User | None) -> tuple[Message, bool]:
    """Queue what staff wrote; the message, and whether it is new.

    The same ``key`` in the same chat is the same message: a second click sends nothing.
    Raises WindowClosed for a new one.
    """
    purpose = f"staff:{chat.pk}:{key or uuid4().hex}"
    if known := Message.objects.filter(purpose=purpose).first():
        return known, False
    if not may_write(chat, timezone.now()):
        raise WindowClosed(CLOSED)
    return queue_text(chat, text, purpose=purpose, by=by), True
