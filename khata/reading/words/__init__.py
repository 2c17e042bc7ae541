"""The word lists of ledger pages, matched loosely: recognisers misspell what shops misspell."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

_FOLDER = Path(__file__).parent
# Danda, dots, brackets and signs say nothing; combining vowels are letters here.
_SIGNS = re.compile(r"[^\w\u0900-\u0963\u0a81-\u0ae3 ]+")
DIGITS = {ord(d): str(i) for digits in ("०१२३४५६७८९", "૦૧૨૩૪૫૬૭૮૯") for i, d in enumerate(digits)}
# Shorter words must be matched exactly: at two letters everything is nearly everything.
_SHORT = 3


@lru_cache(maxsize=8)
def load(file: str) -> dict[str, Any]:
    """The word list of this name, without ``.toml``."""
    return tomllib.loads((_FOLDER / f"{file}.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Small letters without signs, Latin digits, single spaces."""
    text = unicodedata.normalize("NFKC", text).translate(DIGITS).casefold()
    return " ".join(_SIGNS.sub(" ", text).split())


@lru_cache(maxsize=8)
def _meanings(file: str) -> dict[str, str]:
    words: dict[str, list[str]] = load(file)["words"]
    return {plain(word): meaning for meaning, listed in words.items() for word in listed}


def meaning_of(text: str, file: str, *, at_least: float = 78) -> tuple[str, float] | None:
    """What the list says the text means, and how alike it is (0..100), or None."""
    wanted = plain(text)
    known = _meanings(file)
    if wanted in known:
        return known[wanted], 100.0
    if len(wanted) <= _SHORT:
        return None
    long = [word for word in known if len(word) > _SHORT]
    found = process.extractOne(wanted, long, scorer=fuzz.ratio, score_cutoff=at_least)
    return (known[found[0]], float(found[1])) if found else None


def likeness_of(text: str, file: str) -> dict[str, float]:
    """How alike (0..100) the text is to the likest word of each meaning."""
    wanted = plain(text)
    alike: dict[str, float] = {}
    for word, meaning in _meanings(file).items():
        close = fuzz.ratio(wanted, word) if min(len(wanted), len(word)) > _SHORT - 1 else 0.0
        alike[meaning] = max(alike.get(meaning, 0.0), 100.0 if wanted == word else close)
    return alike if wanted else {}


def month_of(word: str) -> int | None:
    """1..12 for a month's name or its usual shortening."""
    wanted = plain(word)
    names: dict[str, list[str]] = load("months")["names"]
    for number, listed in names.items():
        for name in listed:
            same = wanted == name or (len(wanted) > 4 and fuzz.ratio(wanted, name) >= 80)
            if wanted and same:
                return int(number)
    return None
