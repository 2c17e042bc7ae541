"""What some of the demo's customers owed in the paper khata before the desk."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from customers.models import Customer, PaymentTerms, User
from khata.models import AccountKind
from khata.posting import post_entry

# How many days ago the debt was made, its rupees, and what was paid of it two weeks later.
_DEBTS = ((104, 18500, 6000), (71, 7250, 0), (48, 12400, 2400), (36, 4100, 0), (93, 950, 0))


def bring_over(customers: list[tuple[Customer, int]], *, by: User) -> int:
    """Post old debts of people who pay cash nowadays; how many."""
    # Whoever buys on credit now pays the oldest first, so theirs would not stay old.
    owing = [one for one, _ in customers if one.payment_terms == PaymentTerms.CASH]
    for customer, (ago, owed, paid) in zip(owing, _DEBTS, strict=False):
        made = timezone.localdate() - dt.timedelta(days=ago)
        post_entry(
            customer=customer,
            date=made,
            debit=Decimal(owed),
            particulars="From the old khata",
            key=f"demo:old:{customer.pk}",
            against=AccountKind.OPENING,
            by=by,
        )
        if paid:
            post_entry(
                customer=customer,
                date=made + dt.timedelta(days=14),
                credit=Decimal(paid),
                particulars="Jama",
                key=f"demo:old:{customer.pk}:paid",
                by=by,
            )
    return min(len(owing), len(_DEBTS))
