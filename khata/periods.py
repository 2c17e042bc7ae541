"""Closing the books up to a day, against postings that are under way at the same moment."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import User
from khata.errors import InvalidEntry, PeriodClosed
from khata.models import PeriodClosing
from orders.locking import wait_at_most_ten_seconds

_BOOKS = 0x6B68617461  # the advisory lock's number: "khata"


@transaction.atomic
def close_period(through: dt.date, *, by: User | None, note: str = "") -> PeriodClosing:
    """Close all days up to and including this one, for good; today stays open for reversals.

    Raises InvalidEntry, PeriodClosed.
    """
    if through >= timezone.localdate():
        raise InvalidEntry(_("Only days that are over can be closed."), attr="through")
    _lock("pg_advisory_xact_lock")
    if (last := closed_through()) is not None and through <= last:
        raise _closed(last, attr="through")
    return PeriodClosing.objects.create(through=through, note=note[:200], actor=by)


def closed_through() -> dt.date | None:
    """The last closed day; None while nothing was ever closed."""
    return PeriodClosing.objects.values_list("through", flat=True).first()


def hold_open(date: dt.date) -> None:
    """Keep the day from being closed until the transaction ends; raises PeriodClosed.

    Postings don't wait for each other here, only for a closing.
    """
    _lock("pg_advisory_xact_lock_shared")
    if (last := closed_through()) is not None and date <= last:
        raise _closed(last, attr="date")


def _closed(last: dt.date, *, attr: str) -> PeriodClosed:
    return PeriodClosed(
        _("The books are closed through %(through)s.") % {"through": date_format(last)},
        attr=attr,
        closed_through=last.isoformat(),
    )


def _lock(function: str) -> None:
    wait_at_most_ten_seconds()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_BOOKS])
