"""The only place that moves stock: a product's movements always sum up to its stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from customers.bulk import insert_rows
from customers.errors import Conflict
from customers.models import User
from orders.errors import AlreadyOpened, InvalidLine, NotStocked, ShortStock, StaleCount
from orders.locking import wait_at_most_ten_seconds
from orders.models import MovementKind, OrderItem, Product, StockMovement
from orders.quantities import MAX_STOCK, THOUSANDTH, checked_number, checked_quantity, plain

MAX_HELD = Decimal("999999999.999")  # what the column holds


@dataclass(frozen=True)
class StockUpdate:
    """One product's stock before and after, in its unit."""

    product_id: int
    product_name: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class _Change:
    """What one line, or somebody's hand, adds to (or takes off) a product's stock."""

    product_id: int
    product_name: str
    quantity: Decimal
    item: OrderItem | None = None


# By hand ---------------------------------------------------------------------


@transaction.atomic
def open_stock(product: Product, *, quantity: Decimal, by: User | None) -> None:
    """Put the first stock on record, once a product; raises AlreadyOpened."""
    checked_quantity(quantity, unit=product.unit, zero=True, most=MAX_STOCK)
    after = _change_by_hand(product, quantity)
    if product.movements.filter(kind=MovementKind.OPENING).exists():
        raise AlreadyOpened(
            _("The opening stock of %(name)s is on record already.") % {"name": product.name}
        )
    _write(product, MovementKind.OPENING, quantity, after, by=by)


@transaction.atomic
def open_stocks(quantities: Mapping[int, Decimal], *, by: User | None, reason: str = "") -> None:
    """The same for many products, by key, whose quantities are checked and rows are locked.

    Raises IntegrityError where one of them is open already, and opens none then.
    """
    if not quantities:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_product AS product SET stock_quantity = stock_quantity + opened.quantity"
            " FROM unnest(%s::bigint[], %s::numeric[]) AS opened(id, quantity)"
            " WHERE product.id = opened.id RETURNING product.id, product.stock_quantity",
            [list(quantities), list(quantities.values())],
        )
        after = dict(cursor.fetchall())
    insert_rows(
        [
            StockMovement(
                product_id=pk,
                kind=MovementKind.OPENING,
                quantity=quantity,
                stock_after=after[pk],
                reason=reason[:200],
                actor=by,
            )
            for pk, quantity in quantities.items()
        ]
    )


@transaction.atomic
def adjust_stock(product: Product, *, delta: Decimal, reason: str, by: User | None) -> StockUpdate:
    """Add goods that came in, or take off what broke or was lost; raises ShortStock."""
    checked_number(delta, step=THOUSANDTH, most=MAX_STOCK, attr="delta")
    if delta == 0:
        raise InvalidLine(_("Say how much more or less there is."), attr="delta")
    checked_quantity(abs(delta), unit=product.unit, attr="delta", most=MAX_STOCK)
    after = _change_by_hand(product, delta)
    return _write(product, MovementKind.ADJUSTMENT, delta, after, by=by, reason=reason)


@transaction.atomic
def count_stock(
    product: Product, *, counted: Decimal, expected: Decimal, reason: str, by: User | None
) -> StockUpdate:
    """Set the stock to what was counted, if it is still what the counter was told.

    Raises StaleCount when something was sold or brought in meanwhile. A count that
    finds what was expected is on record too.
    """
    checked_quantity(counted, unit=product.unit, attr="counted", zero=True, most=MAX_STOCK)
    checked_number(expected, step=THOUSANDTH, most=MAX_HELD, attr="expected")
    wait_at_most_ten_seconds()
    row = Product.objects.filter(pk=product.pk, has_variants=False, stock_quantity=expected)
    if not row.update(stock_quantity=counted):
        if Product.objects.filter(pk=product.pk, has_variants=True).exists():
            raise _not_stocked(product)
        raise StaleCount(
            _("The stock has changed since. Please count again."),
            stock_quantity=_stock_of([product.pk])[product.pk],
        )
    change = counted - expected
    return _write(product, MovementKind.COUNT, change, counted, by=by, reason=reason)


@transaction.atomic
def recount_stock(product_ids: Sequence[int]) -> list[StockUpdate]:
    """Set products' stock to what their movements add up to; those that differed.

    The rows are locked first, as whoever moves stock holds them until the movement is
    written: so no movement of a sale going on is missed. A sum below zero is answered,
    and its stock left as it is.
    """
    wait_at_most_ten_seconds()
    rows = Product.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    products = list(rows.filter(pk__in=product_ids, has_variants=False))
    movements = StockMovement.objects.filter(product__in=products).order_by()
    sums = dict(movements.values_list("product").annotate(total=Sum("quantity")))
    updates = [
        StockUpdate(product.pk, product.name, product.stock_quantity, after)
        for product in products
        if (after := sums.get(product.pk, Decimal(0))) != product.stock_quantity
    ]
    for update in updates:
        if update.after >= 0:
            row = Product.objects.filter(pk=update.product_id)
            row.update(stock_quantity=update.after)
    return updates


def _change_by_hand(product: Product, delta: Decimal) -> Decimal:
    wait_at_most_ten_seconds()
    after = _change(product.pk, delta)
    if after is None:
        raise _refusal([_Change(product.pk, product.name, delta)])
    return after


