"""Is it in the ledger already? One debt, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet

from customers.errors import InvalidInput
from customers.models import Customer
from khata.models import AccountKind, LedgerLine, LedgerTransaction, LedgerUnit
from orders.slips import normal_slip

Key = TypeVar("Key", bound=Hashable)
_THEIR_SLIP = "transaction__slip_number"
_SLIP_OF_ORDER = "transaction__order__items__slip_number"


@dataclass(frozen=True)
class KhataLine:
    """What a line of a khata says, as far as it tells one from another."""

    customer_id: int | None
    date: dt.date | None
    debit: Decimal | None
    credit: Decimal | None
    slip_number: str | None

    @property
    def side(self) -> str:
        return "debit" if self.debit else "credit"

    @property
    def slip(self) -> str | None:
        """In its normal form; None where there is none, or none that could have been posted."""
        try:
            return normal_slip(self.slip_number or "")
        except InvalidInput:
            return None


def find_posted(
    customer: Customer | None,
    date: dt.date | None,
    debit: Decimal | None,
    credit: Decimal | None,
    slip_number: str | None,
    *,
    unit: str = LedgerUnit.INR,
) -> LedgerTransaction | None:
    """The transaction that one line repeats; see ``find_all_posted``."""
    line = KhataLine(customer.pk if customer else None, date, debit, credit, slip_number)
    found = find_all_posted({0: line}, unit=unit)
    return LedgerTransaction.objects.get(pk=found[0]) if found else None


def find_all_posted(
    lines: Mapping[Key, KhataLine], *, unit: str = LedgerUnit.INR
) -> dict[Key, int]:
    """The id of the transaction that each line repeats, by the line's key.

    It is found by the slip number, else by customer, day and amount. Debits are compared
    with debits, credits with credits, since a payment may name the slip it pays for. What
    was reversed does not count. Three queries, however many lines.
    """
    ours = LedgerLine.objects.filter(
        account__kind=AccountKind.CUSTOMER,
        account__unit=unit,
        transaction__reversed_by=None,
        transaction__reversal_of=None,
    ).order_by("-transaction")  # of several the first is named
    slips = {slip for line in lines.values() if (slip := line.slip)}
    by_slip = {**_by_slip(ours, _SLIP_OF_ORDER, slips), **_by_slip(ours, _THEIR_SLIP, slips)}
    by_amount = _by_amount(ours, lines.values())
    found = {}
    for key, line in lines.items():
        amount = (line.customer_id, line.date, line.side, line.debit or line.credit)
        known = by_slip.get((line.slip, line.side)) or by_amount.get(amount)
        if known is not None:
            found[key] = known
    return found


def _by_slip(
    ours: QuerySet[LedgerLine], column: str, slips: set[str]
) -> dict[tuple[str | None, str], int]:
    rows = ours.filter(**{f"{column}__in": slips}).values_list(column, "debit", "transaction")
    return {(slip, "debit" if debit else "credit"): pk for slip, debit, pk in rows}


def _by_amount(
    ours: QuerySet[LedgerLine], lines: Iterable[KhataLine]
) -> dict[tuple[int | None, dt.date | None, str, Decimal | None], int]:
    asked = [line for line in lines if line.customer_id and line.date]
    rows = ours.filter(
        account__customer__in={line.customer_id for line in asked},
        transaction__date__in={line.date for line in asked},
    ).values_list("account__customer", "transaction__date", "debit", "credit", "transaction")
    return {
        (customer, date, "debit" if debit else "credit", debit or credit): pk
        for customer, date, debit, credit, pk in rows
    }
