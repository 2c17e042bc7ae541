"""Version 1: Tesseract alone, its words grouped into columns and rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from khata.reading import tesseract
from khata.reading.cells import CellReader, read_rows
from khata.reading.dates import Candidates, parse_written
from khata.reading.finished import Finished, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.money import Money, money_of_text
from khata.reading.results import rows_of
from khata.reading.scraps import Scrap, scrap_of_words
from khata.reading.struck import ink_of, stroke_of
from khata.reading.table import party_of, table_of
from khata.reading.upright import evenly_lit, upright_page

_SPARSE = 11
"""Tesseract's mode for text anywhere: columns stand too far apart for its own layout."""
_LEAST = 20
_NEXT_WORD = 1.0


def read_page(photo: Pixels) -> Finished:
    """The page's rows by the quick pipeline. Raises TesseractUnavailable."""
    page = evenly_lit(upright_page(photo))
    scraps = _phrases(tesseract.words_of(page, tesseract.all_languages(), mode=_SPARSE))
    headings = find_headings(scraps)
    if headings is None:
        return nothing_found(page)
    table = table_of(scraps, headings, page, lambda quads: [])
    ink = ink_of(page)
    reader = CellReader(
        _money, _dates, lambda row: stroke_of(ink, row.scraps, table.pitch).strikes, table.pitch
    )
    head = head_date(table.above)
    party = party_of(table, headings)
    rows = read_rows(table.rows, headings, reader, of_party=party is not None)
    readings = rows_of(rows, judge(rows), head, dated=headings.layout == "A")
    return Finished(page, headings.layout, party, head.date, readings, ())


def _phrases(words: Sequence[dict[str, Any]]) -> list[Scrap]:
    """Words of one line that stand near one another, together."""
    phrases: list[list[dict[str, Any]]] = []
    for word in words:
        if float(word["conf"]) < _LEAST:
            continue
        last = phrases[-1][-1] if phrases else None
        if last and _follows(last, word):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return [_scrap(phrase) for phrase in phrases]


def _follows(last: dict[str, Any], word: dict[str, Any]) -> bool:
    same = all(last[key] == word[key] for key in ("block_num", "par_num", "line_num"))
    gap = word["left"] - last["left"] - last["width"]
    return same and 0 <= gap < _NEXT_WORD * max(last["height"], word["height"])


def _scrap(words: Sequence[dict[str, Any]]) -> Scrap:
    x0 = min(w["left"] for w in words)
    y0 = min(w["top"] for w in words)
    x1 = max(w["left"] + w["width"] for w in words)
    y1 = max(w["top"] + w["height"] for w in words)
    quad = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.int32)
    sure = sum(float(w["conf"]) for w in words) / len(words) / 100
    return scrap_of_words(quad, " ".join(w["text"] for w in words), sure)


def _money(cell: Sequence[Scrap]) -> Money | None:
    return money_of_text("".join(s.text for s in cell), min(s.sure for s in cell))


def _dates(cell: Sequence[Scrap]) -> Candidates:
    written = parse_written(" ".join(s.text for s in cell))
    return [(written, min(s.sure for s in cell))] if written else []
