"""The words by which somebody ends or begins notices (consent.toml), and what to answer."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customers.models import ConsentState

CONSENT = "consent"  # the kind of a message that is such a word
_LONGEST = 60  # with room for a row of exclamation marks
_LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("consent.toml").read_text(encoding="utf-8")
)
# Letters, the signs on them and digits count; all else separates.
_COUNTS = re.compile(r"[LMN]")


@dataclass(frozen=True)
class ConsentWord:
    """What a word asks for, and the language it is of."""

    state: ConsentState
    language: str


def find_word(text: str) -> ConsentWord | None:
    """The word that the whole message is, else None."""
    return _WORDS.get(_plain(text)) if len(text) <= _LONGEST else None


def confirmation(state: str, *, language: str, shop: str) -> str:
    """The one answer to such a word; in English where the language is not known."""
    sentences = _LANGUAGES.get(language, _LANGUAGES["en"])
    name = "stopped" if state == ConsentState.OPTED_OUT else "started"
    return str(sentences[name]).format(shop=shop)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (char if _COUNTS.match(unicodedata.category(char)) else " " for char in folded)
    return " ".join("".join(kept).split())


def _words() -> dict[str, ConsentWord]:
    words: dict[str, ConsentWord] = {}
    for language, lists in _LANGUAGES.items():
        for key, state in (("stop", ConsentState.OPTED_OUT), ("start", ConsentState.OPTED_IN)):
            for word in lists[key]:
                words.setdefault(_plain(word), ConsentWord(state, language))
    return words


_WORDS = _words()
