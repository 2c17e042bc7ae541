"""A product's name or what a customer wrote, as comparable terms: words and numbers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from customers.matching.script import is_indic, latin
from customers.matching.sound import sound_key, stem

_WORDS = resources.files(__package__) / "words"
_MARKS = (
    "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0a81-\u0a83\u0abc-\u0acd"
)
_TOKEN = re.compile(
    rf"\d+k[t]?\b|\d+/\d+|\d+(?:\.\d+)?|(?:[^\W\d_]|[{_MARKS}])+|[\"”]", re.IGNORECASE
)
_PACK = re.compile(r"\([^)]*\)")


def load_words(file: str) -> dict[str, Any]:
    """The word list ``file`` in the words folder beside this module."""
    return tomllib.loads((_WORDS / file).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure word: its dimension and how many base units (g, ml, mm, inch) one is."""

    name: str
    dimension: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, with the measure that follows it if one does."""

    value: Decimal
    dimension: str = ""
    base: Decimal = Decimal(0)

    def same_as(self, other: Amount) -> bool:
        """A bare 500 means 500 ml, but 500 g is never 500 ml."""
        if (self.dimension and other.dimension) or "piece" in (self.dimension, other.dimension):
            return self.dimension == other.dimension and self.base == other.base
        return self.value == other.value or (bool(self.base) and self.base == other.value)


@dataclass(frozen=True, slots=True)
class Terms:
    """The comparable content of a text."""

    words: tuple[str, ...]
    amounts: tuple[Amount, ...]

    def __len__(self) -> int:
        return len(self.words) + len(self.amounts)


def _measures() -> dict[str, Measure]:
    return {
        word: Measure(name, entry["dimension"], Decimal(entry["factor"]))
        for name, entry in load_words("measures.toml").items()
        for word in entry["words"]
    }


def _synonyms(groups: list[list[str]]) -> dict[str, str]:
    return {word: stem(group[0]) for group in groups for word in group}


MEASURES = _measures()
MEASURES_BY_NAME = {found.name: found for found in MEASURES.values()}
COLOURS: dict[str, list[str]] = load_words("colours.toml")
COLOUR_WORDS = frozenset(
    latin(part) for words in COLOURS.values() for word in words for part in word.split()
)
_LISTS = load_words("synonyms.toml")
SYNONYMS = _synonyms(_LISTS["groups"])
_SYNONYM_KEYS = {sound_key(w): to for w, to in SYNONYMS.items() if len(sound_key(w)) > 2}
_MIN_KEY = 5  # shorter Latin words meet by chance: mask is no maska
_IGNORED = frozenset(_LISTS["ignored"])
SOFT_WORDS = frozenset(stem(word) for word in _LISTS["soft"])
_PURITY = frozenset(_LISTS["purity"])
_NUMBERS = {word: Decimal(value) for word, value in _LISTS["numbers"].items()}
_BEFORE_MEASURE = {
    word: Decimal(str(value)) for word, value in _LISTS["numbers_before_measure"].items()
}
_JOINS: dict[str, str] = dict(_LISTS["joins"])
_JOIN = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_JOINS, key=len, reverse=True)))})\b")


@lru_cache(maxsize=50_000)
def canonical(word: str) -> str:
    """The word that stands for this one: chandi -> silver, kangan -> bangle."""
    spelled = latin(word)
    direct = SYNONYMS.get(spelled) or SYNONYMS.get(stem(spelled))
    if direct is not None:
        return direct
    key = sound_key(spelled)
    by_sound = _SYNONYM_KEYS.get(key) if len(key) >= _MIN_KEY - is_indic(word) else None
    return by_sound if by_sound is not None else stem(spelled)


def measure(word: str) -> Measure | None:
    return MEASURES.get(word)


@lru_cache(maxsize=50_000)
def terms(text: str) -> Terms:
    """Words in Latin letters and numbers with their measures; packs like (pkt of 50) dropped."""
    plain = _PACK.sub(" ", text.lower()).replace("'s", "").replace("’s", "").replace("-", " ")
    joined = " ".join(token for token in _TOKEN.findall(plain) if token not in _PURITY)
    return _read_terms(_JOIN.sub(lambda match: _JOINS[match.group()], joined).split())


def _read_terms(raw: list[str]) -> Terms:
    words: list[str] = []
    amounts: list[Amount] = []
    at = 0
    while at < len(raw):
        following = MEASURES.get(raw[at + 1]) if at + 1 < len(raw) else None
        number = _number(raw[at], before_measure=following is not None)
        if number is not None:
            amounts.append(_amount(number, following))
            at += 2 if following is not None else 1
            continue
        if latin(raw[at]) not in _IGNORED and raw[at] != '"':
            words.append(canonical(raw[at]))
        at += 1
    return Terms(tuple(words), tuple(amounts))


def _number(token: str, *, before_measure: bool) -> Decimal | None:
    if token[0].isdigit():
        return _decimal(token)
    token = latin(token)
    if before_measure and token in _BEFORE_MEASURE:
        return _BEFORE_MEASURE[token]
    return _NUMBERS.get(token)


def _decimal(token: str) -> Decimal | None:
    if "/" not in token:
        return Decimal(token) if token.replace(".", "").isdecimal() and len(token) < 12 else None
    above, below = token.split("/")
    # Three quarters and such are part of a name (3/4 pant), so they stay exact.
    return Decimal(above) / Decimal(below) if len(token) < 8 and int(below) else None


def _amount(value: Decimal, following: Measure | None) -> Amount:
    if following is None:
        return Amount(value)
    return Amount(value, following.dimension, value * following.factor)
