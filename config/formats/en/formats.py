"""Dates and times as the shop wants them written (customers.models.DateStyle).

Django looks its own names up here (DATE_FORMAT …) and two of ours: LONG_DATE_FORMAT with the
weekday, EXACT_DATETIME_FORMAT with seconds. What is shown names one of them, never a pattern.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from customers.manner import remembered

TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]


class _Style(NamedTuple):
    """A day as it is read, without its year, with its weekday, and as it is typed."""

    day: str
    of_year: str
    long: str
    typed: str


_STYLES = {
    "words": _Style("j M Y", "j M", "l, j F Y", "%d/%m/%Y"),
    "slashes": _Style("d/m/Y", "d/m", "l, d/m/Y", "%d/%m/%Y"),
    "dashes": _Style("d-m-Y", "d-m", "l, d-m-Y", "%d-%m-%Y"),
    "iso": _Style("Y-m-d", "m-d", "l, Y-m-d", "%Y-%m-%d"),
}
# All of them days before months; ISO because browsers' own date fields and addresses use it.
_TYPED = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%Y-%m-%d")


def __getattr__(name: str) -> Any:
    """What hangs on the shop; Django keeps it until ``customers.manner`` reads the shop again."""
    try:
        return _formats(remembered().date_style)[name]
    except KeyError:
        raise AttributeError(name) from None


@cache
def _formats(date_style: str) -> dict[str, Any]:
    style = _STYLES[date_style]
    short = style.typed.replace("%", "")
    typed = list(dict.fromkeys([style.typed, *_TYPED]))
    return {
        "DATE_FORMAT": style.day,
        "DATETIME_FORMAT": f"{style.day}, H:i",
        "EXACT_DATETIME_FORMAT": f"{style.day}, H:i:s",
        "LONG_DATE_FORMAT": style.long,
        "MONTH_DAY_FORMAT": style.of_year,
        "SHORT_DATE_FORMAT": short,
        "SHORT_DATETIME_FORMAT": f"{short} H:i",
        "DATE_INPUT_FORMATS": typed,
        "DATETIME_INPUT_FORMATS": [
            *(f"{day} {time}" for day in typed for time in TIME_INPUT_FORMATS),
            "%Y-%m-%dT%H:%M",
        ],
    }
