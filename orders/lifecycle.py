"""An order's way from pending to delivered: one table of moves, one place that moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from customers.roles import STAFF_ROLES
from orders.errors import InvalidLine, MoveNotAllowed, UnknownStatus
from orders.events import announce, record_event
from orders.locking import lock_order
from orders.models import MovementKind, Order, OrderItem, OrderStatus
from orders.payments import payment_status, refund_all
from orders.quantities import checked_quantity, plain, to_paise
from orders.stock import StockUpdate, give_back, take_stock

ALLOWED_MOVES: dict[OrderStatus, tuple[OrderStatus, ...]] = {
    OrderStatus.PENDING: (OrderStatus.CONFIRMED, OrderStatus.CANCELLED),
    OrderStatus.CONFIRMED: (OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.CANCELLED),
    OrderStatus.PROCESSING: (OrderStatus.SHIPPED, OrderStatus.CANCELLED),
    OrderStatus.SHIPPED: (OrderStatus.DELIVERED,),
    OrderStatus.DELIVERED: (OrderStatus.RETURNED,),
    OrderStatus.CANCELLED: (),
    OrderStatus.RETURNED: (),
}


@dataclass(frozen=True)
class Confirmation:
    """What confirming did; ``already`` when it had been done before and nothing was taken."""

    order: Order
    stock_updates: list[StockUpdate]
    already: bool


def parse_status(value: object) -> OrderStatus:
    """The status of that name in any letter case; raises UnknownStatus."""
    if isinstance(value, str) and value.strip().lower() in OrderStatus.values:
        return OrderStatus(value.strip().lower())
    names = ", ".join(OrderStatus.values)
    raise UnknownStatus(
        _("The status must be one of: %(names)s.") % {"names": names},
        attr="status",
        allowed=list(OrderStatus.values),
    )


def move_order(order: Order, status: OrderStatus, *, by: User | None, reason: str = "") -> Order:
    """The order moved to the status, with all that belongs to it; the same status again is fine.

    Raises MoveNotAllowed, and ShortStock on the way to confirmed.
    """
    if status == OrderStatus.CONFIRMED:
        return confirm_order(order, by=by).order
    if status == OrderStatus.CANCELLED:
        return cancel_order(order, by=by, reason=reason)
    if status == OrderStatus.RETURNED:
        return _return_the_rest(order, by=by, reason=reason)
    return _move_on(order, status, by=by, reason=reason)


@transaction.atomic
def confirm_order(order: Order, *, by: User | None) -> Confirmation:
    """Take the stock of every line, or of none; raises ShortStock, MoveNotAllowed."""
    order = lock_order(order)
    if order.status == OrderStatus.CONFIRMED:
        return Confirmation(order, [], already=True)
    _check(order, OrderStatus.CONFIRMED)
    updates = take_stock(order.items.all(), by=by)
    _enter(order, OrderStatus.CONFIRMED, by=by, stock_updates=updates)
    return Confirmation(order, updates, already=False)


@transaction.atomic
def cancel_order(order: Order, *, by: User | None, reason: str = "", refund_by: str = "") -> Order:
    """Cancel and give back what was taken, once; a buyer may do so only while it is pending.

    ``refund_by`` is the method by which what was paid goes back at the same time; empty:
    the money stays for now. A refund has the cancellation's reason. Raises MoveNotAllowed,
    and InvalidInput for an unknown method or a refund without a reason.
    """
    order = lock_order(order)
    if order.status == OrderStatus.CANCELLED:
        return order
    _check(order, OrderStatus.CANCELLED)
    if by is not None and by.role not in STAFF_ROLES and order.status != OrderStatus.PENDING:
        raise MoveNotAllowed(_("The shop is at it already. Please ask the shop."), allowed=[])
    updates = give_back(order.items.all(), by=by, kind=MovementKind.CANCELLATION, reason=reason)
    _enter(order, OrderStatus.CANCELLED, by=by, note=reason, stock_updates=updates)
    if refund_by:
        refund_all(order, method=refund_by, reason=reason, by=by)
        order.refresh_from_db()
    return order


@transaction.atomic
def return_items(
    order: Order, lines: Mapping[UUID, Decimal] | None, *, by: User | None, reason: str
) -> Order:
    """Take delivered goods back: of each item so much, or (``lines`` None) all that is left.

    The order is returned when every line is back. Raises MoveNotAllowed, InvalidLine.
    """
    order = lock_order(order)
    _check(order, OrderStatus.RETURNED)
    items = list(order.items.select_related("unit"))
    quantities = _left(items) if lines is None else _checked_lines(items, lines)
    back = [item for item in items if item.pk in quantities]
    for item in back:
        item.returned_quantity += quantities[item.pk]
    OrderItem.objects.bulk_update(back, ["returned_quantity"])
    order.returned_total = _worth_of_returns(order, items)
    updates = give_back(back, by=by, kind=MovementKind.RETURN, reason=reason, quantities=quantities)
    data = {"returned": quantities, "stock_updates": updates}
    if _left(items):
        _save_sums(order, "returned_total", by=by)
        note = _said(back, quantities, reason)
        record_event(order, "items_returned", by=by, note=note)
        announce(order, OrderStatus.RETURNED, by=by, **data)
    else:
        _enter(order, OrderStatus.RETURNED, by=by, note=reason, **data)
    return order


@transaction.atomic
def _move_on(order: Order, status: OrderStatus, *, by: User | None, reason: str) -> Order:
    order = lock_order(order)
    if order.status != status:
        _check(order, status)
        _enter(order, status, by=by, note=reason)
    return order


@transaction.atomic
def _return_the_rest(order: Order, *, by: User | None, reason: str) -> Order:
    order = lock_order(order)
    if order.status == OrderStatus.RETURNED:
        return order
    return return_items(order, None, by=by, reason=reason)


def _check(order: Order, status: OrderStatus) -> None:
    allowed = ALLOWED_MOVES[OrderStatus(order.status)]
    if status not in allowed:
        names = " or ".join(allowed) or "nothing else"
        raise MoveNotAllowed(
            _("Order %(order)s is %(status)s; it can become %(names)s.")
            % {"order": order, "status": order.status, "names": names},
            allowed=list(allowed),
        )


def _enter(
    order: Order, status: OrderStatus, *, by: User | None, note: str = "", **data: Any
) -> None:
    """The one place where an order's status changes; its row is locked."""
    before, order.status = order.status, status
    _save_sums(order, "status", "returned_total", by=by)
    record_event(order, status, by=by, from_status=before, to_status=status, note=note)
    announce(order, status, by=by, **data)


