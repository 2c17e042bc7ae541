"""The head of a page: whose it is, and its date."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from khata.reading.dates import PageDate, page_date, parse_written
from khata.reading.decoding import LATIN, guesses
from khata.reading.scraps import Scrap
from khata.reading.words import load, meaning_of, plain

_PHONE = re.compile(r"\d[\d \-]{7,}")
_LEAST_LETTERS = 3
_SAME_LINE = 0.6
_LEAST_DIGITS, _MOST_DIGITS = 4, 8


def head_date(above: Sequence[Scrap]) -> PageDate:
    """The date, or its month or year, written over the table."""
    lines = _in_order(above)
    whole = [" ".join(s.text for s in lines), " ".join(s.second or s.text for s in lines)]
    found = page_date([s.text for s in lines] + whole)
    if found.date is None:
        unclear = [s for s in lines if not page_date([s.text])]
        found = next((d for s in unclear if (d := _likeliest(s)).date), found)
    return found


def _in_order(scraps: Sequence[Scrap]) -> list[Scrap]:
    """As one reads them: words of a line stand at slightly different heights."""
    lines: list[list[Scrap]] = []
    for scrap in sorted(scraps, key=lambda s: s.y):
        if lines and scrap.y - lines[-1][0].y < _SAME_LINE * lines[-1][0].height:
            lines[-1].append(scrap)
        else:
            lines.append([scrap])
    return [scrap for line in lines for scrap in sorted(line, key=lambda s: s.x)]


def _likeliest(scrap: Scrap) -> PageDate:
    """The date that the recogniser's other readings of the line hold most often."""
    chances: dict[PageDate, float] = defaultdict(float)
    digits = sum(c.isdigit() for c in scrap.text)
    if _LEAST_DIGITS <= digits <= _MOST_DIGITS and not _PHONE.fullmatch(scrap.text):
        for guess in guesses(scrap.strip, LATIN):
            chances[page_date([guess.text])] += guess.chance
    chances.pop(PageDate(), None)
    return max(chances, key=lambda date: chances[date], default=PageDate())


def head_party(above: Sequence[Scrap], left: float, right: float, *, surely: bool) -> str | None:
    """The party whose page it is. ``left`` and ``right``: the table's edges in pixels.

    The shop's own name may stand there too, in the middle; the party's stands at the left,
    or behind Shri, M/s, Account. ``surely``: without either there is no party.
    """
    named = [(scrap, name) for scrap in above if (name := _name_in(scrap.text))]
    ranked = [(_rank(scrap, name, left, right), scrap) for scrap, name in named]
    rank, first = max(ranked, key=lambda item: item[0], default=(0.0, None))
    if first is None or (surely and rank < _PARTYS_PLACE):
        return None
    beside = [n for s, n in sorted(named, key=lambda item: item[0].x) if _same_line(s, first)]
    return " ".join(beside) or None


_PARTYS_PLACE = 1.0


def _rank(scrap: Scrap, name: str, left: float, right: float) -> float:
    width = max(1.0, right - left)
    ornamented = plain(name) != plain(scrap.text)
    at_left = scrap.box[0] - left < 0.12 * width
    readable = 0.3 * min(len(name), 10) / 10 + 0.2 * scrap.sure
    return 1.5 * ornamented + at_left + readable


def _same_line(scrap: Scrap, first: Scrap) -> bool:
    level = abs(scrap.y - first.y) < 0.6 * first.height
    gap = max(scrap.box[0] - first.box[2], first.box[0] - scrap.box[2])
    return scrap is first or (level and gap < 2 * first.height)


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
