"""Money received for an order: rows are added, never changed; their sum is what was paid."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from customers.errors import InvalidInput
from customers.models import User
from orders.errors import AlreadyReversed
from orders.events import announce, record_event
from orders.locking import lock_order
from orders.models import Order, OrderStatus, Payment, PaymentMethod, PaymentStatus
from orders.quantities import checked_money

_CLOSED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)


@transaction.atomic
def record_payment(
    order: Order, *, amount: Decimal, method: str, by: User | None, note: str = ""
) -> Payment:
    """Rupees that came in for the order; more than its total is kept as it is.

    Raises InvalidLine (an InvalidInput) for an amount that can't be, InvalidInput for
    an unknown method.
    """
    if not checked_money(amount, attr="amount"):
        raise InvalidInput("The amount must be more than zero.", attr="amount")
    if method not in PaymentMethod.values:
        names = ", ".join(PaymentMethod.values)
        raise InvalidInput(f"The method must be one of: {names}.", attr="method")
    order = lock_order(order)
    payment = Payment.objects.create(
        order=order, amount=amount, method=method, note=note[:200], actor=by
    )
    _settle(payment, "payment_recorded", by=by)
    return payment


@transaction.atomic
def reverse_payment(payment: Payment, *, by: User | None, note: str) -> Payment:
    """Undo a payment by a row of the same amount, negative; raises AlreadyReversed."""
    order = lock_order(payment.order)
    if payment.reverses_id or Payment.objects.filter(reverses=payment).exists():
        raise AlreadyReversed("This payment is reversed already.")
    reversal = Payment.objects.create(
        order=order,
        amount=-payment.amount,
        method=payment.method,
        note=note[:200],
        reverses=payment,
        actor=by,
    )
    _settle(reversal, "payment_reversed", by=by)
    return reversal


def payment_status(order: Order) -> PaymentStatus:
    """What the order's payments add up to, seen against its total.

    Money all given back makes an order unpaid while it is alive, refunded once it is
    cancelled or returned.
    """
    rows = Payment.objects.filter(order=order)
    return status_of_paid(rows.aggregate(paid=Sum("amount"))["paid"], order)


def paid_for(order: Order) -> Decimal:
    """The rupees that came in for the order and were not given back."""
    paid = Payment.objects.filter(order=order).aggregate(paid=Sum("amount"))["paid"]
    return paid or Decimal(0)


def status_of_paid(paid: Decimal | None, order: Order) -> PaymentStatus:
    """The status that rupees received (None: never any) give the order."""
    if paid is None:
        return PaymentStatus.UNPAID
    if paid == 0:
        return PaymentStatus.REFUNDED if order.status in _CLOSED else PaymentStatus.UNPAID
    return PaymentStatus.PAID if paid >= order.total else PaymentStatus.PART_PAID


def _settle(payment: Payment, event: str, *, by: User | None) -> None:
    order = payment.order
    order.payment_status = payment_status(order)
    order._history_user = by
    order.save(update_fields=["payment_status", "updated_at"])
    record_event(order, event, by=by, note=f"₹{abs(payment.amount)} {payment.method}")
    announce(order, event, by=by, payment=payment)
