"""Taking into the ledger what was sold and paid before there was one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from customers.models import PaymentTerms
from khata.days import as_of
from khata.models import LedgerTransaction
from khata.order_feed import on_order_event
from khata.periods import closed_through
from orders.locking import lock_order
from orders.models import Order, OrderStatus, Payment

_BEFORE_OR_UNDONE = (OrderStatus.PENDING, OrderStatus.CANCELLED)


def backfill_ledger() -> dict[str, int]:
    """Post the credit orders and payments that are missing, on the days of old; how many.

    Days that are closed give way to the first open one. Running it again adds nothing.
    Of imported orders only those whose file was to go into the ledger.
    """
    sales = LedgerTransaction.objects.filter(key=Concat(Value("order:"), _pk(), Value(":sale")))
    orders = Order.objects.filter(~Exists(sales), payment_terms=PaymentTerms.CREDIT, total__gt=0)
    orders = orders.exclude(status__in=_BEFORE_OR_UNDONE).exclude(customer=None)
    orders = orders.exclude(imported__to_ledger=False)
    rows = LedgerTransaction.objects.filter(key=Concat(Value("payment:"), _pk()))
    payments = Payment.objects.filter(~Exists(rows), reverses=None, reversed_by=None)
    payments = payments.exclude(came_with_import())
    return {
        "orders": _each(_post_sale(order) for order in orders.order_by("created_at", "pk")),
        "payments": _each(_post_payment(payment) for payment in payments.order_by("pk")),
    }


def came_with_import() -> Q:
    """Payments that a file brought whose orders were not to go into the ledger."""
    before = Q(created_at__lt=F("order__imported__created_at"))
    return before & Q(order__imported__to_ledger=False)


def _pk() -> Cast:
    return Cast(OuterRef("pk"), CharField())


def _each(posted: Iterable[None]) -> int:
    return sum(1 for _ in posted)


@transaction.atomic
def _post_sale(order: Order) -> None:
    order = lock_order(order)
    days = {event.to_status: event for event in order.events.order_by("-pk")}
    for event in (OrderStatus.CONFIRMED, OrderStatus.RETURNED):
        told = days.get(event)
        with as_of(_open_day(told.created_at if told else order.updated_at)):
            on_order_event(order=order, event=event, by=told.actor if told else None)


@transaction.atomic
def _post_payment(payment: Payment) -> None:
    order = lock_order(payment.order)
    with as_of(_open_day(payment.created_at)):
        event = "payment_refunded" if payment.is_refund else "payment_recorded"
        on_order_event(order=order, event=event, by=payment.actor, payment=payment)


def _open_day(moment: dt.datetime) -> dt.date:
    day, closed = timezone.localdate(moment), closed_through()
    return day if closed is None or day > closed else closed + dt.timedelta(days=1)
