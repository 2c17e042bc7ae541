"""Devanagari and Gujarati: what the Latin recogniser does not know is read otherwise.

Words by Tesseract; numbers, on pages that are written in such digits, by a network of our own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from khata.reading import sheets, tesseract
from khata.reading.decoding import within
from khata.reading.digits import SIGNS, read_digits, trimmed
from khata.reading.scraps import Scrap, readable
from khata.reading.words import DIGITS

_INDIC = re.compile(r"[\u0900-\u0963\u0970-\u097f\u0a81-\u0ae5\u0af0-\u0aff]")
_EDGES = "_|[](){}<>*~$#।॥.,:;'\"` -=/\\"
_ALL_SIGNS = "".join(SIGNS)
_LONGEST = 12
"""A number's strip is at most so many times as long as high."""
_LEAST_DIGITS, _LEAST_NUMBERS = 2, 3
_NUMBER_SURE = 0.75
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
    _look_at(doubtful, language, sheets.FIRST)
    _look_at([s for s in doubtful if not s.indic], language, sheets.SECOND)


def _look_at(scraps: Sequence[Scrap], language: str, look: sheets.Look) -> None:
    lines = sheets.read_lines([scrap.picture for scrap in scraps], language, look=look)
    for scrap, line in zip(scraps, lines, strict=True):
        text = line.text.strip(_EDGES)
        scrap.second = text or scrap.second
        if is_indic(text) and line.sure >= _NEEDED:
            scrap.text, scrap.sure, scrap.indic = text, line.sure, True


def digits_are_indic(scraps: Sequence[Scrap]) -> bool:
    """Whether the page's numbers are written in Devanagari or Gujarati digits.

    The Latin recogniser doubts only some of those and misreads the others with confidence,
    so the page's numbers vote: to the other network Latin digits are no digits.
    """
    numeric = [s for s in scraps if _digits(s.text) >= _LEAST_DIGITS and _short(s)]
    numeric += [s for s in scraps if not readable(s) and s not in numeric and _short(s)]
    indic = latin = 0
    for left, scrap in zip(range(len(numeric), 0, -1), numeric, strict=True):
        if latin >= indic + left:
            return False
        text, sure = within(read_digits(scrap.picture), _ALL_SIGNS)
        digits, others = _digits(text), text.count(SIGNS[-1])
        if digits >= _LEAST_DIGITS and digits > 3 * others and sure >= _NUMBER_SURE:
            indic += 1
        elif readable(scrap) and others >= digits:
            latin += 1
    return indic >= _LEAST_NUMBERS and indic > latin


def read_numbers(scraps: Sequence[Scrap]) -> list[Scrap]:
    """On a page of such digits: read again what is a number; answers those that are."""
    found = []
    short = [scrap for scrap in scraps if _short(scrap) and not _is_word(scrap)]
    for scrap in short:
        strip = read_digits(scrap.picture)
        text, sure = within(strip, _ALL_SIGNS)
        if _is_number(text, scrap):
            scrap.text, scrap.sure, scrap.indic = text.strip(SIGNS[-1]), sure, False
            scrap.strip = trimmed(strip)
            found.append(scrap)
    return found


def _is_word(scrap: Scrap) -> bool:
    letters = sum(c.isalpha() for c in scrap.text)
    return readable(scrap) and letters >= 3 and letters * 2 > len(scrap.text)


def _is_number(text: str, scrap: Scrap) -> bool:
    """Digits all along, but for Rs before or a smudge within."""
    bare = text.strip(SIGNS[-1])
    filled = scrap.width <= scrap.height * (0.8 * len(text) + 0.3)
    others = bare.count(SIGNS[-1])
    return filled and _digits(bare) > 4 * others and len(text) - len(bare) <= 3


def _short(scrap: Scrap) -> bool:
    return scrap.width <= _LONGEST * scrap.height


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def is_indic(text: str) -> bool:
    """Whether most of the letters are Devanagari or Gujarati."""
    letters = [c for c in text if not c.isspace() and ord(c) not in DIGITS]
    return bool(text) and sum(bool(_INDIC.match(c)) for c in letters) * 2 > len(letters)
