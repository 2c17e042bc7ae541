"""Chats of a person who is forgotten (settings.CUSTOMER_EVENT_HANDLERS): all of them go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from customers.marks import Marks
from customers.models import WhatsAppIdentity
from customers.telling import ERASED
from whatsapp.models import Chat, ChatImport, InboundEvent, Media, Message, OrderNotice

# No index could find a number inside what came in raw; a person is forgotten seldom.
_EVENTS_NAMING = """
DELETE FROM whatsapp_inboundevent AS event
WHERE EXISTS (SELECT FROM unnest(%s::bytea[]) AS mark WHERE position(mark IN event.raw) > 0)
    AND NOT EXISTS (SELECT FROM whatsapp_message WHERE event_id = event.id)
"""
_UNLOCK = "UPDATE procrastinate_jobs SET lock = NULL WHERE lock = ANY(%s) AND status = 'failed'"


def on_customer_event(*, event: str, **data: Any) -> None:
    """Delete messages, media, notices, chats, identities and every raw event that names them."""
    if event != ERASED:
        return
    identities = WhatsAppIdentity.objects.filter(customer=data["customer"])
    chats = list(Chat.objects.filter(identity__in=identities).values_list("pk", flat=True))
    _forget_messages(chats, data["files"])
    OrderNotice.objects.filter(order__customer=data["customer"]).delete()
    ChatImport.objects.filter(chat__in=chats).delete()
    Chat.objects.filter(pk__in=chats).delete()
    ids = list(identities.values_list("pk", flat=True))
    identities.delete()
    WhatsAppIdentity.history.filter(id__in=ids).delete()
    _forget_raw(data["marks"])


def _forget_messages(chats: Iterable[int], files: list[str]) -> None:
    messages = Message.objects.filter(chat__in=chats)
    media = Media.objects.filter(message__in=messages)
    files += media.exclude(file="").values_list("file", flat=True)
    media.delete()
    OrderNotice.objects.filter(message__in=messages).delete()
    messages.update(answers=None)
    events = list(messages.exclude(event=None).values_list("event", flat=True))
    messages.delete()
    InboundEvent.objects.filter(pk__in=events).delete()


def _forget_raw(marks: Marks) -> None:
    raw = [mark.encode() for mark in (*marks.digits, *marks.bsuids)]
    locks = [f"sender-{mark}" for mark in (*marks.numbers, *marks.digits, *marks.bsuids)]
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS_NAMING, [raw])
        cursor.execute(_UNLOCK, [locks])
