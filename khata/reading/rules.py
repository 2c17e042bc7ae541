"""The vertical lines ruled on a page, which part its columns."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.loading import Pixels, darkest

_SHORTEST = 0.03
"""Of the page's height: letters are shorter, and a bent line is straight for so long."""

_LEAN = 5
"""Pixels that a line may step sideways over its length, where the page is not quite flat."""
_BOLD = 9
"""Pixels: what crosses a line and is wider than this is a stroke of a letter."""
_FAINT = 14
"""How much darker than its surroundings a line at least is."""

Rules = NDArray[np.bool_]


def vertical_rules(page: Pixels) -> Rules:
    """Where the page has ink that belongs to a long upright line, whatever its colour."""
    faint = darkest(page)
    ground = cv2.blur(faint, (31, 1))
    ink = ((ground.astype(np.int16) - faint) > 14).astype(np.uint8)
    # A leaning line steps sideways every few pixels; widened, it still is one.
    wide = cv2.dilate(ink, np.ones((1, 3), np.uint8))
    length = max(15, int(_SHORTEST * page.shape[0]))
    return cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)).astype(bool)


def ruled(rules: Rules, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each line of points (last axis) the share that lies on a rule (0..1)."""
    height, width = rules.shape
    columns = np.clip(xs.round().astype(int), 0, width - 1)
    lines = np.clip(ys.round().astype(int), 0, height - 1)
    return rules[lines, columns].mean(axis=-1)


def writing_on(page: Pixels) -> NDArray[np.bool_]:
    """Where the page has ink that is no ruled line, on paper of any shade."""
    depth = _depth(page)
    edge, _ = cv2.threshold(depth[depth > 8], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (depth > 0.7 * edge).astype(np.uint8)
    long = max(40, page.shape[1] // 18)
    return (ink > 0) & ~lines_in(ink, (1, long), (6, 1)) & ~upright_in(ink, long)


def upright_lines(page: Pixels) -> NDArray[np.bool_]:
    """The ruled lines between columns, where writing doesn't cross them."""
    return upright_in((_depth(page) > _FAINT).astype(np.uint8), max(40, page.shape[1] // 18))


def _depth(page: Pixels) -> Pixels:
    """How much darker each place is than what surrounds it."""
    grey = darkest(page)
    return (cv2.blur(grey, (61, 61)).astype(np.int16) - grey).clip(0, 255).astype(np.uint8)


def without_uprights(page: Pixels) -> Pixels:
    """The page with these lines painted over: beside a word they look like letters."""
    lines = cv2.dilate(upright_lines(page).astype(np.uint8), np.ones((1, 3), np.uint8))
    bare = page.copy()
    bare[lines > 0] = 255
    return bare


def upright_in(ink: Pixels, long: int) -> NDArray[np.bool_]:
    """Lines that run nearly upright for so long (pixels), but for the strokes that cross them."""
    wide = cv2.dilate(ink, np.ones((1, _LEAN), np.uint8))
    return (ink > 0) & lines_in(wide, (long, 1), (1, _LEAN + _BOLD))


def lines_in(ink: Pixels, along: tuple[int, int], across: tuple[int, int]) -> NDArray[np.bool_]:
    """Long lines in one direction, but for the strokes that cross them."""
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(along, np.uint8))
    lines = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(across, np.uint8))
    return (lines > 0) & (strokes == 0)
