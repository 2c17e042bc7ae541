"""Version 1: Tesseract alone, its words grouped into columns and rows."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from khata.reading import tesseract
from khata.reading.cells import CellReader, read_rows
from khata.reading.dates import Candidates, parse_written
from khata.reading.engine import Quad
from khata.reading.finished import Finished, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.money import Money, money_of_text
from khata.reading.results import rows_of
from khata.reading.rules import writing_on
from khata.reading.scraps import Scrap, scrap_of_words
from khata.reading.strips import cut
from khata.reading.struck import ink_of, stroke_of
from khata.reading.table import party_of, table_of
from khata.reading.upright import evenly_lit, upright_page

_SURE = 0.7
_WORD_GAP = 0.9
"""Letters nearer than this, in their height, are of one phrase."""
_EDGES = " |_[]{}~'\"`*"


def read_page(photo: Pixels) -> Finished:
    """The page's rows by the quick pipeline. Raises TesseractUnavailable."""
    return read_flat(evenly_lit(upright_page(photo)))


def read_flat(page: Pixels) -> Finished:
    """The rows of an upright page. Raises TesseractUnavailable."""
    scraps = _scraps(page)
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


def _scraps(page: Pixels) -> list[Scrap]:
    """The page's words, read in Latin, and those that make no sense so in Devanagari."""
    quads = _word_quads(page)
    pictures = [cut(page, quad) for quad in quads]
    lines = tesseract.read_lines(pictures, "eng")
    doubtful = [i for i, line in enumerate(lines) if line.sure < _SURE]
    for language in tesseract.indic_languages():
        again = tesseract.read_lines([pictures[i] for i in doubtful], language)
        for i, line in zip(doubtful, again, strict=True):
            lines[i] = max(lines[i], line, key=lambda read: read.sure)
    return [
        scrap_of_words(quad, line.text.strip(_EDGES), line.sure)
        for quad, line in zip(quads, lines, strict=True)
    ]


def _word_quads(page: Pixels) -> list[Quad]:
    """Where words stand: ink that is no ruled line, letters of one word grown together."""
    ink = writing_on(page).astype(np.uint8)
    letter = _letter_height(ink)
    grown = cv2.morphologyEx(
        ink, cv2.MORPH_CLOSE, np.ones((letter // 3, int(_WORD_GAP * letter)), np.uint8)
    )
    _, _, found, _ = cv2.connectedComponentsWithStats(grown)
    quads = []
    for x, y, width, height, _ in found[1:]:
        if 0.5 * letter < height < 3.5 * letter and width > 0.3 * letter:
            x0, y0, x1, y1 = x - 6, y - 6, x + width + 6, y + height + 6
            quads.append(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.int32))
    return quads


def _letter_height(ink: Pixels) -> int:
    """The usual height of what stands alone, in pixels."""
    _, _, found, _ = cv2.connectedComponentsWithStats(ink)
    heights = found[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights > 9) & (heights < ink.shape[0] // 15)]
    return int(np.median(heights)) if len(heights) else 20


def _money(cell: Sequence[Scrap]) -> Money | None:
    return money_of_text("".join(s.text for s in cell), min(s.sure for s in cell))


def _dates(cell: Sequence[Scrap]) -> Candidates:
    written = parse_written(" ".join(s.text for s in cell))
    return [(written, min(s.sure for s in cell))] if written else []
