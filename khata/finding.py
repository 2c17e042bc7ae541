"""Is it in the ledger already? One debt, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Q

from customers.errors import InvalidInput
from customers.models import Customer
from khata.models import AccountKind, LedgerLine, LedgerTransaction, LedgerUnit
from orders.slips import normal_slip


def find_posted(
    customer: Customer | None,
    date: dt.date | None,
    debit: Decimal | None,
    credit: Decimal | None,
    slip_number: str | None,
    *,
    unit: str = LedgerUnit.INR,
) -> LedgerTransaction | None:
    """The transaction that a line of a khata repeats: by slip number, else customer, day, amount.

    Debits are compared with debits, credits with credits, since a payment may name the
    slip it pays for. What was reversed does not count.
    """
    side, amount = ("debit", debit) if debit else ("credit", credit)
    lines = (
        LedgerLine.objects.filter(
            account__kind=AccountKind.CUSTOMER,
            account__unit=unit,
            transaction__reversed_by=None,
            transaction__reversal_of=None,
        )
        .select_related("transaction")
        .order_by("transaction")
    )
    found = None
    if slip := _normal(slip_number):
        named = Q(transaction__slip_number=slip) | Q(transaction__order__items__slip_number=slip)
        found = lines.filter(named, **{f"{side}__gt": 0}).first()
    if found is None and customer is not None and date is not None and amount:
        same = {"transaction__date": date, "account__customer": customer, side: amount}
        found = lines.filter(**same).first()
    return found.transaction if found else None


def _normal(slip_number: str | None) -> str | None:
    """None where there is none, or none that could have been posted."""
    try:
        return normal_slip(slip_number or "")
    except InvalidInput:
        return None
