"""Which characters are prices, dates, phone numbers and the like: never quantities."""

from __future__ import annotations

import re

from .lexicon import NOISE_PATTERNS

# A price never spans two lines, so their blanks are spaces only.
_NOISE = [re.compile(pattern.replace(r"\s", " "), re.MULTILINE) for pattern in NOISE_PATTERNS]
_SHORT = 60
_DIGIT = re.compile(r"\d")
# Longer runs are no number anybody means; taken first, they keep the patterns quick.
_ENDLESS = re.compile(r"\d[\d,.:/]{15,}|[^\W\d]{60,}")


def noise_spans(text: str) -> list[tuple[int, int]]:
    """The [start, end) stretches of plain text that hold such numbers."""
    if _DIGIT.search(text) is None and "http" not in text and len(text) < _SHORT:
        return []
    endless = [match.span() for match in _ENDLESS.finditer(text)]
    for start, end in endless:
        text = text[:start] + " " * (end - start) + text[end:]
    return endless + [match.span() for pattern in _NOISE for match in pattern.finditer(text)]


def is_inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)
