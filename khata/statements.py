"""A customer's khata from one day to another, with the balance after each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer
from khata.models import Account, LedgerLine, LedgerTransaction, LedgerUnit

NOTHING = Decimal(0)
MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A debit or credit of the customer, and what they owed after it."""

    transaction: LedgerTransaction
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """What was owed before, what happened, what is owed after; in the unit."""

    customer: Customer
    unit: LedgerUnit
    date_from: dt.date | None
    date_to: dt.date | None
    opening_balance: Decimal
    lines: list[StatementLine]
    total_debit: Decimal
    total_credit: Decimal
    closing_balance: Decimal


def statement_of(
    customer: Customer,
    *,
    unit: str = LedgerUnit.INR,
    date_from: dt.date | None = None,
    date_to: dt.date | None = None,
) -> Statement:
    """The customer's lines of these days, both included; by day, then as posted.

    Raises InvalidInput for a range that ends before it begins, or holds too many lines.
    """
    if date_from is not None and date_to is not None and date_to < date_from:
        raise InvalidInput(_("The range ends before it begins."), attr="date_to")
    rows = _lines_of(customer, unit)
    opening = _sum(rows.filter(transaction__date__lt=date_from)) if date_from else NOTHING
    if date_from is not None:
        rows = rows.filter(transaction__date__gte=date_from)
    if date_to is not None:
        rows = rows.filter(transaction__date__lte=date_to)
    lines = _running(opening, rows[: MOST_LINES + 1])
    if len(lines) > MOST_LINES:
        sentence = f"More than {MOST_LINES} lines: choose fewer days."
        raise InvalidInput(sentence, attr="date_from")
    return Statement(
        customer=customer,
        unit=LedgerUnit(unit),
        date_from=date_from,
        date_to=date_to,
        opening_balance=opening,
        lines=lines,
        total_debit=sum((line.debit for line in lines), NOTHING),
        total_credit=sum((line.credit for line in lines), NOTHING),
        closing_balance=lines[-1].balance if lines else opening,
    )


def balances_of(customer: Customer) -> dict[LedgerUnit, Decimal]:
    """What the customer owes in each unit that is not settled; rupees always."""
    accounts = customer.ledger_accounts.select_related("standing")
    sums: dict[LedgerUnit, Decimal] = {LedgerUnit.INR: NOTHING}
    for account in accounts:
        unit = LedgerUnit(account.unit)
        sums[unit] = sums.get(unit, NOTHING) + account.standing.balance
    return {unit: sum_ for unit, sum_ in sums.items() if sum_ or unit == LedgerUnit.INR}


def owed_by(customers: Collection[int]) -> dict[int, Decimal]:
    """Rupees that each of these customers owes now (less than nothing: is in advance)."""
    accounts = Account.objects.filter(customer__in=customers, unit=LedgerUnit.INR)
    return {**dict.fromkeys(customers, NOTHING), **dict(_standings(accounts))}


def _standings(accounts: QuerySet[Account]) -> Iterable[tuple[int, Decimal]]:
    return accounts.values_list("customer_id", "standing__balance")


def _lines_of(customer: Customer, unit: str) -> QuerySet[LedgerLine]:
    rows = LedgerLine.objects.filter(account__customer=customer, account__unit=unit)
    return rows.select_related("transaction__reversed_by", "transaction__order").order_by(
        "transaction__date", "transaction_id", "position"
    )


def _sum(rows: QuerySet[LedgerLine]) -> Decimal:
    return rows.order_by().aggregate(sum=Sum(F("debit") - F("credit")))["sum"] or NOTHING


def _running(opening: Decimal, rows: Iterable[LedgerLine]) -> list[StatementLine]:
    lines, balance = [], opening
    for row in rows:
        balance += row.debit - row.credit
        lines.append(StatementLine(row.transaction, row.debit, row.credit, balance))
    return lines
