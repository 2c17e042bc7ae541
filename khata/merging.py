"""Two customers turn out to be one (settings.CUSTOMER_EVENT_HANDLERS).

The merged customer's accounts are re-pointed, their lines untouched. They are closed for
new entries (``merged_in``): those go to the kept customer's own account of the unit, whose
balance counts them in. So a merge that is undone leaves no entry on the wrong side.
"""

from __future__ import annotations

from typing import Any

from customers.models import Customer
from customers.repointing import Moves, ids_of
from customers.telling import MERGED, UNMERGED
from khata.accounts import customer_account
from khata.models import Account, KhataRow

_CLOSED = "khata.account.merged_in"


def on_customer_event(*, event: str, **data: Any) -> None:
    """Re-point accounts and read rows at a merge; open the accounts again when it is undone."""
    if event == MERGED:
        _merge(data["kept"], data["gone"], data["moves"])
    elif event == UNMERGED:
        Account.objects.filter(pk__in=ids_of(data["moved"], _CLOSED)).update(merged_in=False)


def _merge(kept: Customer, gone: Customer, moves: Moves) -> None:
    theirs = Account.objects.select_for_update().filter(customer=gone)
    for unit in sorted({account.unit for account in theirs.order_by("pk")}):
        customer_account(kept, unit)
    moves.point(theirs.filter(merged_in=False), "merged_in", to=True)
    moves.point(Account.objects.filter(customer=gone), "customer", to=kept)
    moves.point(KhataRow.objects.filter(customer=gone), "customer", to=kept)
