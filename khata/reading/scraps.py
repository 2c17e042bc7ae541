"""Pieces of writing on a page: where each stands, and what it may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from khata.reading.amounts import parse_amount
from khata.reading.decoding import LATIN, weakest, within
from khata.reading.engine import Letters, Quad, Strip, find_text, read_strips
from khata.reading.loading import Pixels
from khata.reading.strips import box_of, cut
from khata.reading.types import Box

_READABLE = 0.8
"""Means of Latin letters above this are Latin writing; Devanagari stays below, mostly."""
_WIDEST_LETTER = 1.25
"""Of its line's height; with room for the gaps between words."""
_TALLEST = 0.12
_NOTHING = Strip(np.zeros((0, 1), np.float32), Letters([""]))
_BLANK: Pixels = np.zeros((0, 0, 3), np.uint8)


@dataclass(slots=True, eq=False)
class Scrap:
    """One piece of writing. ``text`` and ``sure`` are the best reading so far."""

    quad: Quad
    box: Box
    strip: Strip
    picture: Pixels
    text: str
    sure: float
    indic: bool = field(default=False)
    """Read by Tesseract in Devanagari or Gujarati."""
    second: str = ""
    """What Tesseract reads where the first reading was doubted, taken or not."""

    @property
    def weakest(self) -> float:
        """The sureness of its least sure letter, as far as that is known (0..1)."""
        latin = len(self.strip.steps) and not self.indic
        return weakest(self.strip, LATIN) if latin else self.sure

    @property
    def x(self) -> float:
        """Middle, in pixels."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        """Middle, in pixels."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def width(self) -> int:
        """In pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]


def scraps_of(page: Pixels) -> list[Scrap]:
    """All writing on the page, read as Latin."""
    limit = _TALLEST * page.shape[0]
    quads = [quad for quad in find_text(page) if 6 < _height(quad) < limit]
    return scraps_at(page, quads)


def scraps_at(page: Pixels, quads: Sequence[Quad]) -> list[Scrap]:
    """What stands in each quad, read as Latin."""
    pictures = [cut(page, quad) for quad in quads]
    scraps = []
    for quad, picture, strip in zip(quads, pictures, read_strips(pictures), strict=True):
        text, sure = within(strip, LATIN)
        scraps.append(Scrap(quad, box_of(quad), strip, picture, text.strip(), sure))
    return scraps


def scrap_of_words(quad: Quad, text: str, sure: float, picture: Pixels = _BLANK) -> Scrap:
    """What another reader saw in the quad."""
    return Scrap(quad, box_of(quad), _NOTHING, picture, text, sure)


def readable(scrap: Scrap) -> bool:
    """Whether the recogniser, which knows no Devanagari, seems to know this writing, and all
    of it: of Devanagari words with a number it answers the number alone."""
    letters = len(scrap.text.replace(" ", ""))
    return scrap.sure >= _READABLE and scrap.width <= _WIDEST_LETTER * scrap.height * letters


def looks_numeric(scrap: Scrap) -> bool:
    """Mostly digits, and an amount."""
    digits = sum(c.isdigit() for c in scrap.text)
    return digits * 2 >= len(scrap.text.replace(" ", "")) and parse_amount(scrap.text) is not None


def around(boxes: Sequence[Box]) -> Box:
    """The box around all."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _height(quad: Quad) -> int:
    return int(quad[:, 1].max() - quad[:, 1].min())
