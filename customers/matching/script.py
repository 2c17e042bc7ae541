"""Devanagari and Gujarati letters written in Latin, the way people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Gujarati has the same letters in the same order, 0x180 further on.
_GUJARATI_SHIFT = 0x0A80 - 0x0900
_INDIC = re.compile("[\u0900-\u097f\u0a80-\u0aff]")

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "chh",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "p",
            "ph",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
            "l",
        ],
        strict=True,
    )
)
_VOWELS = dict(
    zip(
        "अआइईउऊऋएऐओऔऑऍ",
        ["a", "aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o", "e"],
        strict=True,
    )
)
_SIGNS = dict(
    zip("ािीुूृेैोौॉॅ", ["aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o", "e"], strict=True)
)
_NASALS = {"ं": "n", "ँ": "n", "ः": ""}
_NUKTA = {"k": "q", "kh": "kh", "g": "g", "j": "z", "d": "d", "dh": "dh", "ph": "f"}
_BEFORE_LIP = re.compile("n(?=[bp])")  # lamba, not lanba
_VIRAMA, _NUKTA_SIGN = "्", "़"


@dataclass(slots=True)
class _Syllable:
    """Consonants and a vowel; ``inherent`` marks the unwritten a, which is often silent."""

    onset: str
    vowel: str
    inherent: bool
    coda: str = ""


def is_indic(text: str) -> bool:
    return _INDIC.search(text) is not None


@lru_cache(maxsize=20_000)
def latin(word: str) -> str:
    """The word in Latin letters; words in other scripts come back as they are."""
    if not is_indic(word):
        return word
    folded = "".join(
        chr(ord(c) - _GUJARATI_SHIFT) if "\u0a80" <= c <= "\u0aff" else c for c in word
    )
    syllables = _syllables(folded)
    _silence_inherent_vowels(syllables)
    spelled = "".join(s.onset + s.vowel + s.coda for s in syllables)
    # Nobody types the glide of bhaaee, taaee with all its letters.
    return _BEFORE_LIP.sub("m", spelled.replace("aaee", "ai").replace("aai", "ai"))


def _syllables(word: str) -> list[_Syllable]:
    found: list[_Syllable] = []
    for letter in word:
        if letter in _CONSONANTS:
            _add_consonant(found, _CONSONANTS[letter])
        elif letter in _VOWELS:
            found.append(_Syllable("", _VOWELS[letter], inherent=False))
        elif found:
            _apply_sign(found[-1], letter)
        else:
            found.append(_Syllable(letter, "", inherent=False))
    return found


def _add_consonant(found: list[_Syllable], consonant: str) -> None:
    if found and found[-1].vowel == _VIRAMA:
        found[-1].onset += consonant
        found[-1].vowel, found[-1].inherent = "a", True
    else:
        found.append(_Syllable(consonant, "a", inherent=True))


def _apply_sign(syllable: _Syllable, sign: str) -> None:
    if sign in _SIGNS:
        syllable.vowel, syllable.inherent = _SIGNS[sign], False
    elif sign == _VIRAMA:
        syllable.vowel, syllable.inherent = _VIRAMA, False
    elif sign == _NUKTA_SIGN:
        syllable.onset = _NUKTA.get(syllable.onset, syllable.onset)
    elif sign in _NASALS:
        syllable.coda += _NASALS[sign]
    elif sign.isascii():
        syllable.coda += sign


def _silence_inherent_vowels(syllables: list[_Syllable]) -> None:
    """Drop the a of the last syllable and between two spoken ones: ka-ma-ra -> kamar."""
    for at in range(len(syllables) - 1, -1, -1):
        syllable = syllables[at]
        if syllable.vowel == _VIRAMA:
            syllable.vowel = ""
        if not syllable.inherent or at == 0 or syllable.coda:
            continue
        last = at == len(syllables) - 1
        if last or (syllables[at - 1].vowel and syllables[at + 1].vowel):
            syllable.vowel = ""
