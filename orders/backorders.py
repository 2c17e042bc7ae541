"""Selling what is there: the rest of a pending order becomes an order of its own, to follow."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models.base import ModelState
from django.utils.translation import gettext as _

from customers.models import User
from orders.errors import MoveNotAllowed, NothingInStock
from orders.events import announce, record_event
from orders.lifecycle import ALLOWED_MOVES, confirm_order
from orders.locking import lock_order, lock_products
from orders.models import Order, OrderItem, OrderStatus, PaymentMethod, PriceOverride
from orders.payments import paid_for, record_payment, refund
from orders.placing import insert_order, order_sums
from orders.pricing import line_money
from orders.quantities import plain, to_paise
from orders.shortage import LineStock, line_stocks
from orders.slips import allocate_slips
from orders.stock import StockUpdate

# What the two halves of a split order have in common.
_SHARED = (
    "customer",
    "customer_verified",
    "customer_name",
    "customer_phone",
    "customer_email",
    "address_line1",
    "address_line2",
    "address_city",
    "address_state",
    "address_pincode",
    "user",
    "taken_by",
    "channel",
    "payment_terms",
    "notes",
)


@dataclass(frozen=True)
class Split:
    """What selling what is there did; no ``back_order`` where nothing was missing."""

    order: Order
    back_order: Order | None
    stock_updates: list[StockUpdate]


@transaction.atomic
def sell_what_is_there(order: Order, *, by: User | None) -> Split:
    """Confirm the order with what the shelf holds; what is missing becomes a pending back-order.

    1. The order is locked, then its products, so that nobody else takes the stock meanwhile.
    2. Lines with nothing there move to the back-order; of a line with too little, the rest.
       Prices stay as agreed; the discount is shared out by what the goods cost; the
       delivery fee stays.
    3. The order is confirmed, which takes its stock and tells the ledger.
    4. What was paid beyond its new total moves along to the back-order.

    Confirmed already: nothing happens. Raises MoveNotAllowed from elsewhere, NothingInStock
    where not one line can be sold even in part, and what confirming raises.
    """
    order = lock_order(order)
    if order.status == OrderStatus.CONFIRMED:
        return Split(order, order.back_orders.first(), [])
    _check_pending(order)
    back_order = _split(order, _stocks(order), by=by)
    confirmation = confirm_order(order, by=by)
    if back_order is not None:
        _move_surplus(confirmation.order, back_order, by=by)
        back_order.refresh_from_db()
    return Split(confirmation.order, back_order, confirmation.stock_updates)


def _check_pending(order: Order) -> None:
    if order.status != OrderStatus.PENDING:
        raise MoveNotAllowed(
            _("Order %(order)s is %(status)s: only a pending one can be split.")
            % {"order": order, "status": order.get_status_display().lower()},
            allowed=list(ALLOWED_MOVES[OrderStatus(order.status)]),
        )


def _stocks(order: Order) -> list[LineStock]:
    """The order's lines beside the shelf, whose rows stay locked."""
    items = list(order.items.select_related("unit", "override").order_by("position"))
    products = lock_products({item.product_id for item in items if item.product_id})
    return line_stocks(items, {pk: row.stock_quantity for pk, row in products.items()})


def _split(order: Order, lines: Sequence[LineStock], *, by: User | None) -> Order | None:
    short = [line for line in lines if line.is_short]
    if not short:
        return None
    if not any(line.there for line in lines):
        raise NothingInStock(_("Nothing of this order is in stock: there is nothing to sell now."))
    rests = [_rest(line) for line in short]
    back_order = Order(back_order_of=order, **{name: getattr(order, name) for name in _SHARED})
    _share_sums(order, back_order, [line.item for line in lines if line.there], rests)
    insert_order(back_order, None, by=by)
    for position, (line, rest) in enumerate(zip(short, rests, strict=True), start=1):
        rest.order, rest.position = back_order, position
        _save_line(line, rest)
    order._history_user = by
    order.save()
    _tell(order, back_order, rests, by=by)
    return back_order


def _rest(line: LineStock) -> OrderItem:
    """What the back-order gets: the whole line, or a new one for what is missing of it."""
    if not line.there:
        return line.item
    rest = copy(line.item)
    rest._state = ModelState()  # a copy shares the row's state, with what was read for it
    rest.unit = line.item.unit
    rest.pk, rest.slip_number = uuid4(), None
    _set_quantity(rest, line.missing)
    _set_quantity(line.item, line.there)
    return rest


def _set_quantity(item: OrderItem, quantity: Decimal) -> None:
    """At the price that was agreed, also where the smaller quantity alone would cost more."""
    money = line_money(item.unit_price, quantity, item.tax_rate)
    item.quantity, item.subtotal, item.tax = quantity, money.subtotal, money.tax


def _share_sums(
    order: Order, back_order: Order, sold: Sequence[OrderItem], rests: Sequence[OrderItem]
) -> None:
    """Each half's sums; the discount follows the goods as far as they cost that much."""
    mine, theirs, discount = order_sums(sold), order_sums(rests), order.discount
    given = to_paise(discount * theirs.subtotal / (mine.subtotal + theirs.subtotal or 1))
    rest_of_it = max(mine.subtotal + order.delivery_fee, Decimal(0))
    back_order.discount = min(max(given, discount - rest_of_it), theirs.subtotal)
    order.discount = min(discount - back_order.discount, rest_of_it)
    for half, sums in ((order, mine), (back_order, theirs)):
        half.subtotal, half.tax, half.item_count = sums.subtotal, sums.tax, sums.item_count
        half.total = half.subtotal - half.discount + half.delivery_fee


def _save_line(line: LineStock, rest: OrderItem) -> None:
    """Move the line; of a split one write both parts, each with who set its price and why."""
    if rest is line.item:
        rest.save(update_fields=["order", "position"])
        return
    if line.item.slip_number:
        [rest.slip_number] = allocate_slips(1)
    line.item.save(update_fields=["quantity", "subtotal", "tax"])
    rest.save(force_insert=True)
    override = PriceOverride.objects.filter(item=line.item).first()
    if override is not None:
        override.pk, override.item = None, rest
        override.save(force_insert=True)


def _tell(order: Order, back_order: Order, rests: Sequence[OrderItem], *, by: User | None) -> None:
    goods = ", ".join(f"{plain(item.quantity)} × {item.product_name}" for item in rests)
    record_event(order, "back_ordered", by=by, note=f"{back_order}: {goods}")
    note = _("Back-order of %(order)s") % {"order": order}
    record_event(back_order, "placed", by=by, to_status=back_order.status, note=note)
    announce(back_order, "placed", by=by)


def _move_surplus(order: Order, back_order: Order, *, by: User | None) -> None:
    amount = min(paid_for(order) - order.total, back_order.total)
    if amount <= 0:
        return
    method = _method(order)
    there, here = _("Moved to %(order)s"), _("Moved from %(order)s")
    refund(order, amount=amount, method=method, reason=there % {"order": back_order}, by=by)
    record_payment(back_order, amount=amount, method=method, note=here % {"order": order}, by=by)


def _method(order: Order) -> str:
    """How the order was paid last, which is where the money lies."""
    received = order.payments.filter(amount__gt=0, reverses=None, reversed_by=None)
    last = received.order_by("pk").last()
    return last.method if last else PaymentMethod.CASH
