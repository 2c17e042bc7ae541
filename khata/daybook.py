"""What a day was: everything posted on it, and how cash and bank stood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from khata.models import AccountKind, LedgerLine, LedgerTransaction, LedgerUnit

NOTHING = Decimal(0)
DRAWERS = (AccountKind.CASH, AccountKind.BANK)
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Movement:
    """How one of the shop's drawers went from one day's morning to another's evening; rupees."""

    opening: Decimal
    came_in: Decimal
    went_out: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.came_in - self.went_out


@dataclass(frozen=True)
class DayBook:
    """A day's transactions in the order of posting, and what they come to; rupees."""

    day: dt.date
    transactions: list[LedgerTransaction]
    drawers: dict[AccountKind, Movement]
    given_on_credit: Decimal
    paid_back: Decimal


@dataclass(frozen=True, slots=True)
class CashDay:
    """A day on which cash or bank moved."""

    day: dt.date
    drawers: dict[AccountKind, Movement]


@dataclass(frozen=True)
class CashSummary:
    """Cash and bank over some days: in all, and day by day."""

    first: dt.date
    last: dt.date
    drawers: dict[AccountKind, Movement]
    days: list[CashDay]


def day_book(day: dt.date) -> DayBook:
    """Everything posted on the day; a fixed number of queries."""
    posted = LedgerTransaction.objects.filter(date=day).select_related("order", "actor")
    customers = Q(account__kind=AccountKind.CUSTOMER, account__unit=LedgerUnit.INR)
    theirs = LedgerLine.objects.filter(customers, transaction__date=day).aggregate(
        debits=Sum("debit"), credits=Sum("credit")
    )
    return DayBook(
        day=day,
        transactions=list(posted.prefetch_related("lines__account__customer").order_by("pk")),
        drawers=cash_summary(day, day).drawers,
        given_on_credit=theirs["debits"] or NOTHING,
        paid_back=theirs["credits"] or NOTHING,
    )


def cash_summary(first: dt.date, last: dt.date) -> CashSummary:
    """Cash and bank from one day to another, both included.

    Raises InvalidInput for a range that ends before it begins, or of more than a year.
    """
    if last < first:
        raise InvalidInput(_("The range ends before it begins."), attr="last")
    if (last - first).days >= LONGEST:
        raise InvalidInput(_("At most a year at once."), attr="first")
    lines = LedgerLine.objects.filter(account__kind__in=DRAWERS).order_by()
    before = _by_kind(lines.filter(transaction__date__lt=first))
    opening = {kind: came - went for kind, (came, went) in before.items()}
    moved = _by_day(lines.filter(transaction__date__range=(first, last)))
    days = []
    running = dict(opening)
    for day, sums in moved.items():
        drawers = _moved(running, sums)
        days.append(CashDay(day, drawers))
        running = {kind: drawer.closing for kind, drawer in drawers.items()}
    whole = {
        kind: Movement(
            opening.get(kind, NOTHING),
            sum((day.drawers[kind].came_in for day in days), NOTHING),
            sum((day.drawers[kind].went_out for day in days), NOTHING),
        )
        for kind in DRAWERS
    }
    return CashSummary(first, last, whole, days)


_Sums = dict[AccountKind, tuple[Decimal, Decimal]]


def _by_kind(lines: QuerySet[LedgerLine]) -> _Sums:
    rows = lines.values_list("account__kind").annotate(Sum("debit"), Sum("credit"))
    return {AccountKind(kind): (came, went) for kind, came, went in rows}


def _by_day(lines: QuerySet[LedgerLine]) -> dict[dt.date, _Sums]:
    """The days on which anything moved, the oldest first."""
    rows = lines.values_list("transaction__date", "account__kind").annotate(
        Sum("debit"), Sum("credit")
    )
    days: dict[dt.date, _Sums] = {}
    for day, kind, came, went in rows.order_by("transaction__date"):
        days.setdefault(day, {})[AccountKind(kind)] = (came, went)
    return days


def _moved(opening: Mapping[AccountKind, Decimal], sums: _Sums) -> dict[AccountKind, Movement]:
    none = (NOTHING, NOTHING)
    return {kind: Movement(opening.get(kind, NOTHING), *sums.get(kind, none)) for kind in DRAWERS}
