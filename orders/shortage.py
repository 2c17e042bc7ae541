"""What confirming an order would take from the shelf, and what is missing there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from orders.models import OrderItem, Product


@dataclass(frozen=True, slots=True)
class LineStock:
    """A line beside the shelf: what is there now, would be left, and what is missing.

    ``now`` and ``after`` count all lines of the product and are None for something made to
    order. ``there`` is what this line gets of it, the lines before it served first.
    """

    item: OrderItem
    now: Decimal | None
    after: Decimal | None
    there: Decimal

    @property
    def missing(self) -> Decimal:
        """How much of the line can't be sold now."""
        return self.item.quantity - self.there

    @property
    def is_short(self) -> bool:
        return self.missing > 0


def line_stocks(items: Iterable[OrderItem], stock: Mapping[int, Decimal]) -> list[LineStock]:
    """Each line (with its unit) beside ``stock`` by product key, lines in their order."""
    items = sorted(items, key=lambda item: item.position)
    wanted: dict[int | None, Decimal] = {}
    for item in items:
        wanted[item.product_id] = wanted.get(item.product_id, Decimal(0)) + item.quantity
    left = dict(stock)
    lines = []
    for item in items:
        if item.product_id is None:
            lines.append(LineStock(item, None, None, item.quantity))
            continue
        there = _whole(min(left[item.product_id], item.quantity), item)
        left[item.product_id] -= there
        now = stock[item.product_id]
        lines.append(LineStock(item, now, now - wanted[item.product_id], there))
    return lines


def stock_for(items: Sequence[OrderItem]) -> list[LineStock]:
    """``line_stocks`` against the shelf as it is now, in one query; nothing is promised by it."""
    keys = {item.product_id for item in items if item.product_id is not None}
    rows = Product.objects.filter(pk__in=keys).order_by().values_list("pk", "stock_quantity")
    return line_stocks(items, dict(rows))


def _whole(quantity: Decimal, item: OrderItem) -> Decimal:
    """As much of it as can be handed over: whole pieces, where the unit can't be divided."""
    return quantity if item.unit.divisible else quantity.to_integral_value(ROUND_DOWN)
