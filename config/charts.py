"""Bars of the home page as plain SVG, with the same numbers in a table for who can't see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

# The picture's own units; a browser stretches them to the width there is.
STEP, HEIGHT = 26, 90  # a bar is 20 wide (templates/desk/home_chart.html)


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar."""

    y: float
    height: float
    css: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its parts from the foot up, and the row of the table that says the same."""

    x: int
    parts: list[Part]
    day: str
    cells: list[str]
    total: str

    @property
    def words(self) -> str:
        return f"{self.day}: {self.total}"


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    summary: str
    series: list[tuple[str, str]]
    bars: list[Bar]
    most: str

    @property
    def width(self) -> int:
        return STEP * len(self.bars)

    @property
    def ends(self) -> tuple[str, str]:
        return self.bars[0].day, self.bars[-1].day

    @property
    def stacked(self) -> bool:
        return len(self.series) > 1


def chart(
    title: str,
    days: Sequence[dt.date],
    values: Mapping[tuple[dt.date, str], Any],
    *,
    series: Mapping[str, str],
    say: Callable[[Any], str],
    summary: str,
) -> Chart:
    """Bars of the values by (day, series); ``say`` words one value, ``series`` names each colour.

    A day without a value is an empty bar.
    """
    sums = {day: sum(values.get((day, name), 0) for name in series) for day in days}
    most = max(sums.values(), default=0) or 1
    bars = [
        Bar(
            STEP * n,
            list(_parts([float(values.get((day, name), 0) / most) for name in series])),
            day_name(day),
            [say(values.get((day, name), 0)) for name in series],
            say(sums[day]),
        )
        for n, day in enumerate(days)
    ]
    named = [(str(label), f"c{n}") for n, label in enumerate(series.values())]
    return Chart(title, summary, named, bars, say(most) if any(sums.values()) else _("nothing yet"))


def _parts(shares: Iterable[float]) -> Iterable[Part]:
    top = float(HEIGHT)
    for n, share in enumerate(shares):
        height = round(share * HEIGHT, 1)
        top -= height
        if height:
            yield Part(round(top, 1), height, f"c{n}")


def day_name(day: dt.date) -> str:
    """``3 Nov``, in the reader's language."""
    return date_format(day, "MONTH_DAY_FORMAT")
