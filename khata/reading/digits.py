"""Numbers in Devanagari and Gujarati digits: cut into signs, each told by a small network.

The network was trained on drawn numbers alone, by bench/khata_digits.py. What it answers has
the form of the Latin recogniser's answers, so that the same search gives runners-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.engine import Letters, Strip
from khata.reading.loading import Pixels, darkest
from khata.reading.rules import lines_in

SIGNS = ["", *"0123456789", "/", "-", "=", ".", ",", "~"]
"""What a sign may be: the first is CTC's blank, the last is anything else."""
OTHER = len(SIGNS) - 1
LETTERS = Letters(SIGNS)
HEIGHT = 64
_GLYPH, _CELLS, _DIRECTIONS = (24, 32), (6, 8), 8
_LONG, _THIN = 110, 7
_SPECK = 4
_TALL = 0.45
_WIDE = 0.8
"""Of the line's height: what is wider may be two signs that touch."""
_CUT_BELOW = 0.45
_MERGED = 3
_MODEL = Path(__file__).parent / "devanagari_digits.npz"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A strip's ink (0..1), the pieces it falls into (x from, to), the line's top and bottom."""

    ink: Floats
    pieces: tuple[tuple[int, int], ...]
    top: float
    bottom: float

    def reach(self, i: int, j: int) -> tuple[int, int]:
        """From where to where the pieces from i up to j, without j, reach together."""
        return self.pieces[i][0], max(right for _, right in self.pieces[i:j])


def glyphs_of(strip: Pixels) -> Glyphs:
    """The strip (RGB) cut where there is no ink, or hardly any in what is wide."""
    dark = darkest(strip)
    width = max(8, round(dark.shape[1] * HEIGHT / dark.shape[0]))
    grey = cv2.GaussianBlur(cv2.resize(dark, (width, HEIGHT)), (3, 3), 0)
    edge, inked = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    inked[lines_in(inked, (1, _LONG), (_THIN, 1))] = 0
    _, numbered, found, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    kept = [i for i in range(1, len(found)) if _is_writing(found[i], width)]
    if not kept:
        return Glyphs(np.zeros((HEIGHT, width), np.float32), (), 0.0, float(HEIGHT))
    black = float(np.percentile(grey[inked > 0], 10)) if inked.any() else 0.0
    ink = ((edge + 12 - grey.astype(np.float32)) / max(edge + 12 - black, 10)).clip(0, 1)
    near = cv2.dilate(np.isin(numbered, kept).astype(np.uint8), np.ones((3, 3), np.uint8))
    ink = (ink * near).astype(np.float32)
    tallest = max(int(found[i, cv2.CC_STAT_HEIGHT]) for i in kept)
    tall = [i for i in kept if found[i, cv2.CC_STAT_HEIGHT] > _TALL * tallest]
    top = float(np.median(found[tall, cv2.CC_STAT_TOP]))
    bottom = float(np.median(found[tall, cv2.CC_STAT_TOP] + found[tall, cv2.CC_STAT_HEIGHT]))
    small = bottom - 0.35 * (bottom - top)
    # A dot or comma stands under the overhang of its neighbour, and is no part of it.
    low = [i for i in kept if found[i, cv2.CC_STAT_TOP] > small]
    spans = _joined([_span(found[i]) for i in kept if i not in low])
    spans += [_span(found[i]) for i in low if not _within(_span(found[i]), spans)]
    pieces = sorted(p for span in spans for p in _cut(ink, span, bottom - top))
    return Glyphs(ink, tuple(pieces), top, bottom)


def _is_writing(component: NDArray[np.int32], width: int) -> bool:
    """No speck, no column's rule at an end, nothing of the rows above and below."""
    x, y, wide, high, area = map(int, component)
    if max(wide, high) < _SPECK or area < 10:
        return False
    rule = high > 0.85 * HEIGHT and wide < 10 and (x < 8 or x + wide > width - 8)
    outside = y + high < 0.22 * HEIGHT or y > 0.86 * HEIGHT
    return not rule and not outside


def _span(component: NDArray[np.int32]) -> tuple[int, int]:
    left, width = int(component[cv2.CC_STAT_LEFT]), int(component[cv2.CC_STAT_WIDTH])
    return left, left + width


