"""Where words stand on a page, told by their ink alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.engine import Quad
from khata.reading.loading import Pixels
from khata.reading.rules import upright_lines, writing_on

_WORD_GAP = 1.3
"""Letters nearer than this, in their height, are of one phrase."""
_LOWEST, _TALLEST, _NARROWEST = 0.5, 3.5, 0.3
"""Of the usual letter's height: what is smaller is a speck, what is taller several lines."""
_MARGIN = 6


def word_quads(page: Pixels) -> list[Quad]:
    """Where words stand: ink that is no ruled line, letters of one word grown together, but
    never over the lines that part columns."""
    ink = writing_on(page).astype(np.uint8)
    letter = _letter_height(ink)
    size = (max(1, letter // 3), max(1, int(_WORD_GAP * letter)))
    grown = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(size, np.uint8))
    grown[upright_lines(page)] = 0
    boxes = [box for part in _parts(grown, ink) for box in _lines_in(part, ink, letter)]
    return [_quad(*box) for box in boxes if _is_writing(box, letter)]


_Part = tuple[int, int, NDArray[np.bool_]]
"""A piece of grown ink: its left and upper edge, and its shape."""
_Bounds = tuple[int, int, int, int]


def _parts(grown: Pixels, ink: Pixels) -> list[_Part]:
    _, labels, found, _ = cv2.connectedComponentsWithStats(grown)
    parts = []
    for number, (x, y, width, height, _) in enumerate(found[1:], 1):
        inside = labels[y : y + height, x : x + width] == number
        parts.append((int(x), int(y), inside & (ink[y : y + height, x : x + width] > 0)))
    return parts


def _lines_in(part: _Part, ink: Pixels, letter: int) -> list[_Bounds]:
    """The bounds of the part's ink; of each of its lines, where several grew together."""
    x, y, inked = part
    if inked.shape[0] < _TALLEST * letter:
        return _bounds(x, y, inked)
    found = []
    for top, bottom in _rows_of(inked, letter):
        found += _bounds(x, y + top, inked[top:bottom])
    return found


def _rows_of(inked: NDArray[np.bool_], letter: int) -> list[tuple[int, int]]:
    """From where to where lines of writing run: between them there is least ink."""
    ink = inked.sum(axis=1).astype(np.float32)[:, None]
    density = cv2.GaussianBlur(ink, (0, 0), letter / 3)[:, 0]
    inner = density[1:-1]
    valleys = 1 + np.flatnonzero((inner <= density[:-2]) & (inner < density[2:]))
    deep = [int(v) for v in valleys if density[v] < 0.35 * density.max()]
    return list(pairwise([0, *deep, len(density)]))


def _bounds(x: int, y: int, inked: NDArray[Any]) -> list[_Bounds]:
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return []
    return [
        (x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1)
    ]


def _is_writing(box: _Bounds, letter: int) -> bool:
    height = box[3] - box[1]
    tall = _LOWEST * letter < height < _TALLEST * letter
    return tall and box[2] - box[0] > _NARROWEST * letter


def _quad(x0: int, y0: int, x1: int, y1: int) -> Quad:
    x0, y0, x1, y1 = x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.int32)


def _letter_height(ink: Pixels) -> int:
    """The usual height of what stands alone, in pixels."""
    _, _, found, _ = cv2.connectedComponentsWithStats(ink)
    heights = found[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights > 9) & (heights < ink.shape[0] // 15)]
    return int(np.median(heights)) if len(heights) else 20