def _write(
    product: Product,
    kind: MovementKind,
    quantity: Decimal,
    after: Decimal,
    *,
    by: User | None,
    reason: str = "",
) -> StockUpdate:
    StockMovement.objects.create(
        product=product, kind=kind, quantity=quantity, stock_after=after, reason=reason, actor=by
    )
    return StockUpdate(product.pk, product.name, after - quantity, after)


# By orders ---------------------------------------------------------------------


def take_stock(items: Iterable[OrderItem], *, by: User | None) -> list[StockUpdate]:
    """Take what the items want, all or nothing; raises ShortStock with every short line.

    Items made to order have no product and take nothing. An item is sold once: a
    unique constraint on its movement holds that.
    """
    changes = [
        _Change(item.product_id, item.product_name, -item.quantity, item)
        for item in items
        if item.product_id is not None
    ]
    return _move(changes, MovementKind.SALE, by=by)


def give_back(
    items: Iterable[OrderItem],
    *,
    by: User | None,
    kind: MovementKind,
    reason: str = "",
    quantities: Mapping[UUID, Decimal] | None = None,
) -> list[StockUpdate]:
    """Put back what the items took and is not back yet, or of each the given part of that.

    The caller holds the order's lock. An item that took nothing gives nothing back.
    """
    items = list(items)
    outstanding = _outstanding(items)
    changes = []
    for item in items:
        left = outstanding.get(item.pk, Decimal(0))
        quantity = left if quantities is None else min(left, quantities.get(item.pk, Decimal(0)))
        if item.product_id is not None and quantity > 0:
            changes.append(_Change(item.product_id, item.product_name, quantity, item))
    return _move(changes, kind, by=by, reason=reason)


def _outstanding(items: Iterable[OrderItem]) -> dict[UUID, Decimal]:
    """What each item took, less what it gave back, from its movements."""
    movements = StockMovement.objects.filter(order_item__in=items).order_by()
    sums = movements.values_list("order_item").annotate(total=Sum("quantity"))
    return {item: -total for item, total in sums}


@transaction.atomic
def _move(
    changes: Sequence[_Change], kind: MovementKind, *, by: User | None, reason: str = ""
) -> list[StockUpdate]:
    """Sum up by product, change product by product in key order, then write a row a line.

    Two transactions that want the same products in another order of lines would
    wait for each other for ever; in key order one of them simply comes second.
    """
    wait_at_most_ten_seconds()
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for change in changes:
        totals[change.product_id] += change.quantity
    after = {pk: _change(pk, totals[pk]) for pk in sorted(totals)}
    if refused := {pk for pk, stock in after.items() if stock is None}:
        raise _refusal([change for change in changes if change.product_id in refused])
    before = {pk: stock - totals[pk] for pk, stock in after.items() if stock is not None}
    StockMovement.objects.bulk_create(_rows(changes, before, kind, by=by, reason=reason))
    names = {change.product_id: change.product_name for change in changes}
    return [StockUpdate(pk, names[pk], stock, stock + totals[pk]) for pk, stock in before.items()]


def _rows(
    changes: Iterable[_Change],
    before: Mapping[int, Decimal],
    kind: MovementKind,
    *,
    by: User | None,
    reason: str,
) -> Iterator[StockMovement]:
    stock = dict(before)
    for change in changes:
        stock[change.product_id] += change.quantity
        yield StockMovement(
            product_id=change.product_id,
            kind=kind,
            quantity=change.quantity,
            stock_after=stock[change.product_id],
            order_item=change.item,
            reason=reason,
            actor=by,
        )


def _change(product_id: int, delta: Decimal) -> Decimal | None:
    """The stock after the change; None where the row refuses it: too little left, or a parent.

    The one guard against overselling: the condition is checked by the UPDATE itself,
    on the row as it is when its lock is held, never on a value read before.
    """
    row = Product.objects.filter(pk=product_id, has_variants=False, stock_quantity__gte=-delta)
    if not row.update(stock_quantity=F("stock_quantity") + delta):
        return None
    return _stock_of([product_id])[product_id]


def _stock_of(product_ids: Iterable[int]) -> dict[int, Decimal]:
    rows = Product.objects.filter(pk__in=product_ids).order_by()
    return dict(rows.values_list("pk", "stock_quantity"))


def _refusal(refused: Sequence[_Change]) -> Conflict:
    """Why the database refused the changes: the product is a parent now, or too little is left."""
    parents = Product.objects.filter(pk__in={c.product_id for c in refused}, has_variants=True)
    if parent := parents.first():
        return _not_stocked(parent)
    stock = _stock_of({change.product_id for change in refused})
    lines = [_short_line(change, stock[change.product_id]) for change in refused]
    said = "; ".join(
        _("%(product)s (%(wanted)s wanted, %(available)s available)")
        % {
            "product": line["product_name"],
            "wanted": plain(line["wanted"]),
            "available": plain(line["available"]),
        }
        for line in lines
    )
    return ShortStock(_("Not enough stock: %(said)s.") % {"said": said}, lines=lines)


def _short_line(change: _Change, available: Decimal) -> dict[str, Any]:
    return {
        "product_id": change.product_id,
        "product_name": change.product_name,
        "wanted": -change.quantity,
        "available": available,
    }


def _not_stocked(parent: Product) -> NotStocked:
    return NotStocked(f"{parent.name} has no stock itself: its sizes and colours have.")