def _within(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether it lies wholly under another: the lower end of a broken sign."""
    middle = (span[0] + span[1]) / 2
    return any(a + 0.25 * (b - a) < middle < b - 0.25 * (b - a) for a, b in others)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts over one another as one: the bars of =, a broken digit."""
    joined: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if joined:
            before = joined[-1]
            over = min(before[1], right) - left
            if over > 0.5 * min(before[1] - before[0], right - left):
                joined[-1] = (before[0], max(before[1], right))
                continue
        joined.append((left, right))
    return joined


def _cut(ink: Floats, span: tuple[int, int], line: float) -> list[tuple[int, int]]:
    """A wide piece in parts, wherever its ink is thinnest."""
    left, right = span
    if right - left < _WIDE * line:
        return [span]
    profile = cv2.blur(ink[:, left:right].sum(axis=0)[None, :], (5, 1))[0]
    limit = _CUT_BELOW * float(np.percentile(profile, 90))
    apart = max(5, round(0.18 * line))
    cuts: list[int] = []
    for x in np.argsort(profile):
        inside = apart < x < right - left - apart
        if profile[x] <= limit and inside and all(abs(x - c) >= apart for c in cuts):
            cuts.append(int(x))
    edges = [left, *(left + c for c in sorted(cuts)), right]
    return list(pairwise(edges))


def features(glyphs: Glyphs, left: int, right: int) -> Floats:
    """One sign as the network sees it: its edges, and its place on the line."""
    ink = glyphs.ink[:, left:right]
    rows = np.flatnonzero(ink.max(axis=1) > 0.3)
    first, last = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 1)
    sign = ink[first:last]
    scale = min(_GLYPH[0] / sign.shape[1], _GLYPH[1] / sign.shape[0])
    size = [
        max(1, min(most, round(n * scale)))
        for n, most in zip(sign.shape[::-1], _GLYPH, strict=True)
    ]
    canvas = np.zeros(_GLYPH[::-1], np.uint8)
    x, y = (_GLYPH[0] - size[0]) // 2, (_GLYPH[1] - size[1]) // 2
    small = cv2.resize(sign, size, interpolation=cv2.INTER_AREA)
    canvas[y : y + size[1], x : x + size[0]] = (small * 255).astype(np.uint8)
    edges = _edges_of((canvas / 255).astype(np.float32))
    faint = cv2.resize(canvas, _CELLS, interpolation=cv2.INTER_AREA).ravel() / 255
    line = max(glyphs.bottom - glyphs.top, 8.0)
    place = [(first - glyphs.top) / line, (last - glyphs.top) / line, (right - left) / line]
    return np.concatenate([edges, faint, np.clip(place, -2, 3)]).astype(np.float32)


def _edges_of(sign: Floats) -> Floats:
    """How much edge of each direction lies in each cell of the sign."""
    across, down = cv2.Sobel(sign, cv2.CV_32F, 1, 0), cv2.Sobel(sign, cv2.CV_32F, 0, 1)
    strength, angle = np.hypot(across, down), np.arctan2(down, across) % np.pi
    turn = np.round(angle / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    layers = np.stack([strength * (turn == i) for i in range(_DIRECTIONS)], axis=2)
    cells = cv2.resize(layers.astype(np.float32), _CELLS, interpolation=cv2.INTER_AREA).ravel()
    return (cells / (float(np.linalg.norm(cells)) + 0.1) * 6).astype(np.float32)


def read_digits(strip: Pixels) -> Strip:
    """What the strip (RGB, one number) says."""
    return Strip(_steps(glyphs_of(strip)), LETTERS)


def _steps(glyphs: Glyphs) -> Floats:
    """A step for each sign, with a blank after it; a word, which is one piece, is many others."""
    line = max(glyphs.bottom - glyphs.top, 8.0)
    signs = []
    for chances, width in _best_signs(glyphs):
        letters = max(1, round(width / line)) if chances.argmax() == OTHER - 1 else 1
        signs += [chances] * letters
    steps = np.zeros((2 * len(signs), len(SIGNS)), np.float32)
    steps[1::2, 0] = 1.0
    for i, chances in enumerate(signs):
        steps[2 * i, 1:] = chances
    return steps


def _best_signs(glyphs: Glyphs) -> list[tuple[Floats, int]]:
    """The pieces put together as signs, so that all of them are as likely as can be: what
    each may be, and its width."""
    count, line = len(glyphs.pieces), max(glyphs.bottom - glyphs.top, 8.0)
    reaches = {
        (i, j): glyphs.reach(i, j)
        for j in range(1, count + 1)
        for i in range(max(0, j - _MERGED), j)
    }
    spans = [
        (i, j)
        for (i, j), (left, right) in reaches.items()
        if j - i == 1 or right - left < 1.5 * line
    ]
    if not spans:
        return []
    seen = np.stack([features(glyphs, *reaches[span]) for span in spans])
    chances = dict(zip(spans, probabilities(seen), strict=True))
    best: list[tuple[float, list[tuple[Floats, int]]]] = [(0.0, [])]
    for j in range(1, count + 1):
        ways = []
        for i in range(max(0, j - _MERGED), j):
            if (i, j) in chances:
                worth, signs = best[i]
                likely = (j - i) * float(np.log(chances[i, j].max() + 1e-6))
                # What is no sign is often two of them, or half of one.
                likely -= (j - i) * 0.7 * float(chances[i, j][-1])
                left, right = reaches[i, j]
                ways.append((worth + likely, [*signs, (chances[i, j], right - left)]))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]


def probabilities(seen: Floats) -> Floats:
    """For each sign's features the chance of every sign but the blank."""
    net = _network()
    hidden = np.maximum((seen - net["mean"]) / net["spread"] @ net["w0"] + net["b0"], 0)
    out = hidden @ net["w1"] + net["b1"]
    out = np.exp(out - out.max(axis=1, keepdims=True))
    return (out / out.sum(axis=1, keepdims=True)).astype(np.float32)


@cache
def _network() -> dict[str, Floats]:
    with np.load(_MODEL) as file:
        return {name: file[name].astype(np.float32) for name in file.files}


def trimmed(strip: Strip) -> Strip:
    """The strip without the signs before and after the number that are none (Rs, dashes)."""
    steps = strip.steps.copy()
    signs = [bool(row.argmax() == OTHER) for row in steps[::2]]
    for order in (range(len(signs)), range(len(signs) - 1, -1, -1)):
        for i in order:
            if not signs[i]:
                break
            steps[2 * i] = 0.0
            steps[2 * i, 0] = 1.0
    return Strip(steps, LETTERS)
