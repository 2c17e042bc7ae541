"""How a word sounds: one key for the many ways Indian words are spelled in Latin."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

_SOUNDS = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"chh|ch", "C"),
        (r"sch", "S"),
        (r"sh", "s"),
        (r"ph", "f"),
        (r"([tdbgkjz])h", r"\1"),
        (r"ck|q", "k"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"z", "j"),
        (r"aau|ow(?=d)", "o"),
        (r"w", "v"),
        (r"ee|ea|ii|ie", "i"),
        (r"oo|ou|uu|ui", "u"),
        (r"ai|ay|ei|ey|ae", "e"),
        (r"au|aw|ow", "o"),
        (r"a+", "a"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    )
]
_VOWELS = re.compile(r"[aeiou]")
_MIN_RATIO = 78.0
_MIN_SHORT_RATIO = 86.0  # king is not ring: short words need more than one shared rhyme
_SKELETON_RATIO = 58.0


def stem(word: str) -> str:
    """Without the English plural: rings -> ring; glass stays."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=100_000)
def sound_key(word: str) -> str:
    """bichhiya, bichiya -> biCi; a last vowel counts for nothing."""
    key = stem(word.lower())
    for pattern, to in _SOUNDS:
        key = pattern.sub(to, key)
    return key[:-1] if len(key) > 2 and key[-1] in "aeiou" else key


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """The consonants of the sound key: butter, batar -> btr."""
    key = sound_key(word)
    return key[0] + _VOWELS.sub("", key[1:]) if key else ""


def likeness(left: str, right: str) -> float:
    """How surely two spellings are one word, 0..1 (1 same letters, 0 unlike)."""
    if left == right:
        return 1.0
    if sound_key(left) == sound_key(right):
        return 0.96
    if not left or not right or sound_key(left)[:1] != sound_key(right)[:1]:
        return 0.0
    ratio = max(fuzz.ratio(left, right), fuzz.ratio(sound_key(left), sound_key(right)))
    return _likeness_of(left, right, ratio)


def _likeness_of(left: str, right: str, ratio: float) -> float:
    shorter = min(len(left), len(right))
    if shorter >= 3 and skeleton(left) == skeleton(right):
        bones = len(skeleton(left))
        if (bones >= 3 and _same_rhythm(left, right)) or (bones == 2 and ratio >= _SKELETON_RATIO):
            return 0.9
    needed = _MIN_SHORT_RATIO if shorter < 5 else _MIN_RATIO
    return ratio / 100 if shorter >= 4 and ratio >= needed else 0.0


def _same_rhythm(left: str, right: str) -> bool:
    """As many vowels, or none typed at all: grm is garam, but kirana is no corn."""
    vowels = [len(_VOWELS.findall(sound_key(word))) for word in (left, right)]
    return vowels[0] == vowels[1] or 0 in vowels
