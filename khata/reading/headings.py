"""The line of headings: which column holds what, and so what kind of page this is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from khata.reading.scraps import Scrap
from khata.reading.types import Layout
from khata.reading.words import meaning_of

Meaning = Literal[
    "date", "name", "particulars", "debit", "credit", "balance",
    "weight_g", "quantity", "slip_number", "amount", "naam", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title: where it stands, and what it means."""

    scrap: Scrap
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Headings:
    """The titles from left to right, and the layout that they make."""

    titles: tuple[Heading, ...]
    layout: Layout

    @property
    def bottom(self) -> float:
        """Rows begin below this (pixels)."""
        return max(title.scrap.y for title in self.titles)


def find_headings(scraps: Sequence[Scrap]) -> Headings | None:
    """The line with the most titles, or None where no line has two."""
    titled = [(scrap, found) for scrap in scraps if (found := meaning_of(scrap.text, "headings"))]
    best: list[Scrap] = []
    best_count = 1
    for scrap, _ in titled:
        line = _line_of(scrap, scraps)
        count = len({m[0] for s, m in titled if s in line})
        if count > best_count:
            best, best_count = line, count
    if not best:
        return None
    meant = [meaning_of(scrap.text, "headings") for scrap in best]
    meanings = _settled([meaning[0] if meaning else "unknown" for meaning in meant])
    titles = tuple(Heading(s, m) for s, m in zip(best, meanings, strict=True))
    return Headings(titles, _layout(meanings))


def _line_of(scrap: Scrap, scraps: Sequence[Scrap]) -> list[Scrap]:
    """Those on the scrap's line, left to right; a line may slope a little."""
    line = [
        s for s in scraps if abs(s.y - scrap.y) < 0.75 * scrap.height + 0.012 * abs(s.x - scrap.x)
    ]
    return sorted(line, key=lambda s: s.x)


def _settled(meanings: Sequence[str]) -> list[Meaning]:
    """Naam as debit beside Jama, else as name; untitled columns by their neighbours."""
    settled = list(meanings)
    has_debit = "debit" in settled or "amount" in settled
    for i, meaning in enumerate(settled):
        if meaning == "naam":
            settled[i] = "name" if has_debit or (i == 0 and len(settled) > 2) else "debit"
    money = {"debit", "credit"}
    for i, meaning in enumerate(settled):
        if meaning != "unknown":
            continue
        if (
            "credit" in settled
            and "debit" not in settled
            and i > 0
            and settled[i - 1] in {"particulars", "credit"}
        ):
            settled[i] = "debit"
        elif (
            "debit" in settled
            and "credit" not in settled
            and i > 0
            and settled[i - 1] in {"particulars", "debit"}
        ):
            settled[i] = "credit"
        elif "balance" not in settled and i == len(settled) - 1 and money <= set(settled):
            settled[i] = "balance"
        elif "particulars" not in settled and i + 1 < len(settled) and settled[i + 1] in money:
            settled[i] = "particulars"
        elif i == 0:
            if "slip_number" not in settled and "weight_g" in settled:
                settled[i] = "slip_number"
            elif "date" not in settled and "balance" in settled:
                settled[i] = "date"
            elif "name" not in settled:
                settled[i] = "name"
    return settled  # type: ignore[return-value]


def _layout(meanings: Sequence[Meaning]) -> Layout:
    known = set(meanings)
    if known & {"slip_number", "weight_g", "quantity"} or (
        "amount" in known and "debit" not in known
    ):
        return "C"
    if len(known - {"unknown"}) == 2 and known >= {"debit", "credit"}:
        return "D"
    if known & {"balance", "date"}:
        return "A"
    return "B"
