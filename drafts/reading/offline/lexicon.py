"""The word lists of this reader, looked up by spelling and then by sound."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib import resources
from typing import Any, Generic, TypeVar

from customers.matching.script import latin
from customers.matching.sound import likeness, skeleton, sound_key
from drafts.matching.terms import COLOURS, MEASURES

_WORDS = resources.files(__package__) / "words"
T = TypeVar("T")
_MIN_BARE = 5
_SAME_WORD = 0.9
_MIN_KEY = 4  # shorter sounds meet by chance: kar, kare, car


def load(file: str) -> dict[str, Any]:
    """One of the word lists in the words folder."""
    return tomllib.loads((_WORDS / file).read_text(encoding="utf-8"))


class Lookup(Generic[T]):
    """Words to meanings; a long word also by its sound."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._exact = {latin(word): meaning for word, meaning in meanings.items()}
        self._sounds = {
            sound_key(word): meaning
            for word, meaning in self._exact.items()
            if len(sound_key(word)) >= _MIN_KEY
        }

    def get(self, word: str) -> T | None:
        found = self._exact.get(word)
        return found if found is not None else self._sounds.get(sound_key(word))

    def exact(self, word: str) -> T | None:
        return self._exact.get(word)


def _spread(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {word: name for name, words in groups.items() for word in words}


class _Colours(Lookup[tuple[str, ...]]):
    """A long colour also without its vowels: lavendr, mstard."""

    def __init__(self, meanings: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(meanings)
        words = {w.replace(" ", ""): names for w, names in meanings.items()}
        self._bones = {skeleton(word): (word, names) for word, names in words.items()}

    def get(self, word: str) -> tuple[str, ...] | None:
        found = super().get(word)
        if found is not None or len(word) < _MIN_BARE:
            return found
        bones = skeleton(word)
        meant, names = self._bones.get(bones, ("", None))
        return names if len(bones) >= _MIN_KEY and likeness(word, meant) >= _SAME_WORD else None


def _colours() -> dict[str, tuple[str, ...]]:
    """A word may stand for several catalogue colours, e.g. cream and beige."""
    meanings: dict[str, tuple[str, ...]] = {}
    for colour, words in COLOURS.items():
        for word in words:
            meanings[word] = (*meanings.get(word, ()), colour)
    return meanings


_numbers = load("numbers.toml")
_units = load("units.toml")
_names = load("names.toml")
_fillers = load("fillers.toml")

NUMBERS = Lookup({word: Decimal(v) for word, v in _numbers["units"].items()})
MULTIPLIERS = {word: Decimal(v) for word, v in _numbers["multipliers"].items()}
FRACTIONS = {word: Decimal(v) for word, v in _numbers["fractions"].items()}
SHIFTS = {word: Decimal(v) for word, v in _numbers["shifts"].items()}
ONLY_BEFORE_UNIT = frozenset(_numbers["only_before_unit"]["words"])
DOUBTFUL = frozenset(_numbers["doubtful"]["words"])
IS: list[str] = _numbers["doubtful"]["is"]
BE: dict[str, list[str]] = _numbers["be"]
VERB_STEMS = frozenset(_numbers["doubtful"]["verb_stems"])

UNITS = Lookup({word: name for name, unit in _units.items() for word in unit["words"]})
PIECES_EACH = {name: Decimal(unit["each"]) for name, unit in _units.items() if "each" in unit}
MEASURE_NAMES = Lookup({word: m.name for word, m in MEASURES.items()})
ROLES = Lookup(_spread(load("roles.toml")))
COLOUR_NAMES = _Colours(_colours())
TALK = frozenset(latin(word) for word in _fillers["talk"])
GOODS_TOO = frozenset(_fillers["goods_too"])
_LISTED = [
    words for name, words in _fillers.items() if name not in ("talk", "goods_too", "verb_forms")
]
FILLERS = frozenset(latin(word) for words in _LISTED for word in words)
VERB_FORMS = frozenset(
    stem + ending
    for stem in _fillers["verb_forms"]["stems"]
    for ending in ("", *_fillers["verb_forms"]["endings"])
    if len(stem + ending) > 4
)
FILLER_SOUNDS = frozenset(sound_key(word) for word in FILLERS if len(sound_key(word)) >= _MIN_KEY)
HONORIFICS = frozenset(latin(word) for word in _names["honorifics"])
NAMING: dict[str, frozenset[str]] = {
    name: frozenset(words) for name, words in _names["grammar"].items()
}
BUSINESS = frozenset(_names["business"])
TITLES = frozenset(_names["titles"])
KIN = frozenset(latin(word) for word in _names["kin"])
OCCASIONS = frozenset(_names["occasions"])
CHANGING: dict[str, frozenset[str]] = {
    name: frozenset(words) for name, words in load("changing.toml").items()
}
NOISE_PATTERNS: list[str] = load("noise.toml")["patterns"]


def is_filler(word: str, *, indic: bool = False) -> bool:
    """Whether the word says nothing about what is ordered; ``indic``: it was transliterated.

    Latin words must be spelled as listed: lather would else be later.
    """
    return word in FILLERS or word in VERB_FORMS or (indic and sound_key(word) in FILLER_SOUNDS)
