"""What staff may change of a row that is not posted yet; what was read stays in ``read``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer
from khata.models import KhataRow
from khata.posting import FIRST_DAY
from khata.rows import one_line
from orders.quantities import MAX_MONEY, PAISA, THOUSANDTH, checked_number
from orders.slips import normal_slip

TEXTS = {"name": 200, "particulars": 300}
AMOUNTS = ("debit", "credit")
NUMBERS = {
    "debit": PAISA,
    "credit": PAISA,
    "balance": PAISA,
    "weight": THOUSANDTH,
    "quantity": THOUSANDTH,
}


def apply_corrections(row: KhataRow, changes: Mapping[str, Any]) -> None:
    """Set date, name, customer_id, particulars, slip_number, struck_out and the numbers.

    Only what is given is set; an amount of nothing is none. Saves nothing. Raises
    InvalidInput with ``attr`` naming the field.
    """
    for name, longest in TEXTS.items():
        if name in changes:
            setattr(row, name, _text(changes[name], longest, attr=name))
    for name in NUMBERS:
        if name in changes:
            setattr(row, name, _number(changes[name], attr=name))
    if "date" in changes:
        row.date = _day(changes["date"])
    if "slip_number" in changes:
        slip = one_line(changes["slip_number"] or "", 200)
        row.slip_number = normal_slip(slip) if slip else ""
    if "struck_out" in changes:
        row.struck_out = changes["struck_out"]
    if "customer_id" in changes:
        _choose(row, changes["customer_id"])


def what_is_missing(row: KhataRow) -> list[str]:
    """What keeps a row from being posted: customer, date, amount (none, or on both sides)."""
    facts = {
        "customer": row.customer_id is not None,
        "date": row.date is not None,
        "amount": bool(row.debit) != bool(row.credit),
    }
    return [name for name, there in facts.items() if not there]


def _text(value: str | None, longest: int, *, attr: str) -> str:
    text = one_line(value or "", longest + 1)
    if len(text) > longest:
        raise InvalidInput(_("At most %(longest)s characters.") % {"longest": longest}, attr=attr)
    return text


def _number(value: Decimal | None, *, attr: str) -> Decimal | None:
    """The number as the column holds it; only a balance may be negative."""
    if value is None or (not value and attr in AMOUNTS):
        return None
    checked_number(value, step=NUMBERS[attr], most=MAX_MONEY, attr=attr)
    if value < 0 and attr != "balance":
        raise InvalidInput(_("This can't be negative."), attr=attr)
    return value


def _day(value: dt.date | None) -> dt.date | None:
    if value is not None and value < FIRST_DAY:
        raise InvalidInput(_("No day before %(year)s.") % {"year": FIRST_DAY.year}, attr="date")
    return value


def _choose(row: KhataRow, customer_id: int | None) -> None:
    if customer_id is not None and not Customer.objects.filter(pk=customer_id).exists():
        raise InvalidInput(_("There is no such customer."), attr="customer_id")
    row.customer_sure = customer_id is not None
    if row.customer_id != customer_id:
        row.customer_id = customer_id
