"""From what the reader saw on a line to the row that staff will see; nothing is saved here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from khata.matching import Matcher
from khata.models import KhataPage, KhataRow
from khata.reading.types import FIELDS, RowReading
from orders.quantities import MAX_MONEY, PAISA, THOUSANDTH

# Field of a reading → column, with what the column takes.
_TEXTS = {"name": 200, "particulars": 300, "slip_number": 24}
_NUMBERS = {
    "debit": ("debit", PAISA, MAX_MONEY),
    "credit": ("credit", PAISA, MAX_MONEY),
    "balance": ("balance", PAISA, MAX_MONEY),
    "weight_g": ("weight", THOUSANDTH, MAX_MONEY),
    "quantity": ("quantity", THOUSANDTH, MAX_MONEY),
}
# What the columns call the fields of a reading.
COLUMNS = {field: _NUMBERS[field][0] if field in _NUMBERS else field for field in FIELDS}
_SIGNED = "balance"
_READ = 300  # characters kept of what was read in a field


def row_of(reading: RowReading, *, page: KhataPage, matcher: Matcher) -> KhataRow:
    """The row of a line, with the customer whose name stands on it or heads its page."""
    proposal = matcher.match(one_line(reading.name or "", _READ) or page.party)
    row = KhataRow(
        page=page,
        position=reading.row,
        kind=reading.kind,
        date=_date(reading.date) or _date(page.date),
        customer_id=proposal.customer_id,
        customer_sure=proposal.sure,
        alternatives=proposal.alternatives,
        struck_out=reading.struck_out,
        proven=reading.proven,
        confidence=min(max(reading.confidence, 0.0), 1.0),
        warnings=[one_line(text, 200) for text in reading.warnings],
        read=_as_json({field: getattr(reading, field) for field in FIELDS}),
        proposed=_as_json(reading.proposed),
        box=list(reading.box),
        cells={COLUMNS[field]: list(box) for field, box in reading.cells.items()},
    )
    for name, longest in _TEXTS.items():
        setattr(row, name, one_line(getattr(reading, name) or "", longest))
    for field, (column, step, most) in _NUMBERS.items():
        _set_number(row, column, getattr(reading, field), step=step, most=most)
    return row


def one_line(text: str, longest: int) -> str:
    """Without line ends and what PostgreSQL can't hold, cut to a column's length."""
    return " ".join(text.replace("\x00", " ").split())[:longest]


def _set_number(
    row: KhataRow, column: str, value: Decimal | None, *, step: Decimal, most: Decimal
) -> None:
    """What no column can hold stays in ``read`` alone, and the row says so."""
    if value is None:
        return
    fits = value.is_finite() and abs(value) <= most and (value >= 0 or column == _SIGNED)
    if fits:
        setattr(row, column, value.quantize(step))
    else:
        row.warnings.append(f"What stands there as {column} can't be one.")


def _date(day: dt.date | None) -> dt.date | None:
    return day if day is not None and day.year >= 1900 else None


def _as_json(values: Mapping[Any, Any]) -> dict[str, Any]:
    """By column name, what is missing left out; days and numbers as texts."""
    return {
        COLUMNS[field]: one_line(str(value), _READ)
        for field, value in values.items()
        if value is not None
    }
