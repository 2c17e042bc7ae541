"""Pages without headings: columns told by where they stand and by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import numpy as np

from khata.reading.amounts import parse_amount
from khata.reading.dates import parse_written
from khata.reading.headings import Heading, Headings, Meaning, layout_of
from khata.reading.rows import Line, lines_of, pitch_of
from khata.reading.scraps import Scrap, around, looks_numeric, scrap_of_words

_LEAST_ROWS = 3
_LEAST_LETTERS = 3
_OVERLAP = 0.5
_MOST = 0.6
"""Of the rows: so many must agree with what a column is taken for."""
_CONTENTS = Literal["date", "words", "numbers"]


@dataclass(frozen=True, slots=True)
class _Column:
    """Writing of one sort, over one another."""

    holds: _CONTENTS
    scraps: list[Scrap]

    @property
    def left(self) -> int:
        return int(np.median([s.box[0] for s in self.scraps]))

    @property
    def right(self) -> int:
        return int(np.median([s.box[2] for s in self.scraps]))


def guess_headings(scraps: Sequence[Scrap]) -> Headings | None:
    """Headings as they would stand over the columns, or None where nothing is like a table.

    Which of two columns is the debit is told by the balances, or else a guess: what is read
    beneath such headings is never sure.
    """
    columns = _columns(scraps)
    if not any(c.holds == "numbers" for c in columns) or len(columns) < 2:
        return None
    pitch = pitch_of([c.scraps for c in columns])
    lines = [line for line in lines_of([c.scraps for c in columns], pitch) if len(line.cells) > 1]
    if len(lines) < _LEAST_ROWS:
        return None
    kinds = [c.holds for c in columns]
    if kinds == ["words", "numbers", "words", "numbers"] and _parted(columns):
        sides: list[Meaning] = ["credit", "unknown", "debit", "unknown"]
        return _standing(columns, sides, lines, pitch)
    return _standing(columns, _meanings(columns, lines), lines, pitch)


def _columns(scraps: Sequence[Scrap]) -> list[_Column]:
    """Dates, words and numbers that stand over one another, left to right."""
    dates = [s for s in scraps if _is_date(s)]
    numbers = [s for s in scraps if s not in dates and looks_numeric(s)]
    columns = [_Column("date", c) for c in _stacks(dates)[:1]]
    columns += [_Column("numbers", c) for c in _stacks(numbers)]
    if not columns:
        return []
    top = min(s.box[1] for c in columns for s in c.scraps)
    bottom = max(s.box[3] for c in columns for s in c.scraps)
    words = [s for s in scraps if _is_words(s) and top <= s.y <= bottom]
    columns += [_Column("words", c) for c in _stacks([s for s in words if s not in dates])]
    # Few credits may stand on a page, but they stand in its rows and in a place of their own.
    apart = [s for s in numbers if top <= s.y <= bottom and _stands_apart(s, columns)]
    columns += [_Column("numbers", c) for c in _stacks(apart, least=1)]
    return sorted(columns, key=lambda c: c.left + c.right)


def _stands_apart(scrap: Scrap, columns: Sequence[_Column]) -> bool:
    return all(scrap.box[0] > c.right or scrap.box[2] < c.left for c in columns)


def _stacks(scraps: Sequence[Scrap], least: int = _LEAST_ROWS) -> list[list[Scrap]]:
    """Those that lie over one another, at least so many, left to right."""
    stacks: list[list[Scrap]] = []
    for scrap in sorted(scraps, key=lambda s: -s.width):
        home = max(stacks, key=lambda stack: _overlap(scrap, stack), default=None)
        if home is not None and _overlap(scrap, home) >= _OVERLAP:
            home.append(scrap)
        else:
            stacks.append([scrap])
    tall = [stack for stack in stacks if len(stack) >= least]
    return sorted(tall, key=lambda stack: np.median([s.x for s in stack]))


def _overlap(scrap: Scrap, stack: Sequence[Scrap]) -> float:
    left, right = (float(np.median([s.box[i] for s in stack])) for i in (0, 2))
    return (min(scrap.box[2], right) - max(scrap.box[0], left)) / max(1, scrap.width)


def _is_date(scrap: Scrap) -> bool:
    written = parse_written(scrap.text)
    return written is not None and written.month is not None


def _is_words(scrap: Scrap) -> bool:
    return sum(c.isalpha() for c in scrap.text) >= _LEAST_LETTERS


def _parted(columns: Sequence[_Column]) -> bool:
    """Whether the second words begin behind the first numbers, as on a page of two sides."""
    return all(a.right <= b.left for a, b in pairwise(columns))


def _meanings(columns: Sequence[_Column], lines: Sequence[Line]) -> list[Meaning]:
    """What each column is taken for."""
    numbers = [i for i, c in enumerate(columns) if c.holds == "numbers"]
    words = [i for i, c in enumerate(columns) if c.holds == "words"]
    meanings: list[Meaning] = ["unknown"] * len(columns)
    for i, column in enumerate(columns):
        if column.holds == "date":
            meanings[i] = "date"
    texts: list[Meaning] = ["particulars"] if len(words) == 1 else ["name", "particulars"]
    for i, text in zip(words, texts, strict=False):
        meanings[i] = text
    for i, meaning in _numbers(numbers, lines).items():
        meanings[i] = "debit" if meaning == "amount" and "date" in meanings else meaning
    return meanings


def _numbers(numbers: Sequence[int], lines: Sequence[Line]) -> dict[int, Meaning]:
    """By their sums: balances follow from the rows, counts times rates make amounts."""
    *others, last = numbers
    signs = {i: _sign(i, last, lines) for i in others}
    if any(signs.values()):
        sides: dict[int, Meaning] = {
            i: "debit" if sign > 0 else "credit" for i, sign in signs.items() if sign
        }
        return sides | {last: "balance"}
    for count in others:
        for rate in others:
            if count < rate and _multiplied(count, rate, last, lines):
                return {count: "quantity", last: "amount"}
    if len(numbers) > 1 and _alternate(numbers[-2], last, lines):
        return {numbers[-2]: "debit", last: "credit"}
    return {last: "amount"}


def _value(line: Line, column: int) -> Decimal | None:
    cell = line.cells.get(column, ())
    found = [amount.value for scrap in cell if (amount := parse_amount(scrap.text))]
    return found[0] if found else None


def _sign(column: int, balance: int, lines: Sequence[Line]) -> int:
    """1 or -1 where the column's amounts are added to or taken from the balance, else 0."""
    added = taken = seen = 0
    for before, line in pairwise(lines):
        amount, old, new = _value(line, column), _value(before, balance), _value(line, balance)
        if amount and old is not None and new is not None:
            seen += 1
            added += new - old == amount
            taken += old - new == amount
    most = max(added, taken)
    if most < 1 or most < _MOST * seen:
        return 0
    return 1 if added > taken else -1


