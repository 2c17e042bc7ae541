"""The page's table: headings, columns, rows, and which scraps stand in which cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from khata.reading.columns import (
    Border,
    borders_between,
    clearest_border,
    column_of,
    crossing,
    sided_titles,
)
from khata.reading.engine import Quad
from khata.reading.head import head_party
from khata.reading.headings import Headings, Meaning
from khata.reading.loading import Pixels
from khata.reading.rows import Line, lines_of, pitch_of
from khata.reading.rules import Rules, vertical_rules
from khata.reading.scraps import Scrap, around, looks_numeric
from khata.reading.strips import cut_at
from khata.reading.types import Box

Reread = Callable[[Sequence[Quad]], list[Scrap]]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line: its scraps by the meaning of their column."""

    cells: dict[Meaning, list[Scrap]]

    @property
    def scraps(self) -> list[Scrap]:
        """All of them, left to right."""
        return sorted((s for cell in self.cells.values() for s in cell), key=lambda s: s.x)

    @property
    def box(self) -> Box:
        """Around all of them."""
        return around([scrap.box for scrap in self.scraps])


@dataclass(frozen=True, slots=True)
class Table:
    """What the page's table holds. ``above``: the writing over it; ``pitch``: pixels a row."""

    headings: Headings
    rows: tuple[TableRow, ...]
    above: tuple[Scrap, ...]
    pitch: float


def table_of(scraps: Sequence[Scrap], headings: Headings, page: Pixels, reread: Reread) -> Table:
    """The rows below the headings. A page of two sides gives its left rows, then its right."""
    titles = {title.scrap for title in headings.titles}
    top = min(scrap.box[1] for scrap in titles)
    above = tuple(s for s in scraps if s not in titles and s.y < top)
    body = [s for s in scraps if s not in titles and s.y > _below(headings, s.x)]
    rules = vertical_rules(page)
    if headings.layout == "D":
        return _two_sided(body, headings, above, rules, reread)
    borders = borders_between(headings.titles, body, rules)
    body = _uncrossed(body, borders, reread)
    columns = _by_column(body, borders, len(headings.titles))
    pitch = pitch_of(columns)
    meanings = [title.meaning for title in headings.titles]
    rows = [_row(line, meanings) for line in lines_of(columns, pitch)]
    return Table(headings, tuple(rows), above, pitch)


def party_of(table: Table, headings: Headings) -> str | None:
    """Whose page it is, on pages that belong to one party."""
    if headings.layout not in {"A", "D"} or not table.rows:
        return None
    box = around([row.box for row in table.rows])
    return head_party(table.above, box[0], box[2], surely=headings.layout == "D")


def _below(headings: Headings, x: float) -> float:
    """The lower edge of the headings near x: the line may slope."""
    nearest = min(headings.titles, key=lambda title: abs(title.scrap.x - x)).scrap
    return nearest.y + 0.4 * nearest.height


def _uncrossed(body: Sequence[Scrap], borders: Sequence[Border], reread: Reread) -> list[Scrap]:
    """Scraps that reach over a border, cut in two there and read again."""
    kept, parts = [], []
    for scrap in body:
        x = crossing(scrap, borders)
        if x is None:
            kept.append(scrap)
        else:
            parts += cut_at(scrap.quad, x)
    return kept + (reread(parts) if parts else [])


def _by_column(body: Sequence[Scrap], borders: Sequence[Border], count: int) -> list[list[Scrap]]:
    columns: list[list[Scrap]] = [[] for _ in range(count)]
    for scrap in body:
        columns[column_of(scrap, borders)].append(scrap)
    return columns


def _row(line: Line, meanings: Sequence[Meaning]) -> TableRow:
    return TableRow({meanings[i]: cell for i, cell in sorted(line.cells.items())})


def _two_sided(
    body: Sequence[Scrap],
    headings: Headings,
    above: tuple[Scrap, ...],
    rules: Rules,
    reread: Reread,
) -> Table:
    borders = _borders_of_sides(body, headings, rules)
    body = _uncrossed(body, borders, reread)
    columns = _by_column(body, borders, 4)
    left, right = sided_titles(headings)
    pitch = pitch_of(columns)
    rows = []
    for title, pair in ((left, columns[:2]), (right, columns[2:])):
        text: Meaning = "particulars"
        rows += [_row(line, [text, title.meaning]) for line in lines_of(pair, pitch)]
    return Table(headings, tuple(rows), above, pitch)


def _borders_of_sides(body: Sequence[Scrap], headings: Headings, rules: Rules) -> list[Border]:
    """Text | amount | text | amount: the amounts' right edges say where each side ends."""
    left, right = sided_titles(headings)
    y = left.scrap.y
    numbers = [s for s in body if looks_numeric(s)] or list(body)
    ends = sorted(s.box[2] for s in numbers)
    gaps = [(b - a, a, b) for a, b in pairwise(ends)]
    widest = max(gaps, default=(0, 0, 0))
    page_right = max(s.box[2] for s in body)
    split = (widest[1] + widest[2]) / 2
    if widest[0] < 0.15 * page_right:
        split = right.scrap.box[0]
    first = [s for s in numbers if s.box[2] <= split]
    second = [s for s in numbers if s.box[2] > split]
    first_x = median(s.x for s in first) if first else (left.scrap.x + right.scrap.x) / 2
    second_x = median(s.x for s in second) if second else page_right
    texts = [s for s in body if s not in numbers]
    between = [s.x for s in texts if first_x < s.x < second_x]
    before = [s.x for s in texts if s.x < first_x]
    middle_x = median(between) if between else (first_x + second_x) / 2
    start_x = median(before) if before else min(s.box[0] for s in body)
    return [
        clearest_border(start_x, first_x, y, body, rules),
        clearest_border(first_x, middle_x, y, body, rules),
        clearest_border(middle_x, second_x, y, body, rules),
    ]
