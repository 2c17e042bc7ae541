"""Balances added up to a sealed point, so that today's needs only what came after."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max, Sum

from khata.models import BalanceSnapshot, LedgerLine
from khata.sealing import last_seal
from orders.locking import got_lock


@transaction.atomic
def take_snapshots() -> int:
    """Bring every account's snapshot up to the last sealed transaction; how many accounts moved.

    Only sealed transactions have an order that is certain: one with a lower key may
    still be on its way to its commit.
    """
    if not got_lock("khata snapshots"):
        return 0
    reached, (sealed, _) = snapshots_reach(), last_seal()
    if sealed <= reached:
        return 0
    known = dict(BalanceSnapshot.objects.values_list("account", "balance"))
    moved = _moved(after=reached, through=sealed)
    BalanceSnapshot.objects.update(sequence=sealed)
    BalanceSnapshot.objects.bulk_create(
        [
            BalanceSnapshot(
                account_id=account, balance=known.get(account, 0) + change, sequence=sealed
            )
            for account, change in moved.items()
        ],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["balance", "sequence"],
    )
    return len(moved)


def snapshots_reach() -> int:
    """The sequence number up to which the snapshots add up; 0 without any."""
    return BalanceSnapshot.objects.aggregate(last=Max("sequence"))["last"] or 0


def _moved(*, after: int, through: int) -> dict[int, Decimal]:
    lines = LedgerLine.objects.filter(
        transaction__sequence__gt=after, transaction__sequence__lte=through
    )
    sums = lines.order_by().values_list("account").annotate(change=Sum(F("debit") - F("credit")))
    return dict(sums)
