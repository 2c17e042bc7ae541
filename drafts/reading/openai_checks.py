"""Does the message say what the model claims? What it doesn't is marked down, with a warning."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import permutations

from drafts.reading.offline.said import numbers_said
from drafts.reading.types import CatalogueIndex, CatalogueProduct, EntryReading

# An unsupported line is never shown as sure, however sure the model was of it.
DOUBTFUL = 0.4
QUANTITY_NOT_SAID = "This quantity does not stand in the message."
PRODUCT_NOT_SAID = "The message's words do not name this product."
WORDS_NOT_SAID = "These words do not stand in the message."
CLIENT_NOT_SAID = "This name does not stand in the message."
_FAULTS = {QUANTITY_NOT_SAID, PRODUCT_NOT_SAID, WORDS_NOT_SAID, CLIENT_NOT_SAID}
# A product that words name is among the first this many that they may mean.
_NEAR = 10
_DOZEN, _PAIR, _GRAMS = Decimal(12), Decimal(2), Decimal(1000)
_MOST_NUMBERS = 60


def most_sure(entries: Iterable[EntryReading]) -> float:
    """How sure the whole may be: no surer than its marked-down lines."""
    return DOUBTFUL if any(_FAULTS & set(entry.warnings) for entry in entries) else 1.0


class Evidence:
    """What one message says; numbers are looked for once."""

    def __init__(self, text: str, catalogue: CatalogueIndex) -> None:
        self._text, self._folded = text, text.casefold()
        self._catalogue = catalogue
        self._numbers = numbers_said(text)

    def judge(self, entry: EntryReading, *, product: CatalogueProduct | None) -> None:
        """Mark down what the message does not support, and say why."""
        faults = []
        if entry.span is None:
            faults.append(WORDS_NOT_SAID)
        if entry.quantity is not None and not self._says(entry.quantity, product):
            faults.append(QUANTITY_NOT_SAID)
        if product is not None and not self._names(product, entry):
            faults.append(PRODUCT_NOT_SAID)
        if entry.client_name and entry.client_name.casefold() not in self._folded:
            faults.append(CLIENT_NOT_SAID)
            entry.client_id = None
        if faults:
            entry.confidence = min(entry.confidence, DOUBTFUL)
            entry.warnings.extend(faults)

    def _says(self, quantity: Decimal, product: CatalogueProduct | None) -> bool:
        """Said, or said in another unit: dozens, pairs, grams, packs of the product's size."""
        packs = numbers_said(product.name) if product else set()
        return quantity == 1 or quantity in _derived(self._numbers, packs - {Decimal(0)})

    def _names(self, product: CatalogueProduct, entry: EntryReading) -> bool:
        """Named letter by letter, or among what the line's words may mean."""
        names = (product.name, product.sku, *product.aliases)
        if any(name.casefold() in self._folded for name in names if name):
            return True
        words = self._text[slice(*entry.span)] if entry.span else entry.item_name
        near = self._catalogue.candidates(words, limit=_NEAR)
        if entry.item_name.casefold() in self._folded:  # in the customer's own words
            near += self._catalogue.candidates(entry.item_name, limit=_NEAR)
        return product.sku in {option.sku for option in near}


def _derived(said: set[Decimal], packs: Iterable[Decimal]) -> set[Decimal]:
    """Every quantity that these numbers can mean, to three decimals."""
    few = sorted(said)[:_MOST_NUMBERS]
    results = {number * _DOZEN for number in few} | {number / _PAIR for number in few}
    results |= {number / _GRAMS for number in few} | {number * _GRAMS for number in few}
    results |= {a * b for a, b in permutations(few, 2)} | {
        number / p for number in few for p in packs
    }
    results |= {Decimal(0) + sum(few)}
    return {number.quantize(Decimal("0.001")) for number in (*said, *results) if number < 10**9}
