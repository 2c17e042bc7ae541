"""Customers who agreed hear how their orders go, and what they owe (settings.ORDER_EVENT_HANDLERS).

An order's event only inserts a row: it is written and queued by a job of its own, so that
a broken template never rolls back a sale.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from customers.consent import may_notify
from customers.due import GRACE, Retries, lease, put_off
from customers.errors import DeskError, InvalidInput
from customers.models import Customer, User
from customers.speaking import language_of
from orders.models import Order
from orders.subscribing import hears_about, recipient_of
from whatsapp import queueing, values
from whatsapp.allowing import NOT_AGREED
from whatsapp.composing import Composed, chat_for_notices, compose
from whatsapp.errors import NoticeOff, NotOptedIn, NotResendable
from whatsapp.models import (
    Chat,
    Message,
    Notice,
    NoticeEvent,
    OrderNotice,
    OrderNoticeStatus,
)
from whatsapp.notice_fields import order_values, reminder_values
from whatsapp.outbox import queue_notice

logger = logging.getLogger(__name__)

# The order's events that customers hear of; a returned order is talked about, not announced.
EVENTS = {
    "placed": NoticeEvent.RECEIVED,
    "confirmed": NoticeEvent.CONFIRMED,
    "processing": NoticeEvent.PROCESSING,
    "shipped": NoticeEvent.SHIPPED,
    "delivered": NoticeEvent.DELIVERED,
    "cancelled": NoticeEvent.CANCELLED,
}
RETRIES = Retries(most=5, first=timedelta(seconds=30))


def on_order_event(*, order: Order, event: str, by: User | None, **data: Any) -> None:
    """Note that the order's customer is to hear of the event, if they agreed and it is on.

    Joins the event's transaction, under the order's lock; the same event again adds nothing.
    """
    heard = EVENTS.get(event)
    # First what most orders of guests end at.
    if heard is None or not (hears_about(order) and _is_on(heard)):
        return
    due = timezone.now() + GRACE
    notice, is_new = OrderNotice.objects.get_or_create(
        order=order, event=heard, defaults={"next_attempt_at": due}
    )
    if is_new:
        defer_notice(notice)


def _is_on(event: NoticeEvent) -> bool:
    return Notice.objects.filter(event=event, is_on=True).exists()


def defer_notice(notice: OrderNotice) -> None:
    """Queue the writing, in order with the other notices of the order."""
    lock = f"notices-{notice.order_id}"
    queueing.defer_job(queueing.WRITE_NOTICE, lock=lock, notice_id=notice.pk)


def write_notice(notice_id: int) -> None:
    """Turn a due notice into a message of the outbox, or note why it can't be sent.

    Safe to run twice: the row is leased first, and its message has one purpose.
    """
    due = OrderNotice.objects.filter(pk=notice_id, status=OrderNoticeStatus.DUE)
    if not lease(due):
        return
    try:
        with transaction.atomic():
            _write(due)
    except Exception as error:  # whatever one notice holds must not stop the others
        logger.exception("Order notice %s could not be written", notice_id)
        fault = values.clean(f"{type(error).__name__}: {error}", 500)
        failed = OrderNoticeStatus.NOT_SENT
        put_off(due, fault, retries=RETRIES, failed=failed, defer=_write_later)


def _write_later(notice: OrderNotice, *, at: datetime) -> None:
    queueing.defer_job(queueing.WRITE_NOTICE, at=at, notice_id=notice.pk)


def _write(due: QuerySet[OrderNotice]) -> None:
    notice = due.select_for_update(of=("self",)).select_related("order__customer").first()
    if notice is None:  # another worker had it while we waited for the row
        return
    notice.next_attempt_at = None
    try:
        with transaction.atomic():
            notice.message = _message_for(notice)
        notice.status, notice.last_error = OrderNoticeStatus.QUEUED, ""
    except DeskError as error:
        notice.status, notice.last_error = OrderNoticeStatus.NOT_SENT, str(error)
    notice.save(update_fields=["message", "status", "last_error", "next_attempt_at"])


def _message_for(notice: OrderNotice) -> Message:
    order, customer = notice.order, recipient_of(notice.order)
    if customer is None:
        raise NotOptedIn(gettext("The order belongs to no customer any more."))
    purpose = f"notice:{order.pk}:{notice.event}"
    with translation.override(language_of(customer)):
        said = order_values(order)
    chat, composed = _compose(notice.event, customer, said)
    return queue_notice(chat, composed.text, composed.template, purpose=purpose)


def _compose(event: str, customer: Customer, said: dict[str, str]) -> tuple[Chat, Composed]:
    if not _is_on(NoticeEvent(event)):
        raise NoticeOff(
            gettext("Notices “%(label)s” are switched off.") % {"label": NoticeEvent(event).label}
        )
    if not may_notify(customer):
        raise NotOptedIn(NOT_AGREED)
    chat = chat_for_notices(customer)
    return chat, compose(event, said, customer=customer, chat=chat)


@transaction.atomic
def write_again(notice: OrderNotice) -> OrderNotice:
    """Try a notice again that could not be sent, because what stood in its way is mended.

    Raises NotResendable from any other state.
    """
    waiting = OrderNotice.objects.filter(pk=notice.pk, status=OrderNoticeStatus.NOT_SENT)
    due = timezone.now() + GRACE
    if not waiting.update(status=OrderNoticeStatus.DUE, attempt_count=0, next_attempt_at=due):
        raise NotResendable(gettext("Only a notice that was not sent is tried again."))
    notice.refresh_from_db()
    defer_notice(notice)
    return notice


# Payment reminders ------------------------------------------------------------------------


@transaction.atomic
def remind_of_payment(customer: Customer, *, amount: Decimal, by: User | None) -> Message:
    """Queue a reminder that the customer owes so many rupees; at most one a day goes to each.

    The second on one day (the shop's) answers the first one's message. Raises InvalidInput
    (nothing is owed), NoticeOff, NotOptedIn, NoNumber, NoApprovedTemplate.
    """
    chat, composed = _reminder(customer, amount)
    purpose = f"reminder:{customer.pk}:{timezone.localdate():%Y-%m-%d}"
    return queue_notice(chat, composed.text, composed.template, purpose=purpose, by=by)


def preview_reminder(customer: Customer, *, amount: Decimal) -> str:
    """What remind_of_payment would send now, as the customer reads it; raises the same."""
    with transaction.atomic():
        _, composed = _reminder(customer, amount)
        transaction.set_rollback(True)  # composing makes a chat where there is none yet
        return composed.words


def _reminder(customer: Customer, amount: Decimal) -> tuple[Chat, Composed]:
    if amount <= 0:
        raise InvalidInput(gettext("Nothing is owed."), attr="amount")
    said = reminder_values(customer, amount)
    return _compose(NoticeEvent.PAYMENT_REMINDER, customer, said)
