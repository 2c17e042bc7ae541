"""WhatsApp's own words in an export (words.toml), found again however they are written."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

# Direction marks, joiners for isolated names, byte order mark: WhatsApp sprinkles them.
INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_NOT_SHOWN = dict.fromkeys(map(ord, INVISIBLE))
_OUTER = " \t\n.,;:!-<>()[]…"
_WORDS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def visible(text: str) -> str:
    """The text without its invisible marks."""
    return text.translate(_NOT_SHOWN)


def plain(text: str) -> str:
    """How a phrase is compared."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold().replace("’", "'")
    return " ".join(folded.split()).strip(_OUTER)


def _half(text: str) -> str:
    return re.sub(r"[.\s]", "", plain(text))


_HALVES = {_half(word): half for half in ("am", "pm") for word in _WORDS[half]}
_OMITTED = {plain(word): kind for kind, words in _WORDS["omitted"].items() for word in words}
_ATTACHED, _EDITED, _SYSTEM = (
    tuple(plain(word) for word in _WORDS["phrases"][name])
    for name in ("attached", "edited", "system")
)


def half_of_day(mark: str) -> str | None:
    """``am`` or ``pm`` for such a mark in some language, else None."""
    return _HALVES.get(_half(mark))


def omitted_kind(text: str) -> str | None:
    """What kind of file was left out, where the whole text says that one was."""
    return _OMITTED.get(plain(text))


def says_attached(text: str) -> bool:
    return plain(text) in _ATTACHED


def says_edited(text: str) -> bool:
    return plain(text) in _EDITED


def is_system(text: str) -> bool:
    """Whether a line in somebody's name is WhatsApp's own: deleted, a missed call, a notice.

    A call goes on with its length, a notice with an explanation, both behind a sign.
    """
    said = plain(text)
    return any(
        said == phrase or said.startswith((f"{phrase},", f"{phrase}.")) for phrase in _SYSTEM
    )
