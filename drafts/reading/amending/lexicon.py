"""The words of amendments, by spelling and, where transliterated, by sound."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, TypeVar

from drafts.reading.offline.lexicon import Lookup
from drafts.reading.offline.tokens import Token

T = TypeVar("T")

_LISTS: dict[str, Any] = tomllib.loads(
    (resources.files(__package__) / "words.toml").read_text(encoding="utf-8")
)
_ORDINALS: Lookup[int] = Lookup(_LISTS.pop("ordinals"))
_GROUPS = {name: Lookup(dict.fromkeys(words, True)) for name, words in _LISTS.items()}


def means(token: Token, group: str) -> bool:
    """Whether the token is one of a group of words.toml."""
    return _found(_GROUPS[group], token) is not None


def ordinal(token: Token) -> int | None:
    """0 for the first line, -1 for the last; None for what is no ordinal."""
    return _found(_ORDINALS, token)


def _found(words: Lookup[T], token: Token) -> T | None:
    return words.exact(token.word) if token.text.isascii() else words.get(token.word)
