"""Strips of text under one another as sheets for Tesseract, two sheets at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from PIL import Image

from khata.reading.loading import Pixels, darkest
from khata.reading.tesseract import words

_GAP, _MARGIN = 44, 30
_LINES_A_CALL = 40
_CALLS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Look:
    """How a sheet of lines is shown to Tesseract: the pixels of a line, the page's mode."""

    line: int
    mode: int
    letters: str = ""
    """If given, nothing but these is read."""


# Measured on handwriting: the first reads most, the second much of what the first leaves out.
FIRST, SECOND = Look(52, 4), Look(44, 6)
NUMBERS = Look(44, 6, "0123456789,./-=")


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and Tesseract's own confidence in it (0..1)."""

    text: str
    sure: float


def read_lines(strips: Sequence[Pixels], language: str, *, look: Look = FIRST) -> list[Line]:
    """What each strip says, in that language.

    Raises TesseractUnavailable.
    """
    sheets = [strips[i : i + _LINES_A_CALL] for i in range(0, len(strips), _LINES_A_CALL)]
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        read = pool.map(partial(_read_sheet, language=language, look=look), sheets)
        return [line for lines in read for line in lines]


def read_block(picture: Pixels, language: str) -> str:
    """All that stands in the picture, as lines one after the other.

    Raises TesseractUnavailable.
    """
    found = words(Image.fromarray(darkest(picture)), language, "--psm 6")
    return " ".join(word["text"] for word in found)


def _read_sheet(strips: Sequence[Pixels], language: str, look: Look) -> list[Line]:
    """One picture with a strip a line: a call costs more than what it reads."""
    scaled = [_scaled(strip, look.line) for strip in strips]
    step = look.line + _GAP
    width = max(strip.shape[1] for strip in scaled) + 2 * _MARGIN
    sheet = np.full((len(scaled) * step + 2 * _MARGIN, width), 255, np.uint8)
    for i, strip in enumerate(scaled):
        top = _MARGIN + i * step
        sheet[top : top + look.line, _MARGIN : _MARGIN + strip.shape[1]] = strip
    found: list[list[dict[str, Any]]] = [[] for _ in strips]
    options = f"--psm {look.mode}"
    if look.letters:
        options += f" -c tessedit_char_whitelist={look.letters}"
    for word in words(Image.fromarray(sheet), language, options):
        middle = word["top"] + word["height"] / 2 - _MARGIN + _GAP / 2
        line = int(middle // step)
        if 0 <= line < len(found):
            found[line].append(word)
    return [_joined(sorted(words, key=lambda word: int(word["left"]))) for words in found]


def _scaled(strip: Pixels, line: int) -> Pixels:
    """The strip at a line's height, pens of every colour black, ruling as white as paper.

    Twice as much is read so: a ruled line looks like the bar on which Devanagari hangs.
    """
    dark = darkest(strip)
    width = max(8, round(dark.shape[1] * line / dark.shape[0]))
    small = cv2.resize(dark, (width, line), interpolation=cv2.INTER_AREA)
    edge, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    black, white = float(np.percentile(small, 2)), edge + 0.25 * (255 - edge)
    return np.clip((small - black) / max(white - black, 1) * 255, 0, 255).astype(np.uint8)


def _joined(words: list[dict[str, Any]]) -> Line:
    if not words:
        return Line("", 0.0)
    sure = sum(float(word["conf"]) for word in words) / len(words) / 100
    return Line(" ".join(word["text"] for word in words), max(0.0, sure))
