"""Which scraps stand on one line, on a page that may still be bent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from khata.reading.scraps import Scrap

_SAME_LINE = 0.55
"""Of the pitch: how far a scrap may lie from where its row runs."""
_GAP = 0.42
"""What leaving a scrap alone costs, in pitches."""


@dataclass(slots=True)
class Line:
    """A row of the page: its scraps by column."""

    cells: dict[int, list[Scrap]] = field(default_factory=dict)

    def y_at(self, x: float) -> float:
        """Where the row runs at x: as its nearest scrap does."""
        return min(self.scraps, key=lambda s: abs(s.x - x)).y

    @property
    def scraps(self) -> list[Scrap]:
        """All its scraps, left to right."""
        return [scrap for column in sorted(self.cells) for scrap in self.cells[column]]

    @property
    def y(self) -> float:
        """Its middle height in pixels."""
        return sum(s.y for s in self.scraps) / len(self.scraps)


def pitch_of(columns: Sequence[Sequence[Scrap]]) -> float:
    """The usual distance between two rows, in pixels."""
    steps: list[float] = []
    for column in columns:
        ys = sorted(scrap.y for scrap in column)
        steps += [b - a for a, b in pairwise(ys)]
    heights = [scrap.height for column in columns for scrap in column]
    floor = 0.6 * median(heights) if heights else 1.0
    steps = [step for step in steps if step > floor]
    return median(sorted(steps)[: max(1, len(steps) * 2 // 3)]) if steps else 2 * floor


def lines_of(columns: Sequence[Sequence[Scrap]], pitch: float) -> list[Line]:
    """The rows from top to bottom, out of the scraps of each column (left to right)."""
    lines: list[Line] = []
    for index, column in enumerate(columns):
        groups = _stacked(column, pitch)
        lines = _merged(lines, index, groups, pitch)
    return lines


def _stacked(column: Sequence[Scrap], pitch: float) -> list[list[Scrap]]:
    """Scraps of one cell together (a name in two parts, an amount beside a struck one)."""
    groups: list[list[Scrap]] = []
    for scrap in sorted(column, key=lambda s: s.y):
        last = groups[-1] if groups else None
        if last and abs(scrap.y - last[-1].y) < 0.45 * pitch and _apart(scrap, last):
            last.append(scrap)
        else:
            groups.append([scrap])
    return [sorted(group, key=lambda s: s.x) for group in groups]


def _apart(scrap: Scrap, group: Sequence[Scrap]) -> bool:
    """Beside the others, not over them."""
    overlap = (min(scrap.box[2], o.box[2]) - max(scrap.box[0], o.box[0]) for o in group)
    return all(over < 0.5 * scrap.width for over in overlap)


def _merged(lines: list[Line], index: int, groups: list[list[Scrap]], pitch: float) -> list[Line]:
    """The column's groups put on the lines: both in order, at the least distance in all."""
    if not lines:
        return [Line({index: group}) for group in groups]
    drift = _drift(lines, groups, pitch)
    heights = [[line.y_at(g[0].x) + drift for g in groups] for line in lines]
    pairs = _aligned(heights, [sum(s.y for s in g) / len(g) for g in groups], pitch)
    taken = {g for _, g in pairs}
    for line, g in pairs:
        lines[line].cells[index] = groups[g]
    fresh = [Line({index: g}) for i, g in enumerate(groups) if i not in taken]
    return sorted(lines + fresh, key=lambda line: line.y)


def _drift(lines: Sequence[Line], groups: Sequence[Sequence[Scrap]], pitch: float) -> float:
    """How much lower the column lies than its neighbours say, where the page slopes."""
    offsets = []
    for group in groups:
        scrap = group[0]
        nearest = min((scrap.y - line.y_at(scrap.x) for line in lines), key=abs)
        if abs(nearest) < _SAME_LINE * pitch:
            offsets.append(nearest)
    return median(offsets) if len(offsets) > 2 else 0.0


def _aligned(
    heights: Sequence[Sequence[float]], ys: Sequence[float], pitch: float
) -> list[tuple[int, int]]:
    """Pairs (line, group) in rising order with the least cost: distances, and gaps."""
    n, m = len(heights), len(ys)
    offsets = [[abs(y - at) / pitch for y, at in zip(ys, line, strict=True)] for line in heights]
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    step = [[""] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            cost[i][j], step[i][j] = _cheapest(cost, offsets, i, j)
    pairs = []
    i, j = n, m
    while i or j:
        move = step[i][j]
        if move == "pair":
            pairs.append((i - 1, j - 1))
        i, j = i - (move != "group"), j - (move != "line")
    return pairs[::-1]


def _cheapest(
    cost: list[list[float]], offsets: Sequence[Sequence[float]], i: int, j: int
) -> tuple[float, str]:
    if not i and not j:
        return 0.0, ""
    ways = []
    if i:
        ways.append((cost[i - 1][j], "line"))  # a row without writing in this column is usual
    if j:
        ways.append((cost[i][j - 1] + _GAP, "group"))
    if i and j:
        off = offsets[i - 1][j - 1]
        if off < _SAME_LINE:
            ways.append((cost[i - 1][j - 1] + off - 0.001, "pair"))
    return min(ways)
