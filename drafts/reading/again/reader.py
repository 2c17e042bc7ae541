"""Words that ask for what was ordered before: "the usual", "pichli baar jaisa same"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from drafts.reading.offline.injection import injected_spans
from drafts.reading.offline.normalise import normalise
from drafts.reading.offline.tokens import Token, tokenise

MAX_TEXT = 500
NEAR = 2
AROUND = 3
_WORD = re.compile(r"\w+")
_LISTS: dict[str, list[str]] = tomllib.loads(
    (resources.files(__package__) / "phrases.toml").read_text(encoding="utf-8")
)


class Which(StrEnum):
    """Which earlier goods are asked for."""

    LAST = "last"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Again:
    """``span`` are the [start, end) characters of the text that ask for it; ``joined`` where
    the message names more on top, ``certain`` where it means a certain order: Friday's."""

    which: Which
    span: tuple[int, int]
    joined: bool
    certain: bool = False


_PATTERNS = [
    (which, re.compile(pattern)) for which in (Which.LAST, Which.USUAL) for pattern in _LISTS[which]
]


def read_again(text: str) -> Again | None:
    """What ``text`` asks for again; None where it does not, is long, or speaks of a price,
    an address or the like that is the same as before."""
    if len(text) > MAX_TEXT:
        return None
    plain = normalise(text)
    if injected_spans(plain.text):
        return None
    tokens = [t for t in tokenise(plain, 0, len(plain.text)) if _WORD.search(t.word or t.text)]
    words, starts = _joined(tokens)
    joins = any(_spelt(token) in _LISTS["joins"] for token in tokens) or "+" in plain.text
    for which, pattern in _PATTERNS:
        for match in pattern.finditer(words):
            first, last = _tokens_of(match, starts)
            if not _is_of_something_else(tokens, first, last):
                span = plain.span(tokens[first].start, tokens[last].end)
                near = tokens[max(0, first - AROUND) : last + 1 + AROUND]
                certain = which is Which.LAST and any(
                    _spelt(token) in _LISTS["certain"] for token in near
                )
                return Again(which, span, joins, certain)
    return None


def _joined(tokens: list[Token]) -> tuple[str, list[int]]:
    """All words with one blank between them, and where each begins."""
    words, starts, at = [], [], 0
    for token in tokens:
        word = _spelt(token)
        words.append(word)
        starts.append(at)
        at += len(word) + 1
    return " ".join(words), starts


def _spelt(token: Token) -> str:
    """As people type it in Latin letters: वही is transliterated vahee and typed vahi."""
    word = " ".join(_WORD.findall(token.word or token.text))
    return word if token.text.isascii() else _long_vowels_short(word)


def _long_vowels_short(word: str) -> str:
    return word.replace("aa", "a").replace("ee", "i").replace("oo", "u")


def _tokens_of(match: re.Match[str], starts: list[int]) -> tuple[int, int]:
    inside = [at for at, start in enumerate(starts) if match.start() <= start < match.end()]
    return inside[0], inside[-1]


def _is_of_something_else(tokens: list[Token], first: int, last: int) -> bool:
    before = [_spelt(token) for token in tokens[max(0, first - NEAR) : first]]
    after = [_spelt(token) for token in tokens[last + 1 : last + 1 + NEAR]]
    return any(word in _LISTS["of_something_else"] for word in before) or any(
        word in _LISTS["not_so"] for word in after
    )
