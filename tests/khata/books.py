"""The ledger as the tests look at it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from customers.models import Customer
from khata.accounts import customer_account, shop_account
from khata.models import Account, AccountBalance, LedgerTransaction
from khata.posting import NewLine, post_transaction


def today() -> dt.date:
    return timezone.localdate()


def owes(customer: Customer, unit: str = "INR") -> Decimal:
    """The balance of the customer's account."""
    return AccountBalance.objects.get(account=customer_account(customer, unit)).balance


def holds(kind: str, unit: str = "INR") -> Decimal:
    """The balance of a shop account."""
    return AccountBalance.objects.get(account=shop_account(kind, unit)).balance


def moved(
    debited: Account, credited: Account, amount: str | int = 100, **fields
) -> LedgerTransaction:
    """An amount posted from one account to another."""
    lines = [
        NewLine(debited, debit=Decimal(amount)),
        NewLine(credited, credit=Decimal(amount)),
    ]
    count = LedgerTransaction.objects.count()
    given = {"date": today(), "source": "manual", "memo": "", "by": None, "key": f"test:{count}"}
    return post_transaction(lines=lines, **{**given, **fields})


def sides(posted: LedgerTransaction) -> list[tuple[str, Decimal, Decimal]]:
    """(account, debit, credit) of each line, in their order."""
    lines = posted.lines.select_related("account__customer")
    return [(str(line.account), line.debit, line.credit) for line in lines]


def tamper(sql: str) -> None:
    """What only the database's owner can do: change the ledger with its guards taken off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("khata_ledgertransaction", "khata_ledgerline"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
