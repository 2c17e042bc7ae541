"""Tesseract, which knows Devanagari and Gujarati: one call, and what it says of each word."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from typing import Any

import pytesseract
from PIL import Image

TIMEOUT_SECONDS = 30

# Tesseract's own threads cost more than they bring (its FAQ says so too): two calls with one
# each take less than half the time. It reads this variable, and nothing else here does.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")


class TesseractUnavailable(Exception):
    """It is not installed, lacks the language, or took too long."""


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


def words(picture: Image.Image, language: str, options: str = "") -> list[dict[str, Any]]:
    """Each word with text: Tesseract's columns of it (text, conf 0..100, left, line_num, ...).

    Raises TesseractUnavailable.
    """
    _make_sure_it_answers(pytesseract.pytesseract.tesseract_cmd)
    try:
        table = pytesseract.image_to_data(
            picture,
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
