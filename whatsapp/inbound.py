"""From a webhook body to stored events, and from an event to a chat's message."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext

from customers.due import GRACE, Retries, lease, put_off
from customers.identities import identify_sender
from customers.models import User
from whatsapp import payloads, queueing, senders, values
from whatsapp.answering_taps import act_on_tap
from whatsapp.consenting import act_on_word, must_be_honoured, take_preferences, take_refusal
from whatsapp.errors import NotFailed, ReceiptTooEarly
from whatsapp.linking import link_answer, link_late
from whatsapp.logbook import log_by_hand
from whatsapp.media import expect_media
from whatsapp.models import Chat, Direction, EventStatus, InboundEvent, Message, MessageStatus
from whatsapp.payloads_other import asks_nothing
from whatsapp.receipts import apply_receipt
from whatsapp.telling import tell_handlers
from whatsapp.templates import take_template_event

logger = logging.getLogger(__name__)

RETRIES = Retries(most=8, first=timedelta(seconds=5))
# A phone's clock may run ahead a little; a message from further in the future came now.
CLOCK_SKEW = timedelta(minutes=5)
REACTION = "reaction"


def receive(body: bytes) -> None:
    """Store each event of a webhook body once, raw, with its job; the caller acknowledges.

    One short transaction. A second delivery of the same event, also at the same
    moment, changes nothing. Raises NotAnEvent.
    """
    events = payloads.split(body)
    with transaction.atomic():
        for event in events:
            if _is_for_us(event):
                _store(event)
            else:
                senders.count_ignored()


def _is_for_us(event: payloads.Event) -> bool:
    """Not a message of somebody who may not write, unless it is a known customer's STOP."""
    if not event.is_message or senders.is_allowed(event.phone, event.bsuid):
        return True
    return must_be_honoured(event)


def _store(event: payloads.Event) -> None:
    due = timezone.now() + GRACE
    try:
        with transaction.atomic():
            row = InboundEvent.objects.create(key=event.key, raw=event.raw, next_attempt_at=due)
    except IntegrityError:
        if not InboundEvent.objects.filter(key=event.key).exists():
            raise
        return
    defer_processing(row, event)


def defer_processing(row: InboundEvent, event: payloads.Event | None = None) -> None:
    """Queue an event, a sender's messages in the order in which they came.

    The lock is the sender's: the chat isn't known before its first message.
    """
    event = event or payloads.split(bytes(row.raw))[0]
    sender = event.phone or event.bsuid
    lock = f"sender-{sender}" if event.is_message and sender else None
    queueing.defer_job(queueing.PROCESS_EVENT, lock=lock, event_id=row.pk)


def process_event(event_id: int) -> None:
    """Turn a received event into what it means; safe to run twice and at once.

    1. Claim it with a lease, committed, so that an event that kills workers is counted.
    2. In one transaction lock the row, make identity, chat and message (or settle
       the message of ours that a receipt is about), tell MESSAGE_EVENT_HANDLERS,
       and close the event: processed, or kept where it isn't understood.
    3. On any fault try again later, at last mark it failed for people to see.
    """
    waiting = InboundEvent.objects.filter(pk=event_id, status=EventStatus.RECEIVED)
    if not lease(waiting):
        return
    try:
        with transaction.atomic():
            _work_off(waiting)
    except ReceiptTooEarly as error:  # no fault: it waits for the message it is about
        _put_off(waiting, error)
    except Exception as error:  # whatever one event holds must not stop the others
        logger.exception("Inbound event %s could not be processed", event_id)
        _put_off(waiting, error)


def _work_off(waiting: QuerySet[InboundEvent]) -> None:
    event = waiting.select_for_update().first()
    if event is None:  # another worker had it while we waited for the row
        return
    event.status = EventStatus.PROCESSED if _take_in(event) else EventStatus.KEPT
    event.processed_at = timezone.now()
    event.next_attempt_at = None
    event.save(update_fields=["status", "processed_at", "next_attempt_at"])


def _take_in(event: InboundEvent) -> bool:
    """Do what the event says; False where the desk doesn't understand it."""
    read = payloads.read(bytes(event.raw))
    if isinstance(read, payloads.CustomerMessage):
        message = _store_message(read, event)
        if read.content.media is not None:
            expect_media(message, read.content.media)  # handlers are told once it is here
        else:
            act_on_word(message)
            act_on_tap(message)
            tell_handlers(message)
        return True
    if isinstance(read, payloads.Receipt):
        is_ours = apply_receipt(read)
        if is_ours:
            take_refusal(read)
        return is_ours
    body = payloads.split(bytes(event.raw))[0].body
    return take_preferences(body) or take_template_event(body) or asks_nothing(body)


def _store_message(read: payloads.CustomerMessage, event: InboundEvent) -> Message:
    identity = identify_sender(read.phone, bsuid=read.bsuid, profile_name=read.profile_name)
    chat, _ = Chat.objects.get_or_create(identity=identity)
    happened_at = _credible(read.happened_at, event.received_at)
    _note_in_chat(chat, read.content.kind, happened_at)
    message = Message.objects.create(
        chat=chat,
        direction=Direction.IN,
        status=MessageStatus.RECEIVED,
        kind=read.content.kind,
        text=read.content.text,
        details=read.content.details,
        postback=read.content.postback,
        answers_ids=list(read.answers),
        provider_id=read.provider_id,
        event=event,
        happened_at=happened_at,
    )
    link_answer(message)
    link_late(message)
    return message


def _note_in_chat(chat: Chat, kind: str, happened_at: datetime) -> None:
    """Move the chat's times on; a reaction is not something to read, nor a message to answer."""
    if kind == REACTION:
        return
    Chat.objects.filter(pk=chat.pk).update(
        # PostgreSQL's GREATEST skips NULL; an older message that comes late moves nothing back.
        last_inbound_at=Greatest("last_inbound_at", happened_at),
        last_message_at=Greatest("last_message_at", happened_at),
        unread_count=F("unread_count") + 1,
    )
    chat.refresh_from_db()


def _credible(happened_at: datetime | None, received_at: datetime) -> datetime:
    """The event's own time, unless it lies in the future or before WhatsApp existed."""
    if happened_at is None or happened_at.year < 2009 or happened_at > received_at + CLOCK_SKEW:
        return received_at
    return happened_at


def _put_off(waiting: QuerySet[InboundEvent], error: Exception) -> None:
    fault = values.clean(f"{type(error).__name__}: {error}", 500)
    failed = EventStatus.FAILED
    put_off(waiting, fault, retries=RETRIES, failed=failed, defer=_process_later)


def _process_later(event: InboundEvent, *, at: datetime) -> None:
    queueing.defer_job(queueing.PROCESS_EVENT, at=at, event_id=event.pk)


@transaction.atomic
def process_again(event: InboundEvent, *, by: User) -> InboundEvent:
    """Have an event worked off anew that failed or was not understood; a person asked for it.

    Raises NotFailed from any other state.
    """
    before = InboundEvent.objects.select_for_update().get(pk=event.pk)
    if before.status not in (EventStatus.FAILED, EventStatus.KEPT):
        raise NotFailed(gettext("Only an event that failed or was kept is processed again."))
    said = f"Processed again; before: {before.get_status_display()}. {before.last_error}"
    before.status, before.attempt_count = EventStatus.RECEIVED, 0
    before.processed_at, before.next_attempt_at = None, timezone.now() + GRACE
    before.save(update_fields=["status", "attempt_count", "processed_at", "next_attempt_at"])
    log_by_hand(before, said, by=by)
    defer_processing(before)
    return before
