"""A statement to keep or to send: CSV and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from customers.errors import InvalidInput
from customers.models import Shop
from khata.models import LedgerUnit
from khata.spreadsheets import Cell, csv_bytes
from khata.statement_pdf import statement_pdf
from khata.statements import Statement, StatementLine
from orders.quantities import PAISA

MOST_LINES_ON_PAPER = 2_000  # some sixty pages, which take seconds to set


@dataclass(frozen=True)
class StatementFile:
    """What is downloaded; ``name`` is ASCII, whatever the customer is called."""

    name: str
    content_type: str
    content: bytes


def statement_file(statement: Statement, form: str) -> StatementFile:
    """The statement as ``csv`` or ``pdf``.

    Raises InvalidInput for a PDF of more lines than anybody would print.
    """
    name = f"statement-{statement.customer.pk}-{timezone.localdate():%Y-%m-%d}.{form}"
    if form == "csv":
        return StatementFile(name, "text/csv; charset=utf-8", csv_bytes(_rows(statement)))
    if len(statement.lines) > MOST_LINES_ON_PAPER:
        sentence = f"More than {MOST_LINES_ON_PAPER} lines: choose fewer days, or CSV."
        raise InvalidInput(sentence, attr="date_from")
    return StatementFile(name, "application/pdf", statement_pdf(statement, Shop.current()))


def _rows(statement: Statement) -> Iterator[list[Cell]]:
    unit = statement.unit
    yield ["Date", "Particulars", "Slip", "Order", "Debit", "Credit", "Balance", "Unit"]
    opening = _number(statement.opening_balance, unit)
    first = statement.date_from.isoformat() if statement.date_from else ""
    yield [first, "Opening balance", "", "", "", "", opening, unit.value]
    for line in statement.lines:
        yield _row(line, unit)
    last = statement.date_to.isoformat() if statement.date_to else ""
    totals = (statement.total_debit, statement.total_credit, statement.closing_balance)
    yield [last, "Total", "", "", *(_number(sum_, unit) for sum_ in totals), unit.value]


def _row(line: StatementLine, unit: LedgerUnit) -> list[Cell]:
    posted = line.transaction
    return [
        posted.date.isoformat(),
        posted.memo,
        posted.slip_number,
        posted.order.order_reference if posted.order else "",
        _number(line.debit, unit) if line.debit else None,
        _number(line.credit, unit) if line.credit else None,
        _number(line.balance, unit),
        unit.value,
    ]


def _number(amount: Decimal, unit: LedgerUnit) -> Decimal:
    """Paise for rupees, milligrams for grams; the column keeps three decimals of both."""
    return amount.quantize(PAISA) if unit == LedgerUnit.INR else amount
