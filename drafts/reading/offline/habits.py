"""How people usually put what they want: weights of words and word pairs for each intent.

The weights are learned from written examples (bench/intents.py) and are
looked at beside the rules of intent.py; each can be read in the file. Numbers, units, sizes,
colours and words that the catalogue knows count as such, so that it matters little what a
shop sells.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import pairwise

from customers.matching.sound import sound_key
from drafts.reading.types import CatalogueIndex, Intent

from .tokens import Kind, Token

WEIGHTS = resources.files(__package__) / "words" / "intent_weights.tsv"
BIAS = "<any>"
_KNOWN = 0.75
_PLACES = {
    Kind.NUMBER: "<number>",
    Kind.RATIO: "<number>",
    Kind.MEASURE: "<unit>",
    Kind.COUNT: "<unit>",
    Kind.SIZE: "<size>",
    Kind.COLOUR: "<colour>",
    Kind.NOISE: "<figure>",
}
_GOODS, _LINE = "<goods>", "<line>"
_MARKS = (Kind.SYMBOL, Kind.STOP, Kind.LINE)


def words_heard(lines: Iterable[list[Token]], catalogue: CatalogueIndex) -> list[str]:
    """The message's words, what is particular to the shop put as a placeholder."""
    heard: list[str] = []
    for tokens in lines:
        heard.append(_LINE)
        heard.extend(word for token in tokens if (word := _heard(token, catalogue)))
    return [*heard, "?"] if "?" in heard else heard


def features(words: list[str]) -> set[str]:
    """What counts of these words: each by its sound, and each pair of neighbours."""
    sounds = [w if w.startswith("<") or w == "?" else sound_key(w) for w in words]
    return {*sounds, *(f"{one} {two}" for one, two in pairwise(sounds))}


def likely_intents(words: list[str]) -> dict[Intent, float]:
    """How likely (0..1, together 1) each intent is; none where only placeholders are known."""
    weights = _weights()
    known = [feature for feature in features(words) if feature in weights]
    if all(word.startswith("<") for feature in known for word in feature.split()):
        return {}
    columns = zip(weights[BIAS], *(weights[feature] for feature in known), strict=True)
    sums = [sum(column) for column in columns]
    powers = [math.exp(value - max(sums)) for value in sums]
    return {intent: power / sum(powers) for intent, power in zip(Intent, powers, strict=True)}


def _heard(token: Token, catalogue: CatalogueIndex) -> str:
    if token.kind in _PLACES:
        return _PLACES[token.kind]
    if token.kind in _MARKS:
        return "?" if token.text == "?" else ""
    spoken = token.word if token.text.isascii() else token.text
    if token.kind is Kind.WORD and catalogue.knows(spoken) >= _KNOWN:
        return _GOODS
    return token.word


@cache
def _weights() -> dict[str, list[float]]:
    rows = (line.split("\t") for line in WEIGHTS.read_text(encoding="utf-8").splitlines()[1:])
    return {feature: [int(value) / 100 for value in values] for feature, *values in rows}
