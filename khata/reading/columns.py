"""Which column a scrap stands in: between two titles runs a gap that no writing crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khata.reading.headings import Heading, Headings
from khata.reading.rules import Rules, ruled
from khata.reading.scraps import Scrap

_STEP = 4
"""Pixels; gaps are looked for this finely."""
_SLOPES = (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03)
"""A gap may lean: dx by dy, for pages that were not flattened fully."""
_POINTS = 120
_RULED = 0.1
"""What a ruled line is worth, in writing that it crosses."""


@dataclass(frozen=True, slots=True)
class Border:
    """A leaning line between two columns: x at the page's top, and dx by dy."""

    x: float
    slope: float

    def at(self, y: float) -> float:
        """Its x at this height."""
        return self.x + self.slope * y


def borders_between(
    titles: Sequence[Heading], scraps: Sequence[Scrap], rules: Rules
) -> list[Border]:
    """One border for each pair of neighbouring titles."""
    return [
        clearest_border(left.scrap.x, right.scrap.x, left.scrap.y, scraps, rules)
        for left, right in pairwise(titles)
    ]


def clearest_border(
    x0: float, x1: float, y: float, scraps: Sequence[Scrap], rules: Rules
) -> Border:
    """The line that passes the height ``y`` between x0 and x1 and crosses least writing,
    or that is ruled."""
    bottom = max((s.y for s in scraps), default=y + 1)
    down = np.linspace(y, bottom, _POINTS)
    places = np.arange(x0, x1 + 1, _STEP)
    left = np.array([s.box[0] for s in scraps], float)
    right = np.array([s.box[2] for s in scraps], float)
    heights = np.array([s.y for s in scraps], float) - y
    best = (np.inf, Border((x0 + x1) / 2, 0.0))
    for slope in _SLOPES:
        xs = places[:, None] + slope * heights[None, :]
        inside = np.minimum(xs - left, right - xs).clip(min=0)
        # Clear space on both sides makes a border surer than its mere lack of writing.
        cost = inside.sum(axis=1) / (x1 - x0) + _crowding(xs, left, right, inside) + abs(slope)
        points = places[:, None] + slope * (down - y)[None, :]
        cost -= _RULED * len(scraps) * ruled(rules, points, np.broadcast_to(down, points.shape))
        i = int(cost.argmin())
        if cost[i] < best[0]:
            best = (float(cost[i]), Border(float(places[i]) - slope * y, slope))
    return best[1]


def _crowding(
    xs: NDArray[Any], left: NDArray[Any], right: NDArray[Any], inside: NDArray[Any]
) -> NDArray[Any]:
    """Small where the nearest writing on either side is far."""
    gap = np.where(xs < left, left - xs, np.where(xs > right, xs - right, 0.0))
    near = np.sort(np.where(inside > 0, 1e3, gap), axis=1)[:, :3].mean(axis=1)
    return 0.2 / (1 + near)


def column_of(scrap: Scrap, borders: Sequence[Border]) -> int:
    """The index of the column that holds the scrap's middle."""
    return sum(scrap.x > border.at(scrap.y) for border in borders)


def crossing(scrap: Scrap, borders: Sequence[Border], *, share: float = 0.22) -> Border | None:
    """The border that cuts the scrap in two real parts, or None."""
    for border in borders:
        cut = (border.at(scrap.y) - scrap.box[0]) / max(1, scrap.width)
        if share < cut < 1 - share:
            return border
    return None


def sided_titles(headings: Headings) -> tuple[Heading, Heading]:
    """The two titles of a page of two sides, left and right."""
    left, right = (t for t in headings.titles if t.meaning in {"debit", "credit"})
    return left, right
