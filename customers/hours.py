"""When the shop is closed, by its own clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from customers.manner import manner
from customers.models import ClosedDay, OpeningTime

Span = tuple[dt.datetime, dt.datetime]
_DAY = dt.timedelta(days=1)


def closed_since(moment: dt.datetime) -> dt.datetime | None:
    """When it closed last, where it is closed at the moment; None while it is open.

    A shop without opening hours is always open.
    """
    for opens, closes in _spans(moment, forward=False):
        if opens <= moment < closes:
            return None
        if closes <= moment:
            return closes
    return None


def opens_next(moment: dt.datetime) -> dt.datetime | None:
    """When it opens for the next time after the moment; None without opening hours."""
    spans = _spans(moment, forward=True)
    return next((opens for opens, _closes in spans if opens > moment), None)


def _spans(moment: dt.datetime, *, forward: bool) -> Iterator[Span]:
    """The opening times from the moment's day on, or from it back, nearest first.

    Every weekday comes up once more than there are closed days, so one span is always found.
    """
    hours = list(OpeningTime.objects.all())
    closed = set(ClosedDay.objects.values_list("day", flat=True)) if hours else set()
    zone = ZoneInfo(manner().time_zone)
    today = moment.astimezone(zone).date()
    for n in range(8 * (len(closed) + 1)):
        day = today + n * _DAY if forward else today - n * _DAY
        if day not in closed:
            yield from sorted(_of_day(hours, day, zone), reverse=not forward)


def _of_day(hours: Iterable[OpeningTime], day: dt.date, zone: ZoneInfo) -> Iterator[Span]:
    for span in hours:
        if span.weekday == day.weekday():
            ends = day + _DAY if span.closes == dt.time(0) else day
            opens = dt.datetime.combine(day, span.opens, zone)
            yield opens, dt.datetime.combine(ends, span.closes, zone)
