"""Reasons to be less sure of a reading that looks complete: what it may have missed."""

from __future__ import annotations

import re
from collections import defaultdict

from customers.matching.script import latin
from drafts.reading.types import CatalogueIndex, EntryReading, Intent

from .items import Item
from .lexicon import KIN, OCCASIONS
from .tokens import Kind

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
    if _says_twice(entries):
        factor *= _SUMMED
    if intent is Intent.ORDER and _TAKEN_BACK.search(text):
        factor *= _REVERSED
    return factor


def unplaced_traits(item: Item, entries: list[EntryReading], catalogue: CatalogueIndex) -> int:
    """Sizes and colours of the product that were said and that no entry took up."""
    product = catalogue.product(entries[0].sku) if entries and entries[0].sku else None
    if product is None:
        return 0
    taken = {(e.size or "").upper() for e in entries} | {(e.color or "").lower() for e in entries}
    counts = {f"{e.quantity.normalize():f}" for e in entries if e.quantity is not None}
    colours = [t for t in item.tokens if t.kind is Kind.COLOUR and {*t.names} & {*product.colors}]
    letters = [t for t in item.tokens if t.kind is Kind.SIZE and {*t.names} & {*product.sizes}]
    numbers = [t.text for t in item.tokens if t.kind is Kind.NUMBER and t.text in product.sizes]
    lost = sum(not {name.lower() for name in t.names} & taken for t in colours)
    lost += sum(not {name.upper() for name in t.names} & taken for t in letters)
    return lost + len({*numbers} - taken - counts)


def _says_sum_and_parts(entries: list[EntryReading]) -> bool:
    """4 dozen, 2 white 2 blue: the first is all of them together."""
    traits: dict[str, set[bool]] = defaultdict(set)
    for entry in entries:
        if entry.sku:
            traits[entry.sku].add(bool(entry.size or entry.color))
    return any(len(kinds) > 1 for kinds in traits.values())


def _says_twice(entries: list[EntryReading]) -> bool:
    """2.6 ke 2, and later 2.6 wale 4: the second may be meant instead of the first."""
    said = [(e.sku, e.size, e.color, e.client_name) for e in entries if e.sku]
    return len(set(said)) < len(said)


def _names_somebody(text: str) -> bool:
    return any(latin(word) not in KIN | OCCASIONS for word in _WHOSE.findall(text))
