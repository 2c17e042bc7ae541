"""Which column a scrap stands in: between two titles runs a gap that no writing crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.headings import Heading, Headings
from khata.reading.loading import darkest
from khata.reading.rules import Rules, ruled
from khata.reading.scraps import Scrap

_STEP = 4
"""Pixels; gaps are looked for this finely."""
_SLOPES = (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03)
"""A gap may lean: dx by dy, for pages that were not flattened fully."""
_EDGE, _MIDDLE, _BLANK = 0.06, 0.22, 0.3
_NEARER = 0.3
"""What a scrap counts that lies on the wrong side of a border, away from the nearer title."""
_POINTS = 120
_RULED, _CHANCE = 0.5, 0.3
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
        clearest_border(
            left.scrap.x,
            right.scrap.x,
            left.scrap.y,
            scraps,
            rules,
            titles=(left.scrap, right.scrap),
        )
        for left, right in pairwise(titles)
    ]


def clearest_border(
    x0: float,
    x1: float,
    y: float,
    scraps: Sequence[Scrap],
    rules: Rules,
    *,
    titles: tuple[Scrap, Scrap] | None = None,
) -> Border:
    """The line that passes the height ``y`` between x0 and x1 and crosses least writing,
    or that is ruled."""
    bottom = max((s.y for s in scraps), default=y + 1)
    down = np.linspace(y, bottom, _POINTS)
    places = np.arange(x0, x1 + 1, _STEP)
    crossed = [s for s in scraps if s.box[2] > x0 and s.box[0] < x1]
    runs = [(*run, s.y - y) for s in crossed for run in runs_of(s)]
    if not runs:
        return Border((x0 + x1) / 2, 0.0)
    left, right, heights = np.array(runs, float).reshape(-1, 3).T
    leaning = _leaning(left, right, titles) / (x1 - x0) if titles else 0 * left
    middles = (left + right) / 2
    best = (np.inf, Border((x0 + x1) / 2, 0.0))
    for slope in _SLOPES:
        xs = places[:, None] + slope * heights[None, :]
        inside = np.minimum(xs - left, right - xs).clip(min=0)
        # Clear space on both sides makes a border surer than its mere lack of writing.
        cost = inside.sum(axis=1) / (x1 - x0) + _crowding(xs, left, right, inside) + abs(slope)
        # Positive where a scrap belongs to the right title but stays left, and the reverse.
        wrong = np.where(middles[None, :] < xs, leaning[None, :], -leaning[None, :])
        cost += _NEARER * wrong.clip(min=0).sum(axis=1)
        points = places[:, None] + slope * (down - y)[None, :]
        along = ruled(rules, points, np.broadcast_to(down, points.shape))
        cost -= _RULED * len(crossed) * (along - _CHANCE).clip(min=0)
        i = int(cost.argmin())
        if cost[i] < best[0]:
            best = (float(cost[i]), Border(float(places[i]) - slope * y, slope))
    return best[1]


def _leaning(left: NDArray[Any], right: NDArray[Any], titles: tuple[Scrap, Scrap]) -> NDArray[Any]:
    """For scraps in reach of both titles: how much nearer the right one is, in pixels."""
    first, second = titles
    to_first = np.maximum(left - first.box[2], first.box[0] - right).clip(min=0)
    to_second = np.maximum(left - second.box[2], second.box[0] - right).clip(min=0)
    reach = (right > first.box[0]) & (left < second.box[2])
    return np.where(reach, to_first - to_second, 0.0)


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


def crossing(scrap: Scrap, borders: Sequence[Border]) -> float | None:
    """The x at which a border cuts the scrap in two real parts, or None.

    Near an end of the scrap that is only so where its writing has a gap: long words lean over
    a border, and two cells that were taken for one leave room between them.
    """
    for border in borders:
        x = border.at(scrap.y)
        share = (x - scrap.box[0]) / max(1, scrap.width)
        if _EDGE < share < 1 - _EDGE:
            gap = gap_near(scrap, x)
            if gap is not None or _MIDDLE < share < 1 - _MIDDLE:
                return x if gap is None else gap
    return None


def gap_near(scrap: Scrap, x: float) -> float | None:
    """The middle of a blank space as wide as a letter in the scrap's picture, near x."""
    gaps = [(a[1] + b[0]) / 2 for a, b in pairwise(runs_of(scrap))]
    near = [middle for middle in gaps if abs(middle - x) < scrap.height]
    return min(near, key=lambda middle: abs(middle - x), default=None)


def runs_of(scrap: Scrap) -> list[tuple[float, float]]:
    """From where to where its words run (x in pixels), parted by blanks as wide as a letter."""
    whole = [(float(scrap.box[0]), float(scrap.box[2]))]
    if not scrap.picture.size:
        return whole
    dark = darkest(scrap.picture)
    edge, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # A rule above or below the words is no writing.
    middle = dark[len(dark) // 5 : -len(dark) // 5]
    inked = np.any(middle < edge, axis=0).astype(np.uint8)
    pixels = len(inked) / max(1, scrap.width)
    letter = int(_BLANK * scrap.height * pixels) | 1
    closed = cv2.morphologyEx(inked[None, :], cv2.MORPH_CLOSE, np.ones((1, letter), np.uint8))[0]
    ends = np.flatnonzero(np.diff(np.concatenate(([0], closed.astype(int), [0]))))
    runs = zip(ends[::2], ends[1::2], strict=True)
    return [(scrap.box[0] + a / pixels, scrap.box[0] + b / pixels) for a, b in runs] or whole


def sided_titles(headings: Headings) -> tuple[Heading, Heading]:
    """The two titles of a page of two sides, left and right."""
    left, right = (t for t in headings.titles if t.meaning in {"debit", "credit"})
    return left, right