def _save_sums(order: Order, *changed: str, by: User | None) -> None:
    """Save what changed, and the payment status that follows from it."""
    order.payment_status = payment_status(order)
    order._history_user = by
    order.save(update_fields=[*changed, "payment_status", "updated_at"])


# Returns -----------------------------------------------------------------------


def _worth_of_returns(order: Order, items: Iterable[OrderItem]) -> Decimal:
    """Rupees that the returned goods cost, the order's discount shared out among them.

    What delivery cost stays owed.
    """
    back = sum(
        (item.subtotal * item.returned_quantity / item.quantity for item in items), Decimal(0)
    )
    if not order.subtotal:
        return Decimal(0)
    return to_paise(back * (order.subtotal - order.discount) / order.subtotal)


def _left(items: Iterable[OrderItem]) -> dict[UUID, Decimal]:
    """Of each item what the customer still has."""
    left = {item.pk: item.quantity - item.returned_quantity for item in items}
    return {pk: quantity for pk, quantity in left.items() if quantity}


def _checked_lines(
    items: Iterable[OrderItem], lines: Mapping[UUID, Decimal]
) -> dict[UUID, Decimal]:
    if not lines:
        raise InvalidInput(_("Say which lines come back."), attr="lines")
    by_pk = {item.pk: item for item in items}
    for index, (pk, quantity) in enumerate(lines.items()):
        if pk not in by_pk:
            raise InvalidLine(_("The order has no such line."), attr=f"lines.{index}.id")
        item, attr = by_pk[pk], f"lines.{index}.quantity"
        checked_quantity(quantity, unit=item.unit, attr=attr)
        left = item.quantity - item.returned_quantity
        if quantity > left:
            raise InvalidLine(
                _("Only %(quantity)s of %(product_name)s can come back.")
                % {"quantity": plain(left), "product_name": item.product_name},
                attr=attr,
            )
    return dict(lines)


def _said(back: Iterable[OrderItem], quantities: Mapping[UUID, Decimal], reason: str) -> str:
    goods = ", ".join(f"{plain(quantities[item.pk])} × {item.product_name}" for item in back)
    return f"{goods}: {reason}" if reason else goods
