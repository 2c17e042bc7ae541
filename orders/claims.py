"""What a client says things cost: compared with the desk's own figures, never taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.models import Order, OrderItem

MOST_WARNINGS = 100
_MONEY = re.compile(r"(^|_)(price|total|subtotal|amount|discount|tax|fee|charges?|cost)$")
_ORDER_FIGURES = ("subtotal", "discount", "tax", "delivery_fee", "total")
_LINE_FIGURES = ("unit_price", "subtotal")


@dataclass(frozen=True)
class Claims:
    """Names and values as sent, of the order and of each line; only amounts of money matter."""

    order: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[Mapping[str, Any]] = ()

    def differing(self, order: Order, items: Sequence[OrderItem]) -> list[str]:
        """A sentence for each amount sent that isn't the desk's, MOST_WARNINGS at most."""
        found = list(_compare(self.order, order, _ORDER_FIGURES, where="The order"))
        for position, (sent, item) in enumerate(zip(self.lines, items, strict=False), 1):
            found += _compare(sent, item, _LINE_FIGURES, where=f"Line {position}")
        if len(found) > MOST_WARNINGS:
            left = len(found) - MOST_WARNINGS + 1
            found[MOST_WARNINGS - 1 :] = [f"{left} more amounts were sent that are not the desk's."]
        return found


def _compare(
    sent: Mapping[str, Any], row: Order | OrderItem, figures: Sequence[str], *, where: str
) -> Iterator[str]:
    for name, value in sent.items():
        if value is None or not _MONEY.search(name):
            continue
        label = name.replace("_", " ")[:40]
        if name not in figures:
            yield f"{where}: the {label} that was sent, {_short(value)}, is not taken over."
        elif _amount(value) != (own := getattr(row, name)):
            yield f"{where}: the {label} is {own}, not {_short(value)} as was sent."


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _short(value: Any) -> str:
    return str(value)[:40]
