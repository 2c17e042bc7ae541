"""When a line was written: its stamp, and in which order the file writes day, month and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from whatsapp.exports.words import half_of_day


class DateOrder(StrEnum):
    """How dates are written; where a file leaves it open the first counts, as in India."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


DATE = r"(?P<a>\d{1,4})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<c>\d{1,4})\.?,?"
_MARK = r"[^\W\d_][^\d\[\]:]{0,20}?"
TIME = (
    rf"(?:(?P<before>{_MARK})\s?)?(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})"
    rf"(?:[:.](?P<second>\d{{2}}))?(?:\s?(?P<after>{_MARK}))?"
)
_PLACES = {
    DateOrder.DMY: (2, 1, 0),
    DateOrder.MDY: (2, 0, 1),
    DateOrder.YMD: (0, 1, 2),
}
# WhatsApp began in 2009; a phone's clock may run ahead by a time zone.
_FIRST_YEAR = 2009
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Stamp:
    """A date whose three numbers are not told apart yet, and the time as hours of the day."""

    numbers: tuple[str, str, str]
    hour: int
    minute: int
    second: int
    mark: str = ""

    def read(self, order: DateOrder) -> datetime | None:
        """The local time it means in this order, None for what is no date."""
        year, month, day = (self.numbers[place] for place in _PLACES[order])
        if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
            return None
        full = int(year) + (2000 if len(year) == 2 else 0)
        try:
            return datetime(full, int(month), int(day), self.hour, self.minute, self.second)  # noqa: DTZ001
        except ValueError:
            return None


@dataclass(frozen=True)
class Decision:
    """The order a file writes its dates in; not sure where another fits as well."""

    order: DateOrder
    sure: bool


def stamp_of(match: re.Match[str]) -> Stamp | None:
    """The stamp of a line's head (DATE and TIME); None where its hour can't be meant."""
    mark = match["before"] or match["after"] or ""
    half = half_of_day(mark) if mark else None
    hour = int(match["hour"])
    if mark:
        if half is None or not 0 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    numbers = (match["a"], match["b"], match["c"])
    second = int(match["second"] or 0)
    return Stamp(numbers, hour, int(match["minute"]), second, mark)


def decide(stamps: Sequence[Stamp], *, now: datetime) -> Decision:
    """The order in which most dates exist, none lies ahead, and time runs forward.

    ``now`` is local. Where two are as good: as Americans write it (no zeros in front,
    AM and PM in capitals), else day before month.
    """
    faults = {order: _faults(stamps, order, now) for order in DateOrder}
    fewest = min(faults.values())
    best = [order for order in DateOrder if faults[order] == fewest]
    if DateOrder.MDY in best and _looks_american(stamps):
        return Decision(DateOrder.MDY, sure=len(best) == 1)
    return Decision(best[0], sure=len(best) == 1)


def is_credible(moment: datetime, *, now: datetime) -> bool:
    """Whether a message can have been written then (both local)."""
    return moment.year >= _FIRST_YEAR and moment <= now + _AHEAD


def _faults(stamps: Sequence[Stamp], order: DateOrder, now: datetime) -> tuple[int, int]:
    """How many are impossible, then how often time runs backwards."""
    read = [moment for stamp in stamps if (moment := stamp.read(order)) is not None]
    credible = [moment for moment in read if is_credible(moment, now=now)]
    back = sum(later < earlier for earlier, later in pairwise(credible))
    return len(stamps) - len(credible), back


def _looks_american(stamps: Sequence[Stamp]) -> bool:
    small = [number for stamp in stamps for number in stamp.numbers[:2] if int(number) < 10]
    return (
        bool(small)
        and all(len(number) == 1 for number in small)
        and all(stamp.mark in ("AM", "PM") for stamp in stamps)
    )
