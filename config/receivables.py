"""What customers owe, as the home page shows it: by age today, and over a quarter of a year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from config.wording import rupees
from khata.ageing import Aged, added_up, aged, weekly_receivables

WEEKS = 13
# The picture's own units; a browser stretches them to the width there is.
BAR, STEP, HEIGHT = 20, 26, 90


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


def receivables() -> Receivables:
    """Two queries, however much is owed."""
    weekly = weekly_receivables(WEEKS)
    most = max(owed for _, owed in weekly) or Decimal(1)
    bars = [
        Bar(STEP * n, HEIGHT - height, height, f"{day.day} {day:%b}: {rupees(owed, paise=False)}")
        for n, (day, owed) in enumerate(weekly)
        for height in (float(round(owed / most * HEIGHT, 1)),)
    ]
    return Receivables(added_up(aged().values()), bars, _change([owed for _, owed in weekly]))


def _change(owed: list[Decimal]) -> str:
    """How today compares with four weeks ago, in words."""
    before, now = owed[-5], owed[-1]
    if not before:
        return ""
    percent = round((now - before) / before * 100)
    if not percent:
        return "as much as four weeks ago"
    return f"{'▲' if percent > 0 else '▼'} {abs(percent)} % on four weeks ago"
