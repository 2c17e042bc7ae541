"""Tesseract, which knows Devanagari and Gujarati: strips of text under one another, one call."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytesseract
from PIL import Image

from khata.reading.loading import Pixels

TIMEOUT_SECONDS = 30
_GAP, _MARGIN = 44, 30
_LINES_A_CALL = 40


class TesseractUnavailable(Exception):
    """It is not installed, lacks the language, or took too long."""


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


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages installed; empty without Tesseract."""
    try:
        return frozenset(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, OSError):
        return frozenset()


def indic_languages() -> list[str]:
    """Devanagari and Gujarati, as far as they are installed."""
    return [name for name in ("hin", "guj") if name in languages()]


def read_lines(strips: Sequence[Pixels], language: str, *, look: Look = FIRST) -> list[Line]:
    """What each strip says, in that language.

    Raises TesseractUnavailable.
    """
    lines: list[Line] = []
    for start in range(0, len(strips), _LINES_A_CALL):
        lines += _read_sheet(strips[start : start + _LINES_A_CALL], language, look)
    return lines


def read_block(picture: Pixels, language: str) -> str:
    """All that stands in the picture, as lines one after the other.

    Raises TesseractUnavailable.
    """
    words = _words(picture.min(axis=2), language, "--psm 6")
    return " ".join(word["text"] for word in words)


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
    for word in _words(sheet, language, options):
        middle = word["top"] + word["height"] / 2 - _MARGIN + _GAP / 2
        line = int(middle // step)
        if 0 <= line < len(found):
            found[line].append(word)
    return [_joined(sorted(words, key=lambda word: int(word["left"]))) for words in found]


def _scaled(strip: Pixels, line: int) -> Pixels:
    """The strip at a line's height, pens of every colour black, ruling as white as paper.

    Twice as much is read so: a ruled line looks like the bar on which Devanagari hangs.
    """
    dark = strip.min(axis=2)
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


def _make_sure_it_answers(command: str) -> None:
    """pytesseract asks for the version first, and would wait for that for ever."""
    try:
        _version(command)
    except subprocess.TimeoutExpired as error:
        raise TesseractUnavailable("Tesseract took too long.") from error
    except OSError:
        return  # pytesseract says itself that it is not installed


@lru_cache(maxsize=1)
def _version(command: str) -> bytes:
    asked = [command, "--version"]
    # The command is the setting of the installed reader, never what somebody sent.
    done = subprocess.run(asked, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)  # noqa: S603
    return done.stdout


def _words(picture: Pixels, language: str, options: str) -> list[dict[str, Any]]:
    _make_sure_it_answers(pytesseract.pytesseract.tesseract_cmd)
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
