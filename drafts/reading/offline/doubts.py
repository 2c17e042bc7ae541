"""Reasons to be less sure of a reading that looks complete: what it may have missed."""

from __future__ import annotations

import re
from collections import defaultdict

from customers.matching.script import latin
from drafts.reading.types import EntryReading, Intent

from .lexicon import KIN, OCCASIONS

_WHOSE = re.compile(r"([^\W\d_]+)\s+(?:ke|k|na|ki)\s+(?:liye|lie|liy|hisab|naam|vaste|waste)\b")
# 4 pc nahi 2: the number after the word may stand for the one before it.
_TAKEN_BACK = re.compile(r"\d[^\d\n]{0,25}\b(?:nahi|nahin|nai|nhi|no|not|nathi)\b[^\d\n]{0,12}\d")
_SUMMED = 0.7
_UNNAMED = 0.85
_REVERSED = 0.85
_HIDDEN = 0.8


def trust(text: str, intent: Intent, entries: list[EntryReading], *, injected: bool) -> float:
    """A factor of at most 1 for the confidence of a reading of this plain text."""
    if not entries:
        # An order may stand beside text that addresses a machine.
        return _HIDDEN if injected and intent is Intent.OTHER else 1.0
    factor = _SUMMED if _says_sum_and_parts(entries) else 1.0
    if _names_somebody(text) and not any(entry.client_name for entry in entries):
        factor *= _UNNAMED
    if intent is Intent.ORDER and _TAKEN_BACK.search(text):
        factor *= _REVERSED
    return factor


def _says_sum_and_parts(entries: list[EntryReading]) -> bool:
    """4 dozen, 2 white 2 blue: the first is all of them together."""
    traits: dict[str, set[bool]] = defaultdict(set)
    for entry in entries:
        if entry.sku:
            traits[entry.sku].add(bool(entry.size or entry.color))
    return any(len(kinds) > 1 for kinds in traits.values())


def _names_somebody(text: str) -> bool:
    return any(latin(word) not in KIN | OCCASIONS for word in _WHOSE.findall(text))
