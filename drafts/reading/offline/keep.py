"""Which items are really wanted: evidence or nothing."""

from __future__ import annotations

from drafts.reading.types import EntryReading, Intent

from .intent import Found
from .items import EXACT, Item
from .tokens import Kind

_MAX_WORDS = 3
_SURE = 0.9
_MAX_UNKNOWN = 1_000  # larger numbers beside unknown words are sums of money or ids


def survey(pairs: list[tuple[Item, list[EntryReading]]], *, given_up: int = 0) -> Found:
    """How many items are products with a number, without one, and unknown things with one.

    ``given_up`` were asked for and taken back in the same message.
    """
    firm, bare, unknown = given_up, 0, 0
    for item, entries in pairs:
        if not item.likely:
            unknown += _may_be_unknown_product(item, entries)
        elif entries[0].sku is None:
            unknown += 1
        elif item.has_asides:
            unknown += any(e.quantity is not None for e in entries)
        elif any(e.quantity is not None for e in entries):
            firm += 1
        else:
            bare += item.fit[0].confidence >= EXACT
    return Found(firm, bare, unknown)


def is_kept(
    item: Item,
    found: list[EntryReading],
    entries: list[EntryReading],
    *,
    intent: Intent,
    counted: bool,
) -> bool:
    """A product is kept if it was asked for; an unknown thing only with a quantity.

    ``counted`` says that the message gives a quantity for some product.
    """
    if intent is not Intent.ORDER and found[0].sku is None and found[0].quantity is None:
        return False  # our kitchen is closed
    if item.likely:
        said = any(e.quantity is not None for e in found)
        repeated = not said and any(e.sku == found[0].sku and e.sku for e in entries)
        return not repeated and (said or not _is_aside(item, entries, intent, counted=counted))
    return _may_be_unknown_product(item, found)


def _is_aside(item: Item, entries: list[EntryReading], intent: Intent, *, counted: bool) -> bool:
    """A product named in passing beside counted ones: no number, ambiguous, no list."""
    if intent is Intent.CANCEL:
        return bool(entries) and item.fit[0].confidence < _SURE
    if intent is not Intent.ORDER:
        return bool(entries)
    return (counted or bool(entries)) and item.fit[0].confidence < _SURE


def _may_be_unknown_product(item: Item, found: list[EntryReading]) -> bool:
    words = [t for t in item.tokens if t.kind is Kind.WORD]
    said = any(e.quantity is not None and e.quantity < _MAX_UNKNOWN for e in found)
    named = any(len(t.word) > 2 for t in words)
    return said and named and len(words) <= _MAX_WORDS
