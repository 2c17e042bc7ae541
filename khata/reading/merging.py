"""Our rows and a vision model's, row by row. Neither is believed: sums decide afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from khata.reading.cells import SUMMED, Cells, Text
from khata.reading.dates import parse_written
from khata.reading.money import merged, money_of_text
from khata.reading.types import Field
from khata.reading.vision import SeenRow

MODEL_SURE = 0.85
"""How sure a model's reading counts: models read fluently, also what is not there."""
_ALIKE = 0.5
_ROUND_THE_PLACE = 0.02


def merge(rows: Sequence[Cells], seen: Sequence[SeenRow]) -> int:
    """Add the model's readings to those of the rows that it means.

    Answers how many rows only the model sees; they are not taken.
    """
    entries = [row for row in rows if row.kind == "entry"]
    pairs = _paired(entries, seen)
    for row, other in pairs:
        _add(row, other)
    return len(seen) - len(pairs)


def _paired(rows: Sequence[Cells], seen: Sequence[SeenRow]) -> list[tuple[Cells, SeenRow]]:
    """Each with its likest, likest first, in whatever order the model gave them."""
    ranked = sorted(
        (
            (_likeness(row, other) - _ROUND_THE_PLACE * abs(i - j), i, j)
            for i, row in enumerate(rows)
            for j, other in enumerate(seen)
        ),
        reverse=True,
    )
    mine: dict[int, int] = {}
    for alike, i, j in ranked:
        if alike >= _ALIKE and i not in mine and j not in mine.values():
            mine[i] = j
    return [(rows[i], seen[j]) for i, j in sorted(mine.items())]


def _likeness(row: Cells, other: SeenRow) -> float:
    """0..2: amounts that one of our readings gives, and words."""
    amounts = sum(_agrees(row, other, side) for side in SUMMED)
    ours = f"{row.name.words or ''} {row.particulars.words or ''}".strip().casefold()
    theirs = f"{other.name or ''} {other.particulars or ''}".strip().casefold()
    return min(1.0, 0.6 * amounts) + fuzz.ratio(ours, theirs) / 100


def _agrees(row: Cells, other: SeenRow, side: Field) -> bool:
    money = money_of_text(getattr(other, side) or "", 1.0)
    return side in row.money and money is not None and money.value in dict(row.money[side].readings)


def _add(row: Cells, other: SeenRow) -> None:
    for side in SUMMED:
        money = money_of_text(getattr(other, side) or "", MODEL_SURE)
        ours = [row.money[side]] if side in row.money else []
        # Where we saw a blank cell the model has invented, or moved, an amount.
        if money and (ours or side in row.unread) and (both := merged([*ours, money])):
            row.money[side] = both
    written = parse_written(other.date or "")
    if written and not row.undated:
        chances = dict(row.dates)
        chances[written] = chances.get(written, 0.0) + MODEL_SURE
        total = max(1.0, sum(chances.values()))
        row.dates = sorted(((d, c / total) for d, c in chances.items()), key=lambda item: -item[1])
    row.name = _better(row.name, other.name)
    row.particulars = _better(row.particulars, other.particulars)


def _better(text: Text, other: str | None) -> Text:
    """The surer words, never where ours are a ditto or the cell is blank."""
    if not other or text.ditto or text.words is None:
        return text
    same = fuzz.ratio(text.words.casefold(), other.casefold()) >= 85
    if same:
        return Text(text.words, max(text.sure, MODEL_SURE))
    return text if text.sure >= MODEL_SURE else Text(other.strip(), MODEL_SURE)
