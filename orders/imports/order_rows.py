"""Rows of a file of past orders, read: what they say of the order, and of each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.sheets.cells import Cells
from orders.lines import MAX_LINES
from orders.models import OrderStatus, PaymentMethod
from orders.quantities import checked_money

_ORDER_FIELDS = (
    *("date", "customer_name", "phone", "email", "address", "city", "state", "pincode"),
    *("status", "channel", "payment_status", "paid_amount", "payment_method"),
    *("payment_terms", "discount", "delivery_fee", "total", "notes", "tracking_number", "carrier"),
)
_TEXTS = {
    "customer_name": 120,
    "address": 500,
    "city": 80,
    "state": 80,
    "pincode": 12,
    "tracking_number": 80,
    "carrier": 80,
}
_MONEY = ("paid_amount", "discount", "delivery_fee", "total")


@dataclass(frozen=True)
class LineRow:
    """One line as the file has it; money in rupees, weight in grams a piece."""

    cells: Cells
    sku: str
    item_name: str
    quantity: Decimal | None
    unit_price: Decimal | None
    weight: Decimal | None
    size: str
    color: str


@dataclass(frozen=True)
class OrderRows:
    """An order and its lines; ``said`` are the order's own fields as read."""

    rows: Sequence[Cells]
    reference: str
    said: dict[str, Any]
    lines: Sequence[LineRow]

    @property
    def date(self) -> dt.datetime:
        day: dt.datetime = self.said["date"]
        return day

    @property
    def has_problems(self) -> bool:
        return any(row.problems for row in self.rows)


def read_order(rows: Sequence[Cells]) -> OrderRows:
    """One order's rows; what can't be meant is noted in the row it stands in."""
    first = rows[0]
    reference = first.text("reference", longest=40, needed=True)
    if len(rows) > MAX_LINES:
        first.refuse("reference", _("An order has at most %(count)s lines.") % {"count": MAX_LINES})
    return OrderRows(rows, reference, _said(rows), [_line(row) for row in rows])


def _said(rows: Sequence[Cells]) -> dict[str, Any]:
    """What the order's fields say, each from the first row that fills it; later ones agree."""
    at = {field: _row_that_says(field, rows) for field in _ORDER_FIELDS}
    said: dict[str, Any] = {
        name: at[name].text(name, longest=longest) for name, longest in _TEXTS.items()
    }
    said |= {name: money(at[name], name) for name in _MONEY}
    said["phone"] = at["phone"].phone("phone")
    said["email"] = at["email"].email("email")
    said["notes"] = at["notes"].paragraph("notes", longest=5000)
    said["date"] = at["date"].moment("date")
    for field, group, default in (
        ("status", "statuses", OrderStatus.DELIVERED),
        ("channel", "channels", "counter"),
        ("payment_status", "payments", ""),
        ("payment_method", "methods", PaymentMethod.CASH),
        ("payment_terms", "terms", "cash"),
    ):
        said[field] = at[field].choice(field, group, default=default)
    _check_said(rows[0], said)
    return said


def _row_that_says(field: str, rows: Sequence[Cells]) -> Cells:
    if field not in rows[0].columns.places:
        return rows[0]
    filled = [row for row in rows if row.has(field)]
    for row in filled[1:]:
        if row.raw(field) != filled[0].raw(field):
            row.refuse(
                field,
                _("Another line of this order says %(text)s.")
                % {"text": filled[0].raw(field)[:40]},
            )
    return filled[0] if filled else rows[0]


def _check_said(row: Cells, said: dict[str, Any]) -> None:
    if said["date"] is None and not row.problems:
        row.refuse("date", _("This is needed."))
    if not said["customer_name"]:
        said["customer_name"] = said["phone"] or ""
    if not said["customer_name"] and not row.problems:
        row.refuse("customer_name", _("Say who ordered."))
    if said["payment_status"] == "part_paid" and not said["paid_amount"]:
        row.refuse("paid_amount", _("Say how much was paid."))


def _line(cells: Cells) -> LineRow:
    line = LineRow(
        cells=cells,
        sku=cells.text("sku", longest=64),
        item_name=cells.text("item_name", longest=200),
        quantity=cells.number("quantity"),
        unit_price=money(cells, "unit_price"),
        weight=cells.number("weight"),
        size=cells.text("size", longest=40),
        color=cells.text("color", longest=40),
    )
    if not line.sku and not line.item_name:
        cells.refuse("sku", _("Say which product."))
    if line.quantity is None and not cells.has("quantity"):
        cells.refuse("quantity", _("This is needed."))
    return line


def money(cells: Cells, field: str) -> Decimal | None:
    """Rupees of at most two decimals, not negative."""
    value = cells.number(field)
    if value is None:
        return None
    try:
        return checked_money(value, attr=field)
    except DeskError as error:
        cells.catch(field, error)
        return None