def _multiplied(count: int, rate: int, amount: int, lines: Sequence[Line]) -> bool:
    rows = [[_value(line, i) for i in (count, rate, amount)] for line in lines]
    full = [(a, b, c) for a, b, c in rows if a and b and c]
    right = sum(a * b == c for a, b, c in full)
    return right > 1 and right >= _MOST * len(full)


def _alternate(first: int, second: int, lines: Sequence[Line]) -> bool:
    """Whether hardly a row has both, as debits and credits."""
    both = sum(first in line.cells and second in line.cells for line in lines)
    return both <= 0.2 * len(lines)


def _standing(
    columns: Sequence[_Column], meanings: Sequence[Meaning], lines: Sequence[Line], pitch: float
) -> Headings | None:
    """Titles set over the first row."""
    first = around([scrap.box for scrap in lines[0].scraps])
    bottom = first[1] - round(0.1 * pitch)
    top = bottom - round(0.5 * pitch)
    titles = []
    for column, meaning in zip(columns, meanings, strict=True):
        left, right = column.left, column.right
        quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.int32)
        titles.append(Heading(scrap_of_words(quad, "", 1.0), meaning))
    layout = layout_of(meanings)
    if layout == "D":
        titles = [title for title in titles if title.meaning != "unknown"]
    return Headings(tuple(titles), layout, guessed=True)
