"""Rows of a file of past orders, read: what they say of the order, and of each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.sheets.cells import Cells
from orders.lines import MAX_LINES
from orders.models import OrderStatus, PaymentMethod
from orders.quantities import checked_money

_Reader = Callable[[Cells], Any]


@dataclass
class LineRow:
    """One line as the file has it; money in rupees, weight in grams a piece."""

    cells: Cells
    sku: str = ""
    item_name: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    weight: Decimal | None = None
    size: str = ""
    color: str = ""


@dataclass(frozen=True)
class OrderRows:
    """An order and its lines; ``said`` are the order's own fields as read."""

    rows: Sequence[Cells]
    reference: str
    said: Mapping[str, Any]
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


def _said(rows: Sequence[Cells]) -> Mapping[str, Any]:
    """What the order's fields say, each from the first row that fills it; later ones agree.

    Only columns that the file has are asked for: most have a handful.
    """
    said = dict(_UNSAID)
    for field in rows[0].columns.places:
        if (reader := _SAYING.get(field)) is not None:
            said[field] = reader(_row_that_says(field, rows))
    _check_said(rows[0], said)
    return said


def _row_that_says(field: str, rows: Sequence[Cells]) -> Cells:
    texts = [row.raw(field) for row in rows]
    said = next(filter(None, texts), "")
    for row, text in zip(rows, texts, strict=True):
        if text not in (said, ""):
            row.refuse(field, _("Another line of this order says %(text)s.") % {"text": said[:40]})
    return rows[texts.index(said)]


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
    line = LineRow(cells)
    for field in cells.columns.places:
        if (reader := _LINE.get(field)) is not None:
            setattr(line, field, reader(cells))
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


# What each column says ----------------------------------------------------------------


def _text(field: str, longest: int) -> _Reader:
    return lambda cells: cells.text(field, longest=longest)


def _money(field: str) -> _Reader:
    return lambda cells: money(cells, field)


def _choice(field: str, group: str) -> _Reader:
    return lambda cells: cells.choice(field, group, default=_UNSAID[field])


# An order's fields where the file doesn't say.
_UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("customer_name", "address", "city", "state", "pincode"), ""),
    **dict.fromkeys(("email", "tracking_number", "carrier", "notes"), ""),
    **dict.fromkeys(("phone", "date", "paid_amount", "discount", "delivery_fee", "total")),
    "status": OrderStatus.DELIVERED,
    "channel": "counter",
    "payment_status": "",
    "payment_method": PaymentMethod.CASH,
    "payment_terms": "cash",
}
_SAYING: Mapping[str, _Reader] = {
    "customer_name": _text("customer_name", 120),
    "address": _text("address", 500),
    "city": _text("city", 80),
    "state": _text("state", 80),
    "pincode": _text("pincode", 12),
    "tracking_number": _text("tracking_number", 80),
    "carrier": _text("carrier", 80),
    **{field: _money(field) for field in ("paid_amount", "discount", "delivery_fee", "total")},
    "phone": lambda cells: cells.phone("phone"),
    "email": lambda cells: cells.email("email"),
    "notes": lambda cells: cells.paragraph("notes", longest=5000),
    "date": lambda cells: cells.moment("date"),
    "status": _choice("status", "statuses"),
    "channel": _choice("channel", "channels"),
    "payment_status": _choice("payment_status", "payments"),
    "payment_method": _choice("payment_method", "methods"),
    "payment_terms": _choice("payment_terms", "terms"),
}
_LINE: Mapping[str, _Reader] = {
    "sku": _text("sku", 64),
    "item_name": _text("item_name", 200),
    "quantity": lambda cells: cells.number("quantity"),
    "unit_price": _money("unit_price"),
    "weight": lambda cells: cells.number("weight"),
    "size": _text("size", 40),
    "color": _text("color", 40),
}
