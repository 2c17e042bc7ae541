"""Rows that were crossed out: a drawn stroke through the middle, over the gaps between cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.loading import Pixels
from khata.reading.scraps import Scrap

_BAND = 0.24
"""Of a scrap's height, above and below its middle: strokes run there, rules run lower."""
_LOW_BAND, _LOW_COVERED = 0.4, 0.95
"""A stroke as low as letters' feet: it must cover every cell and gap."""
_BARE = 0.2
"""Where most gaps between cells have more ink than this so low, the page has rules there."""
_COVERED = 0.8
_CELL_COVERED = 0.85
_LONG_AS_HIGH = 0.8
"""A stroke that crosses out is longer than this many heights; no bar of a digit is."""
_LEAST_STRUCK, _MOST_STRUCK = 0.2, 0.8

Ink = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stroke:
    """How much of the gaps between a row's cells, and of its cells, a stroke covers (0..1)."""

    gaps: float
    cells: float
    goes_on: bool = False
    """It runs far beyond the row at both ends, as folds and ruled lines do."""
    low: bool = False
    """One runs through all of it below or above its middle."""

    @property
    def strikes(self) -> bool:
        """Whether the row is crossed out."""
        whole = self.gaps >= _COVERED and self.cells >= 0.6
        wavy = self.gaps >= 0.45 and self.cells >= 0.72
        return ((whole or wavy) and not self.goes_on) or self.low


def ink_of(page: Pixels) -> Ink:
    """Where something dark was drawn. Green sees red and blue pens alike, ruling hardly."""
    green = page[:, :, 1]
    dark = float(np.percentile(green, 1.5))
    limit = 250 - 0.42 * (250 - dark)
    return green < limit


def is_ruled(ink: Ink, rows: Iterable[Sequence[Scrap]], pitch: float) -> bool:
    """Whether lines run at the feet of most rows."""
    gaps = [gap for row in rows for gap in _gaps(ink, row, pitch, _LOW_BAND)]
    return bool(gaps) and float(np.median(gaps)) >= _BARE


def stroke_of(ink: Ink, scraps: Sequence[Scrap], pitch: float, *, ruled: bool) -> Stroke:
    """The stroke through the scraps of one row, left to right; on ruled paper no low one."""
    # Dittos are small and stand high: the stroke may pass beneath them.
    tall = [scrap for scrap in scraps if scrap.height > 0.5 * pitch] or scraps
    cells = [long_run(ink, scrap) for scrap in tall]
    gaps = _gaps(ink, tall, pitch)
    in_cells = float(np.mean(cells)) if cells else 0.0
    low = not ruled and _is_struck_low(ink, scraps, pitch)
    if not gaps:
        return Stroke(float(min(cells, default=0) >= _CELL_COVERED), in_cells, low=low)
    return Stroke(float(np.mean(gaps)), in_cells, _goes_on(ink, scraps, pitch), low)


def _gaps(ink: Ink, scraps: Sequence[Scrap], pitch: float, band: float = _BAND) -> list[float]:
    """How much of each gap between the row's cells is covered (0..1)."""
    return [
        _gap_covered(ink, left, right, band)
        for left, right in pairwise(scraps)
        if right.box[0] - left.box[2] > 0.35 * pitch
    ]


def _is_struck_low(ink: Ink, scraps: Sequence[Scrap], pitch: float) -> bool:
    gaps = _gaps(ink, scraps, pitch, _LOW_BAND)
    cells = [long_run(ink, scrap, _LOW_BAND) for scrap in scraps]
    whole = bool(gaps) and min(*gaps, *cells) >= _LOW_COVERED
    # Twice as far up and down: a fold that leans passes the ends of two rows.
    return whole and not _goes_on(ink, scraps, pitch, 2 * _LOW_BAND)


def _goes_on(ink: Ink, scraps: Sequence[Scrap], pitch: float, band: float = _BAND) -> bool:
    """Whether there is ink at the row's height well before its first and after its last cell."""
    first, last = scraps[0], scraps[-1]
    before = np.arange(first.box[0] - 1.6 * pitch, first.box[0] - 0.7 * pitch)
    after = np.arange(last.box[2] + 0.7 * pitch, last.box[2] + 1.6 * pitch)
    return _inked(ink, before, first, band) and _inked(ink, after, last, band)


def _inked(ink: Ink, xs: NDArray[np.float64], beside: Scrap, band: float) -> bool:
    inside = xs[(xs >= 0) & (xs < ink.shape[1])].astype(int)
    reach = band * beside.height
    return len(inside) > 0 and bool(
        np.mean([_dark(ink, int(x), beside.y, reach) for x in inside]) >= _COVERED
    )


def is_struck(ink: Ink, scrap: Scrap) -> bool:
    """Whether this scrap alone is crossed out."""
    return long_run(ink, scrap) >= _CELL_COVERED


def parted_by_stroke(ink: Ink, scrap: Scrap) -> float | None:
    """The x that parts what is crossed out from what is not, where one scrap holds both."""
    x0, _, x1, _ = scrap.box
    struck = _strokes_in(ink, scrap, max(9, int(_LONG_AS_HIGH * scrap.height)))
    xs = np.flatnonzero(struck.any(axis=0)) if struck.size else np.zeros(0, int)
    if not len(xs) or not _LEAST_STRUCK <= (xs[-1] - xs[0]) / max(1, x1 - x0) <= _MOST_STRUCK:
        return None
    left, right = int(xs[0]), x1 - x0 - int(xs[-1])
    return x0 + float(xs[-1]) + 1 if left < right else x0 + left - 1.0


def _gap_covered(ink: Ink, left: Scrap, right: Scrap, band: float) -> float:
    """The share of the gap's pixel columns with ink at the height of the rows' middle."""
    x0, x1 = left.box[2] + 3, right.box[0] - 3
    if x1 <= x0:
        return 0.0
    xs = np.arange(x0, x1)
    middle = np.interp(xs, [left.box[2], right.box[0]], [left.y, right.y])
    reach = band * min(left.height, right.height)
    return float(np.mean([_dark(ink, int(x), y, reach) for x, y in zip(xs, middle, strict=True)]))


def _dark(ink: Ink, x: int, y: float, reach: float) -> bool:
    return bool(ink[max(0, int(y - reach)) : int(y + reach) + 1, x].any())


def long_run(ink: Ink, scrap: Scrap, band: float = _BAND) -> float:
    """The share of the scrap's width that one horizontal stroke in its middle covers."""
    runs = _strokes_in(ink, scrap, max(9, int(0.3 * scrap.width)), band)
    return float(runs.any(axis=0).mean()) if runs.size else 0.0


def _strokes_in(ink: Ink, scrap: Scrap, length: int, band: float = _BAND) -> NDArray[Any]:
    """The ink in the scrap's middle that belongs to strokes of this length (pixels)."""
    x0, _, x1, _ = scrap.box
    reach = int(band * scrap.height) + 1
    middle = ink[max(0, int(scrap.y) - reach) : int(scrap.y) + reach + 1, max(0, x0) : x1]
    if middle.size == 0:
        return middle
    thick = cv2.dilate(middle.astype(np.uint8), np.ones((3, 3), np.uint8))
    return cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
