"""The line of headings: which column holds what, and so what kind of page this is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from khata.reading.scraps import Scrap, scrap_of_words
from khata.reading.strips import cut_at
from khata.reading.types import Layout
from khata.reading.words import likeness_of, meaning_of

Meaning = Literal[
    "date", "name", "particulars", "debit", "credit", "balance",
    "weight_g", "quantity", "slip_number", "amount", "unknown",
]  # fmt: skip

_ORDERS: tuple[tuple[Meaning, ...], ...] = (
    ("date", "particulars", "debit", "credit", "balance"),
    ("date", "particulars", "credit", "debit", "balance"),
    ("name", "particulars", "debit", "credit"),
    ("name", "particulars", "credit", "debit"),
    ("slip_number", "name", "particulars", "weight_g", "quantity", "amount"),
    ("debit", "credit"),
    ("credit", "debit"),
)
_PLACE, _ODD = 0.15, 0.25
"""What a title's place is worth beside its words; what a missing or odd title costs."""
_UNLIKE = 55
"""Ratios below this are chance."""
_SURE = 0.5
_LEAST = 0.8
_SLOPE = 0.035
_READ = 0.8


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title: where it stands, and what it means."""

    scrap: Scrap
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Headings:
    """The titles from left to right, and the layout that they make. ``guessed``: the page
    has none; they are told from what the columns hold."""

    titles: tuple[Heading, ...]
    layout: Layout
    guessed: bool = False

    @property
    def bottom(self) -> float:
        """Rows begin below this (pixels)."""
        return max(title.scrap.y for title in self.titles)


def find_headings(scraps: Sequence[Scrap]) -> Headings | None:
    """The line that reads most like titles, or None where none does."""
    scraps = [part for scrap in scraps for part in _titles_in(scrap)]
    likeness = {scrap: _likeness(scrap) for scrap in scraps}
    seeds = [scrap for scrap, alike in likeness.items() if max(alike.values(), default=0) > 0.5]
    best: list[Scrap] = []
    most = _LEAST
    for seed in sorted(seeds, key=lambda s: s.y):
        line = _line_of(seed, scraps)
        total = sum(max(likeness[s].values(), default=0.0) for s in line)
        if total > most and len(line) > 1 and not any(_is_number(s) for s in line):
            best, most = line, total
    if not best:
        return None
    meanings = _meanings([likeness[scrap] for scrap in best])
    titles = tuple(Heading(s, m) for s, m in zip(best, meanings, strict=True) if m != "unknown")
    return Headings(titles, layout_of(meanings)) if len(titles) > 1 else None


def _likeness(scrap: Scrap) -> dict[Meaning, float]:
    """How much the title may mean each (0..1), by either reading."""
    alike: dict[Meaning, float] = {}
    for text in (scrap.text, scrap.second):
        for meaning, ratio in likeness_of(text, "headings").items():
            for read in ("name", "debit") if meaning == "naam" else (meaning,):
                share = max(0.0, (ratio - _UNLIKE) / (100 - _UNLIKE))
                alike[read] = max(alike.get(read, 0.0), share)
    return alike


def _titles_in(scrap: Scrap) -> list[Scrap]:
    """The scrap, or its parts where two titles stand so near that they were taken for one."""
    words = scrap.text.split()
    whole = meaning_of(scrap.text, "headings")
    for i in range(1, len(words)) if whole is None or whole[1] < 100 else ():
        parts = " ".join(words[:i]), " ".join(words[i:])
        left, right = (meaning_of(part, "headings") for part in parts)
        if left and right and left[0] != right[0]:
            x = scrap.box[0] + scrap.width * (len(parts[0]) + 0.5) / len(scrap.text)
            halves = zip(cut_at(scrap.quad, x), parts, strict=True)
            return [scrap_of_words(quad, text, scrap.sure) for quad, text in halves]
    return [scrap]


def _is_number(scrap: Scrap) -> bool:
    digits = sum(c.isdigit() for c in scrap.text)
    return digits * 2 > len(scrap.text) and digits > 1 and scrap.sure > _READ


def _line_of(seed: Scrap, scraps: Sequence[Scrap]) -> list[Scrap]:
    """Those on the seed's line, left to right, from neighbour to neighbour: it may slope."""
    line = [seed]
    for side in (1, -1):
        while found := _neighbour(line[-1 if side > 0 else 0], scraps, side):
            line.insert(len(line) if side > 0 else 0, found)
    return line


def _neighbour(scrap: Scrap, scraps: Sequence[Scrap], side: int) -> Scrap | None:
    beside = [
        other
        for other in scraps
        if (gap := side * (other.x - scrap.x)) > 0.5 * (other.width + scrap.width) - 8
        and abs(other.y - scrap.y) < 0.55 * min(scrap.height, other.height) + _SLOPE * gap
    ]
    return min(beside, key=lambda other: abs(other.x - scrap.x), default=None)


def _meanings(titles: Sequence[dict[Meaning, float]]) -> list[Meaning]:
    """What the titles say, where all are legible; else as pages are usually ruled."""
    said = [meaning for title in titles if (meaning := _plainly(title))]
    if len(set(said)) == len(titles):
        return said
    fits = [_fitted(titles, order) for order in _ORDERS]
    return max(fits, key=lambda fit: fit[0])[1]


def _plainly(title: dict[Meaning, float]) -> Meaning | None:
    """What it says, unless that is unclear. Naam is either a name or a debit."""
    best = max(title, key=lambda meaning: title[meaning], default=None)
    if best is None or title[best] < _SURE:
        return None
    unclear = best in {"name", "debit"} and title.get("name") == title.get("debit")
    return None if unclear else best


def _fitted(
    titles: Sequence[dict[Meaning, float]], order: Sequence[Meaning]
) -> tuple[float, list[Meaning]]:
    """The best way to lay titles over columns of this order, and what it is worth."""
    best: dict[tuple[int, int], tuple[float, list[Meaning]]] = {(0, 0): (0.0, [])}
    for i in range(len(titles) + 1):
        for j in range(len(order) + 1):
            ways = []
            if i and j:
                worth, read = best[i - 1, j - 1]
                gain = titles[i - 1].get(order[j - 1], 0.0) + _PLACE
                ways.append((worth + gain, [*read, order[j - 1]]))
            if i:
                worth, read = best[i - 1, j]
                ways.append((worth - _ODD, [*read, "unknown"]))
            if j:
                worth, read = best[i, j - 1]
                ways.append((worth - _ODD, read))
            if ways:
                best[i, j] = max(ways, key=lambda way: way[0])
    return best[len(titles), len(order)]


def layout_of(meanings: Sequence[Meaning]) -> Layout:
    """The kind of page that these columns make."""
    known = set(meanings) - {"unknown"}
    if known & {"slip_number", "weight_g", "quantity"} or (
        "amount" in known and "debit" not in known
    ):
        return "C"
    if known == {"debit", "credit"}:
        return "D"
    return "A" if known & {"balance", "date"} else "B"
