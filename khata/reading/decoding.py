"""From the recogniser's probabilities to text: plain, or within an alphabet, with runners-up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khata.reading.engine import Letters, Strip

MONEY = "0123456789,.-/=:RsDrCOoc₹ "
LATIN = "".join(map(chr, range(32, 127))) + "₹"
_BEAMS = 12
_WORTH = 0.004
"""Letters less likely than this at a step are not followed."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A text and its probability, by this alphabet alone (0..1)."""

    text: str
    chance: float


@lru_cache(maxsize=16)
def _columns(letters: Letters, alphabet: str) -> NDArray[np.intp]:
    known = {letter: i for i, letter in enumerate(letters.names)}
    return np.array([0, *(known[c] for c in alphabet if c in known)])


def within(strip: Strip, alphabet: str) -> tuple[str, float]:
    """The likeliest letters of the alphabet, and the mean probability that they have
    among *all* letters: low where the strip says something else."""
    text, chances = _read(strip, alphabet)
    return text, float(np.mean(chances)) if chances else 0.0


def weakest(strip: Strip, alphabet: str) -> float:
    """The probability of the letter that is least sure (0..1); 0 where nothing is read."""
    return min(_read(strip, alphabet)[1], default=0.0)


def _read(strip: Strip, alphabet: str) -> tuple[str, list[float]]:
    if not len(strip.steps):
        return "", []
    columns = _columns(strip.letters, alphabet)
    steps = strip.steps[:, columns]
    best = steps.argmax(axis=1)
    names = strip.letters.names
    text, chances, before = [], [], 0
    for row, i in zip(steps, best, strict=True):
        if i and i != before:
            text.append(names[columns[i]])
            chances.append(float(row[i]))
        elif i and chances:
            chances[-1] = max(chances[-1], float(row[i]))
        before = int(i)
    return "".join(text), chances


def guesses(strip: Strip, alphabet: str, count: int = _BEAMS) -> list[Guess]:
    """The likeliest texts within the alphabet, best first (CTC prefix beam search)."""
    if not len(strip.steps):
        return []
    columns = _columns(strip.letters, alphabet)
    names = strip.letters.names
    steps = strip.steps[:, columns]
    steps = steps / np.maximum(steps.sum(axis=1, keepdims=True), 1e-9)
    # prefix -> [chance that it ends in a blank, chance that it ends in its last letter]
    beams: dict[tuple[int, ...], list[float]] = {(): [1.0, 0.0]}
    for row in steps:
        following: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for prefix, chances in beams.items():
            _follow(following, prefix, chances, row)
        best = sorted(following.items(), key=lambda item: -sum(item[1]))[:count]
        beams = dict(best)
    total = sum(map(sum, beams.values())) or 1.0
    return [
        Guess("".join(names[columns[i]] for i in prefix), sum(chance) / total)
        for prefix, chance in sorted(beams.items(), key=lambda item: -sum(item[1]))
    ]


_Beams = dict[tuple[int, ...], list[float]]


def _follow(
    following: _Beams, prefix: tuple[int, ...], chances: Sequence[float], row: NDArray[Any]
) -> None:
    """Every likely next letter after the prefix."""
    blank, letter = chances
    for i in map(int, np.flatnonzero(row > _WORTH)):
        chance = float(row[i])
        if i == 0:
            following[prefix][0] += (blank + letter) * chance
        elif prefix and prefix[-1] == i:
            following[prefix][1] += letter * chance
            following[(*prefix, i)][1] += blank * chance
        else:
            following[(*prefix, i)][1] += (blank + letter) * chance


def likely(chance: float) -> float:
    """A chance as logarithm, never minus infinity."""
    return math.log(max(chance, 1e-6))
