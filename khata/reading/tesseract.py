"""Tesseract, which knows Devanagari and Gujarati: strips of text under one another, one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytesseract
from PIL import Image

from khata.reading.loading import Pixels

TIMEOUT_SECONDS = 60
# Tesseract reads letters of some 30 pixels best.
_LINE, _GAP, _MARGIN = 44, 26, 30
_LINES_A_CALL = 40
_ONE_BLOCK = 6


class TesseractUnavailable(Exception):
    """It is not installed, lacks the language, or took too long."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and Tesseract's own confidence in it (0..1)."""

    text: str
    sure: float


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages installed; empty without Tesseract."""
    try:
        return frozenset(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, OSError):
        return frozenset()


def all_languages() -> str:
    """Latin with Devanagari and Gujarati, as far as they are installed."""
    return "+".join(name for name in ("eng", "hin", "guj") if name in languages()) or "eng"


def read_lines(
    strips: Sequence[Pixels], language: str, *, letters: str | None = None
) -> list[Line]:
    """What each strip says, in that language (``letters``: with these letters alone).

    Raises TesseractUnavailable.
    """
    lines: list[Line] = []
    for start in range(0, len(strips), _LINES_A_CALL):
        lines += _read_sheet(strips[start : start + _LINES_A_CALL], language, letters)
    return lines


def words_of(page: Pixels, language: str, *, mode: int) -> list[dict[str, Any]]:
    """Tesseract's words on a whole page with their boxes, as image_to_data names them.

    Raises TesseractUnavailable.
    """
    return _words(page, language, f"--psm {mode}")


def _read_sheet(strips: Sequence[Pixels], language: str, letters: str | None) -> list[Line]:
    """One picture with a strip a line: a call costs more than what it reads."""
    scaled = [_scaled(strip) for strip in strips]
    width = max(strip.shape[1] for strip in scaled) + 2 * _MARGIN
    height = len(scaled) * (_LINE + _GAP) + 2 * _MARGIN
    sheet = np.full((height, width), 255, np.uint8)
    for i, strip in enumerate(scaled):
        top = _MARGIN + i * (_LINE + _GAP)
        sheet[top : top + _LINE, _MARGIN : _MARGIN + strip.shape[1]] = strip
    options = f"--psm {_ONE_BLOCK}"
    if letters:
        options += f" -c tessedit_char_whitelist={letters}"
    found: list[list[dict[str, Any]]] = [[] for _ in strips]
    for word in _words(sheet, language, options):
        middle = word["top"] + word["height"] / 2 - _MARGIN + _GAP / 2
        line = int(middle // (_LINE + _GAP))
        if 0 <= line < len(found):
            found[line].append(word)
    return [_joined(sorted(words, key=lambda word: int(word["left"]))) for words in found]


def _scaled(strip: Pixels) -> Pixels:
    grey = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY) if strip.ndim == 3 else strip
    width = max(8, round(grey.shape[1] * _LINE / grey.shape[0]))
    return cv2.resize(grey, (width, _LINE), interpolation=cv2.INTER_AREA)


def _joined(words: list[dict[str, Any]]) -> Line:
    if not words:
        return Line("", 0.0)
    sure = sum(float(word["conf"]) for word in words) / len(words) / 100
    return Line(" ".join(word["text"] for word in words), max(0.0, sure))


def _words(picture: Pixels, language: str, options: str) -> list[dict[str, Any]]:
    try:
        table = pytesseract.image_to_data(
            Image.fromarray(picture),
            lang=language,
            config=options,
            timeout=TIMEOUT_SECONDS,
            output_type=pytesseract.Output.DICT,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise TesseractUnavailable("Tesseract is not installed.") from error
    except RuntimeError as error:  # its time-out, a language that is not installed
        late = "timeout" in str(error)
        reason = "Tesseract took too long." if late else "Tesseract could not read the page."
        raise TesseractUnavailable(reason) from error
    except OSError as error:
        raise TesseractUnavailable("Tesseract could not be started.") from error
    rows = (dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True))
    return [row for row in rows if str(row["text"]).strip()]
