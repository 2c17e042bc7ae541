"""Devanagari and Gujarati: what the recogniser does not know is read by Tesseract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from khata.reading import tesseract
from khata.reading.scraps import Scrap, readable
from khata.reading.words import DIGITS

_INDIC = re.compile(r"[\u0900-\u0963\u0970-\u097f\u0a81-\u0ae5\u0af0-\u0aff]")
_EDGES = "_|[](){}<>*~$#।॥.,:;'\"` -=/\\"
_DIGITS = "०१२३४५६७८९.,/-="
_NEEDED = 0.3
"""Tesseract's confidence below this is a guess at a smudge."""


def read_indic(scraps: Iterable[Scrap]) -> None:
    """Give those that are no Latin writing what Tesseract reads in them.

    Raises TesseractUnavailable.
    """
    doubtful = [scrap for scrap in scraps if not readable(scrap)]
    language = _language()
    if not doubtful or language is None:
        return
    lines = tesseract.read_lines([scrap.picture for scrap in doubtful], language)
    for scrap, line in zip(doubtful, lines, strict=True):
        text = line.text.strip(_EDGES)
        if _mostly_indic(text) and line.sure >= _NEEDED:
            scrap.text, scrap.sure, scrap.indic = text, line.sure, True


def read_indic_digits(scraps: Sequence[Scrap]) -> list[tesseract.Line]:
    """What each says in Devanagari digits, for pages that are written so."""
    lines = tesseract.read_lines([scrap.picture for scrap in scraps], "hin")
    return [
        tesseract.Line(line.text.strip(" |_[]()।").replace(" ", ""), line.sure) for line in lines
    ]


def is_devanagari_number(line: tesseract.Line, *, sure: float = 0.8) -> bool:
    """Digits of Devanagari and their signs only, read with confidence."""
    digits = sum(c in _DIGITS[:10] for c in line.text)
    others = sum(c not in _DIGITS for c in line.text)
    return digits > 1 and not others and line.sure >= sure


def _mostly_indic(text: str) -> bool:
    letters = [c for c in text if not c.isspace() and ord(c) not in DIGITS]
    return bool(text) and sum(bool(_INDIC.match(c)) for c in letters) * 2 > len(letters)


def _language() -> str | None:
    wanted = [name for name in ("hin", "guj") if name in tesseract.languages()]
    return wanted[0] if wanted else None
