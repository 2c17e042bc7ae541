"""Delivery reports of our messages: their state moves forward, never back."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from whatsapp.errors import ReceiptTooEarly
from whatsapp.linking import link_late
from whatsapp.models import Direction, Message, MessageStatus
from whatsapp.payloads import Receipt

STATUS_OF_KIND = {
    "enqueued": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "failed": MessageStatus.FAILED,
}
# Receipts come in any order. Failed is the last word, so that whatever their order the same
# comes of them: only a person who sends the message again leads out of it.
RANK = {
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.PERHAPS_SENT: 2,
    MessageStatus.SENT: 3,
    MessageStatus.DELIVERED: 4,
    MessageStatus.READ: 5,
    MessageStatus.FAILED: 6,
}
# How long after the attempt a receipt may come and still settle a message without an id.
SETTLING_WINDOW = timedelta(minutes=15)
CLOCK_SKEW = timedelta(minutes=1)
MOVED_FIELDS = (
    *("provider_id", "whatsapp_id", "status"),
    *("next_attempt_at", "last_error", "sent_at"),
)


def apply_receipt(receipt: Receipt) -> bool:
    """Move the message that the receipt is about; False where it is about none of ours.

    Raises ReceiptTooEarly while a message to that number is still being sent:
    its id may be about to be stored.
    """
    status = STATUS_OF_KIND.get(receipt.kind)
    if status is None:
        return False
    message = _by_id(receipt) or _unsettled(receipt)
    if message is None:
        return False
    _move(message, status, receipt)
    return True


def _outbound() -> QuerySet[Message]:
    return Message.objects.filter(direction=Direction.OUT)


def _by_id(receipt: Receipt) -> Message | None:
    """Gupshup drops its own id after about a week; then WhatsApp's is all there is."""
    ids = [name for name in (receipt.provider_id, receipt.whatsapp_id) if name]
    return _outbound().filter(Q(provider_id__in=ids) | Q(whatsapp_id__in=ids)).first()


def _unsettled(receipt: Receipt) -> Message | None:
    """The one message to that number of which we never learned whether it went out.

    It has no id to match, so the receipt must come soon after the attempt, and
    the number must have no other such message.
    """
    if receipt.phone is None:
        return None
    when = receipt.happened_at or timezone.now()
    candidates = _outbound().filter(
        chat__identity__phone=receipt.phone,
        provider_id__isnull=True,
        status__in=(MessageStatus.SENDING, MessageStatus.PERHAPS_SENT),
        attempted_at__range=(when - SETTLING_WINDOW, when + CLOCK_SKEW),
    )[:2]
    if any(message.status == MessageStatus.SENDING for message in candidates):
        raise ReceiptTooEarly("A message to this number is still being sent.")
    return candidates[0] if len(candidates) == 1 else None


def _move(message: Message, status: MessageStatus, receipt: Receipt) -> None:
    """Learn the ids and go to the status if it lies ahead, on the locked row."""
    message = _outbound().select_for_update().get(pk=message.pk)
    message.provider_id = message.provider_id or receipt.provider_id
    message.whatsapp_id = message.whatsapp_id or receipt.whatsapp_id or None
    if RANK[MessageStatus(message.status)] < RANK[status]:
        message.status, message.next_attempt_at = status, None
        message.last_error = receipt.error if status == MessageStatus.FAILED else ""
        message.sent_at = message.sent_at or receipt.happened_at or timezone.now()
    message.save(update_fields=MOVED_FIELDS)
    link_late(message)
