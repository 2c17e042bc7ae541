"""Devanagari and Gujarati: what the recogniser does not know is read by Tesseract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khata.reading import tesseract
from khata.reading.scraps import Scrap, readable
from khata.reading.words import DIGITS

_INDIC = re.compile(r"[\u0900-\u0963\u0970-\u097f\u0a81-\u0ae5\u0af0-\u0aff]")
_EDGES = "_|[](){}<>*~$#।॥.,:;'\"` -=/\\"
_INDIC_DIGITS, _SIGNS = "०१२३४५६७८९", ".,/-=:"
_LEAST_DIGITS, _LEAST_NUMBERS, _SHARE, _NUMBER_SURE = 3, 3, 0.2, 0.6
_NEEDED = 0.3
"""Tesseract's confidence below this is a guess at a smudge."""


def read_indic(scraps: Sequence[Scrap]) -> None:
    """Give those that are no Latin writing what Tesseract reads in them.

    Raises TesseractUnavailable.
    """
    doubtful = [scrap for scrap in scraps if not readable(scrap)]
    if not doubtful:
        return
    language = next(iter(tesseract.indic_languages()), None)
    if language is None:
        raise tesseract.TesseractUnavailable("Tesseract's Devanagari is not installed.")
    _look_at(doubtful, language, tesseract.FIRST)
    _look_at([s for s in doubtful if not s.indic], language, tesseract.SECOND)
    if _digits_are_indic(scraps):
        _read_numbers(scraps, language)


def _look_at(scraps: Sequence[Scrap], language: str, look: tesseract.Look) -> None:
    lines = tesseract.read_lines([scrap.picture for scrap in scraps], language, look=look)
    for scrap, line in zip(scraps, lines, strict=True):
        text = line.text.strip(_EDGES)
        scrap.second = text or scrap.second
        if _number_in(line.text):
            scrap.numbers.append((_number_in(line.text), line.sure))
        if _mostly_indic(text) and line.sure >= _NEEDED:
            scrap.text, scrap.sure, scrap.indic = text, line.sure, True


def _digits_are_indic(scraps: Sequence[Scrap]) -> bool:
    """Whether the page's numbers are written in Devanagari: where they are, the Latin
    recogniser doubts only some of them and misreads the others with confidence."""
    indic = sum(any(sure > _NUMBER_SURE for _, sure in scrap.numbers) for scrap in scraps)
    latin = sum(readable(scrap) and _digits(scrap.text) >= _LEAST_DIGITS for scrap in scraps)
    return indic >= _LEAST_NUMBERS and indic > _SHARE * latin


def _read_numbers(scraps: Sequence[Scrap], language: str) -> None:
    """All of the page's numbers again, by Tesseract in both ways."""
    numeric = [s for s in scraps if s.numbers or _digits(s.text) * 2 > len(s.text)]
    for scrap in numeric:
        scrap.numbers = []
    for look in (tesseract.FIRST, tesseract.SECOND):
        lines = tesseract.read_lines([s.picture for s in numeric], language, look=look)
        for scrap, line in zip(numeric, lines, strict=True):
            if text := _number_in(line.text):
                scrap.numbers.append((text, line.sure))
    for scrap in numeric:
        text, sure = max(scrap.numbers, key=lambda found: found[1], default=("", 0.0))
        scrap.text, scrap.sure, scrap.indic = text, sure, True


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _number_in(text: str) -> str:
    """The text, where it is a number in Devanagari digits, else nothing."""
    bare = text.strip(" |_[]()।'\"~").replace(" ", "")
    digits = sum(c in _INDIC_DIGITS for c in bare)
    others = sum(c not in _INDIC_DIGITS and c not in _SIGNS for c in bare)
    return bare if digits > 1 and digits > 3 * others else ""


def _mostly_indic(text: str) -> bool:
    letters = [c for c in text if not c.isspace() and ord(c) not in DIGITS]
    return bool(text) and sum(bool(_INDIC.match(c)) for c in letters) * 2 > len(letters)
