"""Money received for an order and given back: rows are added, never changed; their sum is paid."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from orders.errors import AlreadyReversed, RefundTooLarge
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
    _check(amount, method)
    order = lock_order(order)
    payment = Payment.objects.create(
        order=order, amount=amount, method=method, note=note[:200], actor=by
    )
    _settle(payment, "payment_recorded", by=by)
    return payment


@transaction.atomic
def refund(order: Order, *, amount: Decimal, method: str, reason: str, by: User | None) -> Payment:
    """Give rupees back that were paid for the order, all or a part, by any method.

    Raises InvalidInput (and InvalidLine) for what can't be meant or has no reason, and
    RefundTooLarge, with what ``paid`` is, for more than was paid.
    """
    _check(amount, method)
    if not reason.strip():
        raise InvalidInput(_("Say why the money goes back."), attr="reason")
    order = lock_order(order)
    paid = paid_for(order)
    if amount > paid:
        raise RefundTooLarge(
            _("Only ₹%(paid)s was paid for %(order)s.") % {"paid": paid, "order": order},
            paid=paid,
            attr="amount",
        )
    payment = Payment.objects.create(
        order=order, amount=-amount, method=method, note=reason.strip()[:200], actor=by
    )
    _settle(payment, "payment_refunded", by=by)
    return payment


def refund_all(order: Order, *, method: str, reason: str, by: User | None) -> Payment | None:
    """Give back all that was paid for the order; None where nothing was. Raises as ``refund``."""
    with transaction.atomic():
        paid = paid_for(lock_order(order))
        if paid <= 0:
            return None
        return refund(order, amount=paid, method=method, reason=reason, by=by)


def _check(amount: Decimal, method: str) -> None:
    if not checked_money(amount, attr="amount"):
        raise InvalidInput(_("The amount must be more than zero."), attr="amount")
    if method not in PaymentMethod.values:
        names = ", ".join(PaymentMethod.values)
        raise InvalidInput(
            _("The method must be one of: %(names)s.") % {"names": names}, attr="method"
        )


@transaction.atomic
def reverse_payment(payment: Payment, *, by: User | None, note: str) -> Payment:
    """Undo a payment or refund that was a mistake, by a row of the opposite amount.

    Raises AlreadyReversed.
    """
    order = lock_order(payment.order)
    if payment.reverses_id or Payment.objects.filter(reverses=payment).exists():
        raise AlreadyReversed(_("This payment is reversed already."))
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
    """What the order's payments add up to, seen against its total without what came back.

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
    return PaymentStatus.PAID if paid >= order.owed else PaymentStatus.PART_PAID


def _settle(payment: Payment, event: str, *, by: User | None) -> None:
    order = payment.order
    order.payment_status = payment_status(order)
    order._history_user = by
    order.save(update_fields=["payment_status", "updated_at"])
    note = f"₹{abs(payment.amount)} {payment.method}"
    if event == "payment_refunded":
        note = f"{note}: {payment.note}"
    record_event(order, event, by=by, note=note)
    announce(order, event, by=by, payment=payment)
