"""Who has an account in the ledger; each is made when it is first needed."""

from __future__ import annotations

from customers.models import Customer
from khata.models import Account, AccountKind, LedgerUnit


def customer_account(customer: Customer, unit: str = LedgerUnit.INR) -> Account:
    """What the customer owes in the unit; accounts that were merged in take no entries."""
    account, _ = Account.objects.get_or_create(
        customer=customer,
        unit=LedgerUnit(unit),
        merged_in=False,
        defaults={"kind": AccountKind.CUSTOMER},
    )
    return account


def shop_account(kind: str, unit: str = LedgerUnit.INR) -> Account:
    """One of the shop's own accounts."""
    account, _ = Account.objects.get_or_create(
        customer=None, kind=AccountKind(kind), unit=LedgerUnit(unit)
    )
    return account
