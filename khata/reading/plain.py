"""Version 1: Tesseract alone, its words grouped into columns and rows."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from khata.reading import tesseract
from khata.reading.cells import CellReader, read_rows
from khata.reading.dates import Candidates, PageDate, page_date, parse_written
from khata.reading.engine import Quad
from khata.reading.finished import GUESSED, Finished, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import Headings, find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.money import Money, merged, money_of_text
from khata.reading.results import rows_of
from khata.reading.rules import writing_on
from khata.reading.scraps import Scrap, scrap_of_words
from khata.reading.scripts import is_indic
from khata.reading.strips import cut
from khata.reading.struck import ink_of, is_struck, stroke_of
from khata.reading.table import Table, party_of, table_of
from khata.reading.unheaded import guess_headings
from khata.reading.upright import evenly_lit, upright_page

_SURE = 0.7
_WORD_GAP = 0.9
"""Letters nearer than this, in their height, are of one phrase."""
_MONEY = {"debit", "credit", "balance", "amount"}
_LEAST_HEAD = 30
_EDGES = " |_[]{}~'\"`*"


def read_page(photo: Pixels) -> Finished:
    """The page's rows by the quick pipeline. Raises TesseractUnavailable."""
    return read_flat(evenly_lit(upright_page(photo)))


def read_flat(page: Pixels) -> Finished:
    """The rows of an upright page. Raises TesseractUnavailable."""
    scraps = _scraps(page)
    headings = find_headings(scraps) or guess_headings(scraps)
    if headings is None:
        return nothing_found(page)
    table = table_of(scraps, headings, page, lambda quads: [])
    ink = ink_of(page)
    numbers = _numbers(page, table)
    reader = CellReader(
        lambda cell: _money(cell, numbers),
        _dates,
        lambda row: stroke_of(ink, row.scraps, table.pitch).strikes,
        lambda scrap: is_struck(ink, scrap),
        table.pitch,
    )
    head = head_date(table.above) or _date_above(page, headings)
    party = party_of(table, headings)
    rows = read_rows(table.rows, headings, reader, of_party=party is not None)
    readings = rows_of(rows, judge(rows), head, headings)
    return Finished(
        page, headings.layout, party, head.date, readings, (GUESSED,) if headings.guessed else ()
    )


def _date_above(page: Pixels, headings: Headings) -> PageDate:
    """The date at the top of the page, out of whole lines: words alone may be illegible."""
    top = min(title.scrap.box[1] for title in headings.titles)
    if top < _LEAST_HEAD:
        return PageDate()
    languages = "+".join(["eng", *tesseract.indic_languages()[:1]])
    return page_date([tesseract.read_block(page[:top], languages)])


def _scraps(page: Pixels) -> list[Scrap]:
    """The page's words, read in Latin, and those that make no sense so in the other script
    that the page is written in. What says nothing is a speck, or a piece of a ruled line."""
    quads = _word_quads(page)
    pictures = [cut(page, quad) for quad in quads]
    lines = tesseract.read_lines(pictures, "eng")
    doubtful = [i for i, line in enumerate(lines) if line.sure < _SURE]
    other = _in_its_script([pictures[i] for i in doubtful])
    scraps = [
        scrap_of_words(quad, line.text.strip(_EDGES), line.sure)
        for quad, line in zip(quads, lines, strict=True)
    ]
    for i, line in other.items():
        scrap, text = scraps[doubtful[i]], line.text.strip(_EDGES)
        scrap.second = text
        if line.sure > scrap.sure:
            scrap.text, scrap.second, scrap.sure = text, scrap.text, line.sure
    return [scrap for scrap in scraps if scrap.text]


def _in_its_script(pictures: Sequence[Pixels]) -> dict[int, tesseract.Line]:
    """What is read in Devanagari or in Gujarati, whichever reads more with confidence."""
    best: dict[int, tesseract.Line] = {}
    most = 0.0
    for language in tesseract.indic_languages():
        lines = tesseract.read_lines(pictures, language)
        legible = {i: line for i, line in enumerate(lines) if is_indic(line.text)}
        sure = sum(line.sure for line in legible.values() if line.sure >= _SURE)
        if sure > most:
            best, most = legible, sure
    return best


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


def _numbers(page: Pixels, table: Table) -> dict[Scrap, tesseract.Line]:
    """The columns of money read once more, as digits alone."""
    cells = [cell for row in table.rows for m, cell in row.cells.items() if m in _MONEY]
    scraps = [scrap for cell in cells for scrap in cell]
    pictures = [cut(page, scrap.quad) for scrap in scraps]
    lines = tesseract.read_lines(pictures, "eng", look=tesseract.NUMBERS)
    return dict(zip(scraps, lines, strict=True))


def _money(cell: Sequence[Scrap], numbers: dict[Scrap, tesseract.Line]) -> Money | None:
    """The surest amount that stands in the cell; both readings count."""
    found = [m for scrap in cell if (m := _amount(scrap, numbers[scrap]))]
    together = "".join(scrap.text for scrap in cell)
    if len(cell) > 1 and (whole := money_of_text(together, min(s.sure for s in cell))):
        found.append(whole)
    return max(found, key=lambda money: money.sure, default=None)


def _amount(scrap: Scrap, number: tesseract.Line) -> Money | None:
    readings = [(scrap.text, scrap.sure), (number.text, number.sure)]
    return merged([money for text, sure in readings if (money := money_of_text(text, sure))])


def _dates(cell: Sequence[Scrap]) -> Candidates:
    written = parse_written(" ".join(s.text for s in cell))
    return [(written, min(s.sure for s in cell))] if written else []
