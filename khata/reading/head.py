"""The head of a page: whose it is, and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khata.reading.dates import PageDate, page_date, parse_written
from khata.reading.scraps import Scrap
from khata.reading.words import load, meaning_of, plain

_PHONE = re.compile(r"\d[\d \-]{7,}")
_LEAST_LETTERS = 3


def head_date(above: Sequence[Scrap]) -> PageDate:
    """The date, or its month or year, written over the table."""
    lines = sorted(above, key=lambda s: (s.y, s.x))
    return page_date([s.text for s in lines] + [" ".join(s.text for s in lines)])


def head_party(above: Sequence[Scrap]) -> str | None:
    """The party whose page it is: the largest words over the table that can be a name."""
    named = [(scrap, name) for scrap in above if (name := _name_in(scrap.text))]
    if not named:
        return None
    first = max(named, key=lambda item: _prominence(item[0], item[1]))[0]
    beside = [n for s, n in sorted(named, key=lambda item: item[0].x) if _same_line(s, first)]
    return " ".join(beside) or None


def _prominence(scrap: Scrap, name: str) -> float:
    return scrap.height * min(len(name), 12) * (1.3 if scrap.sure > 0.8 else 1.0)


def _same_line(scrap: Scrap, first: Scrap) -> bool:
    level = abs(scrap.y - first.y) < 0.6 * first.height
    near = (
        scrap.box[0] - first.box[2] < 3 * first.height
        and first.box[0] - scrap.box[2] < 3 * first.height
    )
    return scrap is first or (level and near and 0.7 < scrap.height / first.height < 1.4)


def _name_in(text: str) -> str | None:
    """The name that the line holds, without Shri or M/s; None for other lines of a head."""
    words = load("heads")
    beside = [plain(w) for w in words["beside"]]
    if plain(text) in {plain(w) for w in words["titles"]} or _PHONE.search(text):
        return None
    written = parse_written(text)
    if (written and written.month) or page_date([text]).year:
        return None
    first = plain(text).split(" ")[0]
    if first in beside or meaning_of(text, "headings"):
        return None
    bare = _without_ornaments(text, [plain(w) for w in words["ornaments"]])
    letters = sum(c.isalpha() for c in bare)
    return bare if letters >= _LEAST_LETTERS else None


def _without_ornaments(text: str, ornaments: Sequence[str]) -> str:
    bare = text.strip(" .,:;-|_'\"")
    while True:
        first, _, rest = bare.partition(":" if ":" in bare[:12] else " ")
        if plain(first) not in ornaments or not rest.strip():
            return bare
        bare = rest.strip(" .,:;-|_'\"")
