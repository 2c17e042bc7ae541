"""Two chats turn out to be with one person (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.db.models.functions import Greatest, Least

from customers.telling import JOINED
from whatsapp.models import Chat, ChatImport, Message


def on_customer_event(*, event: str, **data: Any) -> None:
    """Make one chat of those of two identities that are joined, in the caller's transaction.

    What belonged to the chat that goes must be moved by the handlers before this one.
    """
    if event != JOINED:
        return
    kept, gone = data["kept"].pk, data["gone"].pk
    # The full lock waits for messages that are just being stored in either of them.
    rows = Chat.objects.select_for_update(of=("self",)).filter(identity__in=(kept, gone))
    chats = {chat.identity_id: chat for chat in rows.order_by("pk")}
    if gone not in chats:
        return
    if kept in chats:
        _pour(chats[gone], chats[kept])
    else:
        Chat.objects.filter(pk=chats[gone].pk).update(identity=kept)


def _pour(source: Chat, target: Chat) -> None:
    """Move all that is in one chat into the other and delete the empty one."""
    Message.objects.filter(chat=source).update(chat=target)
    ChatImport.objects.filter(chat=source).update(chat=target)
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Chat))
    log.filter(object_id=str(source.pk)).update(object_id=str(target.pk))
    Chat.objects.filter(pk=target.pk).update(
        # PostgreSQL's GREATEST and LEAST skip NULL.
        last_inbound_at=Greatest("last_inbound_at", source.last_inbound_at),
        last_message_at=Greatest("last_message_at", source.last_message_at),
        next_send_at=Greatest("next_send_at", source.next_send_at),
        unread_count=F("unread_count") + source.unread_count,
        read_position=Least("read_position", source.read_position),
        settled_position=Least("settled_position", source.settled_position),
        assigned_to=target.assigned_to_id or source.assigned_to_id,
    )
    source.delete()
