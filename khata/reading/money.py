"""What a money cell may say: readings with their chances, to be judged by sums later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from khata.reading.amounts import LARGEST, parse_amount, readings_of
from khata.reading.decoding import MONEY, guesses, within
from khata.reading.scraps import Scrap

_UNTIDY = 0.25
"""An amount with odd commas was probably misread."""
_KEPT = 6


@dataclass(frozen=True, slots=True)
class Money:
    """Readings of one cell, best first: (value, chance among them). ``sure``: 0..1, how
    much the writing looked like an amount at all."""

    readings: tuple[tuple[Decimal, float], ...]
    sure: float
    corrected: bool = False
    """Another amount in the cell is crossed out."""

    @property
    def value(self) -> Decimal:
        """The likeliest reading."""
        return self.readings[0][0]

    @property
    def chance(self) -> float:
        """How likely the likeliest is."""
        return self.readings[0][1] * self.sure


def money_of(scrap: Scrap) -> Money | None:
    """The cell's readings by the recogniser, with money's letters alone."""
    _, sure = within(scrap.strip, MONEY)
    chances: dict[Decimal, float] = defaultdict(float)
    for guess in guesses(scrap.strip, MONEY):
        amounts = readings_of(guess.text)
        for amount in amounts:
            if amount.value < LARGEST:
                worth = guess.chance / len(amounts)
                chances[amount.value] += worth * (1.0 if amount.tidy else _UNTIDY)
    return _money(chances, sure)


def money_of_text(text: str, sure: float) -> Money | None:
    """The one reading of a text that was read otherwise."""
    amount = parse_amount(text)
    if amount is None:
        return None
    return _money({amount.value: 1.0 if amount.tidy else _UNTIDY}, sure)


def merged(readings: Sequence[Money]) -> Money | None:
    """Several readers' views of one cell as one: agreement makes sure."""
    chances: dict[Decimal, float] = defaultdict(float)
    for money in readings:
        for value, chance in money.readings:
            chances[value] += chance * money.sure
    return _money(chances, max((money.sure for money in readings), default=0.0))


def _money(chances: dict[Decimal, float], sure: float) -> Money | None:
    total = sum(chances.values())
    if not total:
        return None
    best = sorted(chances.items(), key=lambda item: -item[1])[:_KEPT]
    return Money(tuple((value, chance / total) for value, chance in best), sure)
