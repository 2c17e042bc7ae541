"""What customers owe, as the home page shows it: by age today, and over a quarter of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from config.charts import HEIGHT, STEP, day_name
from config.wording import rupees
from khata.ageing import Aged


@dataclass(frozen=True, slots=True)
class Bar:
    """One week's end in the picture."""

    x: int
    y: float
    height: float
    words: str


@dataclass(frozen=True)
class Receivables:
    """Today's debts by age, and the bars of the weeks before, the last of them today's."""

    age: Aged
    bars: list[Bar]
    change: str

    @property
    def width(self) -> int:
        return STEP * len(self.bars)


def receivables(age: Aged, weekly: Sequence[tuple[dt.date, Decimal]]) -> Receivables:
    """The picture of what khata.ageing counted."""
    most = max(owed for _day, owed in weekly) or Decimal(1)
    bars = [
        Bar(STEP * n, HEIGHT - height, height, f"{day_name(day)}: {rupees(owed, paise=False)}")
        for n, (day, owed) in enumerate(weekly)
        for height in (float(round(owed / most * HEIGHT, 1)),)
    ]
    return Receivables(age, bars, _change([owed for _day, owed in weekly]))


def _change(owed: list[Decimal]) -> str:
    """How today compares with four weeks ago, in words."""
    before, now = owed[-5], owed[-1]
    if not before:
        return ""
    percent = round((now - before) / before * 100)
    if not percent:
        return _("as much as four weeks ago")
    if percent > 0:
        return _("▲ %(percent)s %% on four weeks ago") % {"percent": percent}
    return _("▼ %(percent)s %% on four weeks ago") % {"percent": -percent}
