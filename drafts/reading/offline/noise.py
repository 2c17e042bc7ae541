"""Which characters are prices, dates, phone numbers and the like: never quantities."""

from __future__ import annotations

import re

from .lexicon import NOISE_PATTERNS

_NOISE = [re.compile(pattern) for pattern in NOISE_PATTERNS]
_DIGIT = re.compile(r"\d")


def noise_spans(text: str) -> list[tuple[int, int]]:
    """The [start, end) stretches of plain text that hold such numbers."""
    if _DIGIT.search(text) is None and "http" not in text:
        return []
    return [match.span() for pattern in _NOISE for match in pattern.finditer(text)]


def is_inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)
