"""Handing queued messages to the gateway: in order per chat, within the limits, at most once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from customers.due import GRACE, backoff
from whatsapp import pace, queueing
from whatsapp.allowing import take_other_way, why_not
from whatsapp.codes import with_code
from whatsapp.gateway import GatewayRefused, OutcomeUnknown, get_gateway
from whatsapp.linking import link_late
from whatsapp.models import Chat, Direction, Message, MessageStatus
from whatsapp.outbox import defer_send
from whatsapp.outgoing import from_row
from whatsapp.window import HIDDEN_NUMBER

logger = logging.getLogger(__name__)

# With the waits below an outage of an hour is outlived, whatever the jitter.
MAX_ATTEMPTS = 20
# Longer than the gateway's time-outs together: a claim that is older belongs to a dead worker.
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=10)
AHEAD = (MessageStatus.QUEUED, MessageStatus.SENDING)


def send_message(message_id: int) -> None:
    """Hand a queued message to the gateway: sent, later again, failed, or perhaps sent.

    1. Claim the row and commit: from here on a crash leaves `sending`, and the
       sweep makes `perhaps_sent` of it; it is never sent again by itself. Whose turn
       it is not is put off instead, or refused.
    2. Call the gateway outside any transaction.
    3. Write down what it said, and wake the next message of the chat.
    """
    message = _claim(message_id)
    if message is None:
        return
    try:
        provider_id = _hand_over(message)
    except GatewayRefused as error:
        _note_refusal(message, error)
    except OutcomeUnknown as error:
        pace.note_trouble(_attempted_at(message))
        _note_doubt(message, str(error))
    except Exception as error:
        logger.exception("Sending message %s broke off", message.pk)
        _note_doubt(message, f"Sending broke off ({type(error).__name__}).")
    else:
        pace.note_answer()
        _note_acceptance(message, provider_id)


# Whose turn it is -----------------------------------------------------------------------


def _claim(message_id: int) -> Message | None:
    """Take the message out of the queue, committed; None if it isn't there or must wait.

    The chat's lock makes its messages go one by one; each of the two limits is a row.
    """
    # Durable: inside a caller's transaction a rollback could undo the claim after the call.
    with transaction.atomic(durable=True):
        message = _queued().filter(pk=message_id).select_related("chat__identity").first()
        if message is None:
            return None
        chat = _locked_chat(message)
        if ahead := _ahead_of(message):
            _wait_behind(message, ahead)
        elif reason := _why_never(message, chat):
            _fail(_queued().filter(pk=message.pk), message, reason)
        elif due := _too_soon(chat) or pace.take_turn():
            _put_off(message, due)
        else:
            return _taken(message, chat)
    return None


def _queued() -> QuerySet[Message]:
    return Message.objects.filter(direction=Direction.OUT, status=MessageStatus.QUEUED)


def _why_never(message: Message, chat: Chat) -> str:
    """Asked at the moment of sending: a notice may have to be a template by now, or be no more."""
    take_other_way(message, chat)
    return why_not(message, chat)


def _locked_chat(message: Message) -> Chat:
    """The chat as it is now, locked until the transaction ends; others may still refer to it."""
    rows = Chat.objects.select_for_update(of=("self",), no_key=True).select_related("identity")
    return rows.get(pk=message.chat_id)


def _ahead_of(message: Message) -> Message | None:
    """The message of the same chat that must leave first."""
    rows = Message.objects.filter(chat=message.chat_id, direction=Direction.OUT, status__in=AHEAD)
    return rows.filter(pk__lt=message.pk).order_by("pk").first()


def _wait_behind(message: Message, ahead: Message) -> None:
    """No job: whatever becomes of the one ahead wakes this one, else the sweep does."""
    due = max(ahead.next_attempt_at or timezone.now(), timezone.now()) + GRACE
    _queued().filter(pk=message.pk).update(next_attempt_at=due)


def _too_soon(chat: Chat) -> datetime | None:
    """Until when this customer must be left alone, or None."""
    due = chat.next_send_at
    return due if due is not None and due > timezone.now() else None


def _put_off(message: Message, due: datetime) -> None:
    if _queued().filter(pk=message.pk).update(next_attempt_at=due):
        # Without the chat's lock: what waits must not hold up what the customer writes.
        queueing.defer_job(queueing.SEND_MESSAGE, at=due, message_id=message.pk)


def _taken(message: Message, chat: Chat) -> Message | None:
    now = timezone.now()
    claimed = _queued().filter(pk=message.pk)
    if not claimed.update(
        status=MessageStatus.SENDING,
        attempt_count=F("attempt_count") + 1,
        attempted_at=now,
        next_attempt_at=now + LEASE,
    ):
        return None
    rest = timedelta(seconds=settings.GUPSHUP_SECONDS_PER_CUSTOMER)
    Chat.objects.filter(pk=chat.pk).update(next_send_at=now + rest)
    return Message.objects.select_related("chat__identity").get(pk=message.pk)


# What came of it ------------------------------------------------------------------------


def _hand_over(message: Message) -> str:
    phone = message.chat.identity.phone
    if phone is None:
        raise GatewayRefused(str(HIDDEN_NUMBER), permanent=True)
    content = with_code(message, from_row(message.kind, message.text, message.details))
    return get_gateway().send(phone, content, reference=f"message-{message.pk}")


def _attempted_at(message: Message) -> datetime:
    return message.attempted_at or timezone.now()


@transaction.atomic
def _note_acceptance(message: Message, provider_id: str) -> None:
    _locked_chat(message)
    # The sweep may have doubted a slow call meanwhile; its answer is the better knowledge.
    open_states = (MessageStatus.SENDING, MessageStatus.PERHAPS_SENT)
    Message.objects.filter(pk=message.pk, status__in=open_states).update(
        status=MessageStatus.SENT,
        provider_id=provider_id,
        sent_at=timezone.now(),
        next_attempt_at=None,
        last_error="",
    )
    message.provider_id = provider_id
    link_late(message)
    _wake_next(message)


@transaction.atomic
def _note_doubt(message: Message, reason: str) -> None:
    _locked_chat(message)
    _sending(message).update(
        status=MessageStatus.PERHAPS_SENT, next_attempt_at=None, last_error=reason
    )
    _wake_next(message)


def _note_refusal(message: Message, error: GatewayRefused) -> None:
    if error.permanent:
        pace.note_answer()
    else:
        pace.note_trouble(_attempted_at(message))
    with transaction.atomic():
        _locked_chat(message)
        if error.permanent or message.attempt_count >= MAX_ATTEMPTS:
            _fail(_sending(message), message, str(error))
        else:
            _try_again(message, str(error))


def _sending(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, status=MessageStatus.SENDING)


def _fail(rows: QuerySet[Message], message: Message, reason: str) -> None:
    rows.update(status=MessageStatus.FAILED, next_attempt_at=None, last_error=reason)
    _wake_next(message)


def _try_again(message: Message, reason: str) -> None:
    wait = backoff(message.attempt_count, first=FIRST_RETRY, longest=LONGEST_RETRY)
    if _sending(message).update(status=MessageStatus.QUEUED, last_error=reason):
        _put_off(message, timezone.now() + wait)


def _wake_next(message: Message) -> None:
    """The first that waits in the chat may have been waiting for this one.

    The chat is locked: a message that found this one ahead of it a moment ago is seen here.
    """
    following = _queued().filter(chat=message.chat_id).order_by("pk").first()
    if following is not None:
        defer_send(following)
