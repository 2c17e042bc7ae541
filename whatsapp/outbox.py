"""Messages to customers: a row first, then at most one call to the gateway that counts."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from customers.models import User
from whatsapp import queueing
from whatsapp.errors import NotResendable
from whatsapp.gateway import GatewayRefused, OutcomeUnknown, get_gateway
from whatsapp.linking import link_late
from whatsapp.logbook import log_by_hand
from whatsapp.models import Chat, Direction, Message, MessageStatus

logger = logging.getLogger(__name__)

WHATSAPP_TEXT_LIMIT = 4096
MAX_ATTEMPTS = 8
# Longer than the gateway's time-outs together: a claim that is older belongs to a dead worker.
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
RESENDABLE = (MessageStatus.FAILED, MessageStatus.PERHAPS_SENT)


def queue_text(chat: Chat, text: str, *, purpose: str, by: User | None = None) -> Message:
    """The message of this purpose to a chat, queued with its job unless it exists already.

    Joins the caller's transaction. A text over WhatsApp's 4096 characters is
    shortened and ends in an ellipsis.
    """
    existing = Message.objects.filter(purpose=purpose).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            message = _insert(chat, text, purpose=purpose, by=by)
    except IntegrityError:  # another transaction was quicker
        return Message.objects.get(purpose=purpose)
    defer_send(message)
    return message


def _insert(chat: Chat, text: str, *, purpose: str, by: User | None) -> Message:
    now = timezone.now()
    if len(text) > WHATSAPP_TEXT_LIMIT:
        text = f"{text[: WHATSAPP_TEXT_LIMIT - 1]}…"
    return Message.objects.create(
        chat=chat,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        text=text,
        purpose=purpose,
        requested_by=by,
        happened_at=now,
        next_attempt_at=now + queueing.GRACE,
    )


def defer_send(message: Message) -> None:
    """Queue the sending, in order with all else that is done about this chat."""
    lock = f"chat-{message.chat_id}"
    queueing.defer_job(queueing.SEND_MESSAGE, lock=lock, message_id=message.pk)


def send_message(message_id: int) -> None:
    """Hand a queued message to the gateway: sent, later again, failed, or perhaps sent.

    1. Claim the row and commit: from here on a crash leaves `sending`, and the
       sweep makes `perhaps_sent` of it; it is never sent again by itself.
    2. Call the gateway outside any transaction.
    3. Write down what it said.
    """
    message = _claim(message_id)
    if message is None:
        return
    try:
        provider_id = _hand_over(message)
    except GatewayRefused as error:
        _note_refusal(message, error)
    except OutcomeUnknown as error:
        _note_doubt(message, str(error))
    except Exception as error:
        logger.exception("Sending message %s broke off", message.pk)
        _note_doubt(message, f"Sending broke off ({type(error).__name__}).")
    else:
        _note_acceptance(message, provider_id)


def _claim(message_id: int) -> Message | None:
    """Take the message out of the queue, committed, or None if it isn't there (any more)."""
    now = timezone.now()
    queued = Message.objects.filter(
        pk=message_id, direction=Direction.OUT, status=MessageStatus.QUEUED
    )
    # Durable: inside a caller's transaction a rollback could undo the claim after the call.
    with transaction.atomic(durable=True):
        claimed = queued.update(
            status=MessageStatus.SENDING,
            attempt_count=F("attempt_count") + 1,
            attempted_at=now,
            next_attempt_at=now + LEASE,
        )
    if not claimed:
        return None
    return Message.objects.select_related("chat__identity").get(pk=message_id)


def _hand_over(message: Message) -> str:
    phone = message.chat.identity.phone
    if phone is None:
        raise GatewayRefused("WhatsApp hides this customer's number.", permanent=True)
    return get_gateway().send_text(phone, message.text)


def _note_acceptance(message: Message, provider_id: str) -> None:
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


def _note_doubt(message: Message, reason: str) -> None:
    Message.objects.filter(pk=message.pk, status=MessageStatus.SENDING).update(
        status=MessageStatus.PERHAPS_SENT, next_attempt_at=None, last_error=reason
    )


def _note_refusal(message: Message, error: GatewayRefused) -> None:
    sending = Message.objects.filter(pk=message.pk, status=MessageStatus.SENDING)
    if error.permanent or message.attempt_count >= MAX_ATTEMPTS:
        sending.update(status=MessageStatus.FAILED, next_attempt_at=None, last_error=str(error))
        return
    wait = queueing.backoff(message.attempt_count, first=FIRST_RETRY, longest=LONGEST_RETRY)
    due = timezone.now() + wait
    with transaction.atomic():
        if sending.update(status=MessageStatus.QUEUED, next_attempt_at=due, last_error=str(error)):
            # Without the chat's lock: a waiting retry must not hold up what the customer writes.
            queueing.defer_job(queueing.SEND_MESSAGE, at=due, message_id=message.pk)


def resend(message: Message, *, by: User) -> Message:
    """Queue a message again that failed or perhaps went out, because a person decided so.

    Its attempts and ids start anew; who did it and what was before stands in the
    message's log. Raises NotResendable from any other state.
    """
    with transaction.atomic():
        before = Message.objects.select_for_update().get(pk=message.pk)
        if before.direction != Direction.OUT or before.status not in RESENDABLE:
            raise NotResendable("Only a message that failed or perhaps went out is sent again.")
        Message.objects.filter(pk=message.pk).update(
            status=MessageStatus.QUEUED,
            attempt_count=0,
            provider_id=None,
            whatsapp_id=None,
            sent_at=None,
            requested_by=by,
            next_attempt_at=timezone.now() + queueing.GRACE,
        )
        said = f"Sent again; before: {before.get_status_display()}. {before.last_error}"
        log_by_hand(before, said, by=by)
        message.refresh_from_db()
        defer_send(message)
    return message
