"""Rows that were crossed out: a drawn stroke through the middle, over the gaps between cells."""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def strikes(self) -> bool:
        """Whether the row is crossed out."""
        whole = self.gaps >= _COVERED and self.cells >= 0.6
        wavy = self.gaps >= 0.45 and self.cells >= 0.72
        return (whole or wavy) and not self.goes_on


def ink_of(page: Pixels) -> Ink:
    """Where something dark was drawn. Green sees red and blue pens alike, ruling hardly."""
    green = page[:, :, 1]
    dark = float(np.percentile(green, 1.5))
    limit = 250 - 0.42 * (250 - dark)
    return green < limit


def stroke_of(ink: Ink, scraps: Sequence[Scrap], pitch: float) -> Stroke:
    """The stroke through the scraps of one row, left to right."""
    # Dittos are small and stand high: the stroke may pass beneath them.
    tall = [scrap for scrap in scraps if scrap.height > 0.5 * pitch] or scraps
    cells = [long_run(ink, scrap) for scrap in tall]
    gaps = [
        _gap_covered(ink, left, right)
        for left, right in pairwise(tall)
        if right.box[0] - left.box[2] > 0.35 * pitch
    ]
    in_cells = float(np.mean(cells)) if cells else 0.0
    if not gaps:
        return Stroke(1.0 if min(cells, default=0) >= _CELL_COVERED else 0.0, in_cells)
    return Stroke(float(np.mean(gaps)), in_cells, _goes_on(ink, scraps, pitch))


def _goes_on(ink: Ink, scraps: Sequence[Scrap], pitch: float) -> bool:
    """Whether there is ink at the row's height well before its first and after its last cell."""
    first, last = scraps[0], scraps[-1]
    before = np.arange(first.box[0] - 1.6 * pitch, first.box[0] - 0.7 * pitch)
    after = np.arange(last.box[2] + 0.7 * pitch, last.box[2] + 1.6 * pitch)
    return _inked(ink, before, first) and _inked(ink, after, last)


def _inked(ink: Ink, xs: NDArray[np.float64], beside: Scrap) -> bool:
    inside = xs[(xs >= 0) & (xs < ink.shape[1])].astype(int)
    reach = _BAND * beside.height
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


def _gap_covered(ink: Ink, left: Scrap, right: Scrap) -> float:
    """The share of the gap's pixel columns with ink at the height of the rows' middle."""
    x0, x1 = left.box[2] + 3, right.box[0] - 3
    if x1 <= x0:
        return 0.0
    xs = np.arange(x0, x1)
    middle = np.interp(xs, [left.box[2], right.box[0]], [left.y, right.y])
    reach = _BAND * min(left.height, right.height)
    return float(np.mean([_dark(ink, int(x), y, reach) for x, y in zip(xs, middle, strict=True)]))


def _dark(ink: Ink, x: int, y: float, reach: float) -> bool:
    return bool(ink[max(0, int(y - reach)) : int(y + reach) + 1, x].any())


def long_run(ink: Ink, scrap: Scrap) -> float:
    """The share of the scrap's width that one horizontal stroke in its middle covers."""
    runs = _strokes_in(ink, scrap, max(9, int(0.3 * scrap.width)))
    return float(runs.any(axis=0).mean()) if runs.size else 0.0


def _strokes_in(ink: Ink, scrap: Scrap, length: int) -> NDArray[Any]:
    """The ink in the scrap's middle that belongs to strokes of this length (pixels)."""
    x0, _, x1, _ = scrap.box
    reach = int(_BAND * scrap.height) + 1
    band = ink[max(0, int(scrap.y) - reach) : int(scrap.y) + reach + 1, max(0, x0) : x1]
    if band.size == 0:
        return band
    thick = cv2.dilate(band.astype(np.uint8), np.ones((3, 3), np.uint8))
    return cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
