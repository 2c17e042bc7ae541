"""The demo's chats: texts that come in by the webhook's own rule and are read by the worker's."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.utils import timezone

from config.demo.data import load
from config.demo.month import date_back
from customers.errors import DeskError
from customers.models import Customer, User
from customers.phones import phone_digits
from drafts.analysing import run_analysis
from drafts.conversion import convert_draft
from drafts.models import Analysis, DraftStatus, OrderDraft
from drafts.replying import send_due_reply
from orders.lifecycle import move_order
from orders.models import OrderStatus
from whatsapp import inbound, outbox
from whatsapp.models import Chat, InboundEvent, Message, MessageStatus
from whatsapp.simulator import text_event

_WAY = (OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)


def talk(*, by: User) -> int:
    """Play every chat of chats.toml; how many drafts wait to be reviewed afterwards."""
    for row in load("chats")["chat"]:
        _play(row, by=by)
    return OrderDraft.objects.filter(status=DraftStatus.OPEN).count()


def _play(row: dict[str, Any], *, by: User) -> None:
    moment = timezone.now() - dt.timedelta(**row["ago"])
    for number, line in enumerate(row["lines"]):
        _hear(row, line, moment + dt.timedelta(seconds=20 * number))
    chat = Chat.objects.filter(identity__phone=row["phone"]).first()
    if chat is None:  # ALLOWED_PHONE_NUMBERS leaves this one out
        return
    _reply(chat, moment + dt.timedelta(minutes=2))
    if row.get("converted"):
        _convert(chat, moment + dt.timedelta(minutes=25), by=by)
    for number, answer in enumerate(row.get("answers", [])):
        _answer(chat, answer, f"demo:{chat.pk}:{number}", moment + dt.timedelta(hours=1), by=by)
    if not row.get("open"):
        Chat.objects.filter(pk=chat.pk).update(unread_count=0)


def _hear(row: dict[str, Any], line: str, moment: dt.datetime) -> None:
    """A text as Gupshup posts it, processed and read at once instead of by the worker."""
    event = text_event(line, digits=phone_digits(row["phone"]) or "")
    event["timestamp"] = int(moment.timestamp() * 1000)
    key = hashlib.sha256(f"{row['phone']} {line}".encode()).hexdigest()[:24]
    event["payload"]["id"] = f"wamid.demo.{key}"
    event["payload"]["sender"]["name"] = _name(row)
    inbound.receive(json.dumps(event).encode())
    stored = InboundEvent.objects.filter(key__contains=key).first()
    if stored is None:
        return
    inbound.process_event(stored.pk)
    for analysis in Analysis.objects.filter(message__event=stored):
        run_analysis(analysis.pk)


def _name(row: dict[str, Any]) -> str:
    customer = Customer.objects.filter(phone=row["phone"]).first()
    return customer.name if customer else row["name"]


def _reply(chat: Chat, moment: dt.datetime) -> None:
    """Let the quiet window end now and hand the reply over as if it had been sent then."""
    waiting = OrderDraft.objects.filter(chat=chat, reply_due_at__isnull=False)
    waiting.update(reply_due_at=timezone.now())
    for draft in OrderDraft.objects.filter(chat=chat):
        send_due_reply(draft.pk)
        OrderDraft.objects.filter(pk=draft.pk).update(created_at=moment, updated_at=moment)
    _date_sent(Message.objects.filter(chat=chat, status=MessageStatus.QUEUED), moment)


def _answer(chat: Chat, text: str, purpose: str, moment: dt.datetime, *, by: User) -> None:
    message = outbox.queue_text(chat, text, purpose=purpose, by=by)
    _date_sent(Message.objects.filter(pk=message.pk), moment)


def _date_sent(messages: Any, moment: dt.datetime) -> None:
    """Mark messages of the past as read: no gateway is asked, so that no real phone rings."""
    messages.update(
        status=MessageStatus.READ,
        happened_at=moment,
        sent_at=moment,
        next_attempt_at=None,
    )


def _convert(chat: Chat, moment: dt.datetime, *, by: User) -> None:
    """Convert the chat's draft and deliver its orders; a draft with doubts stays to be reviewed."""
    for draft in OrderDraft.objects.filter(chat=chat, status=DraftStatus.OPEN):
        try:
            orders = convert_draft(draft, by=by)
            for order in orders:
                for status in _WAY:
                    move_order(order, status, by=by)
                date_back(order, moment)
        except DeskError:
            continue
