"""Version 1: Tesseract alone, its words grouped into columns and rows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise

from khata.reading import sheets, tesseract
from khata.reading.amounts import digits_alike
from khata.reading.bills import BILL, is_bill
from khata.reading.cells import CellReader, read_rows
from khata.reading.dates import Candidates, PageDate, Written, page_date, parse_written
from khata.reading.engine import Quad
from khata.reading.finished import GUESSED, Finished, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import Headings, find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.money import Money, merged, money_of_text
from khata.reading.results import rows_of
from khata.reading.rules import without_uprights
from khata.reading.scraps import Scrap, scrap_of_words
from khata.reading.scripts import is_indic
from khata.reading.spotting import word_quads
from khata.reading.strips import cut
from khata.reading.struck import ink_of, is_ruled, is_struck, stroke_of
from khata.reading.table import Table, party_of, table_of
from khata.reading.unheaded import guess_headings
from khata.reading.upright import evenly_lit, upright_page

_SURE = 0.7
_NUMERIC = {"debit", "credit", "balance", "amount", "date"}
_POINTS = ".,"
_ONE_OF = 0.5
"""What an amount counts beside another in its cell."""
_ALIKE = 0.7
"""What a reading counts that takes letters for the digits they look like."""
_LEAST_HEAD = 30
_BELIEVED = 0.1
"""A page without a day, on which no row is believed more than this, is no ledger: fur, grass
and cloth look like short words over one another."""
_EDGES = " |_[]{}~'\"`*"


def read_page(photo: Pixels) -> Finished:
    """The page's rows by the quick pipeline. Raises TesseractUnavailable."""
    return read_flat(evenly_lit(upright_page(photo)))


def read_flat(page: Pixels) -> Finished:
    """The rows of an upright page. Raises TesseractUnavailable."""
    bare = without_uprights(page)
    scraps = _scraps(bare)
    headings = find_headings(scraps) or guess_headings(scraps)
    if headings is None:
        return nothing_found(page)
    table = table_of(scraps, headings, page, lambda quads: _read(bare, quads))
    ink = ink_of(page)
    ruled = is_ruled(ink, (row.scraps for row in table.rows), table.pitch)
    numbers = _numbers(table)
    reader = CellReader(
        lambda cell: _money(cell, numbers),
        lambda cell: _dates(cell, numbers),
        lambda row: stroke_of(ink, row.scraps, table.pitch, ruled=ruled).strikes,
        lambda scrap: is_struck(ink, scrap),
        table.pitch,
    )
    head = _head_date(page, table)
    party = party_of(table, headings)
    rows = read_rows(table.rows, headings, reader, of_party=party is not None)
    bill = is_bill(scrap.text for scrap in scraps)
    readings = rows_of(rows, judge(rows), head, headings, bill=bill)
    if not any(row.date or row.confidence >= _BELIEVED for row in readings):
        return nothing_found(page)
    warnings = [*([GUESSED] if headings.guessed else []), *([BILL] if bill else [])]
    return Finished(page, headings.layout, party, head.date, readings, tuple(warnings))


def _head_date(page: Pixels, table: Table) -> PageDate:
    """The date over the table, or its month and year, as far as it is legible."""
    for scrap in table.above:
        scrap.text = " ".join(map(_number_alike, scrap.text.split()))
    return head_date(table.above) or _date_above(page, table.headings)


def _number_alike(word: str) -> str:
    """The word with digits for letters, where it mostly is digits: I8/b/25."""
    alike = digits_alike(word)
    if {"(", ")"} <= set(word) or 2 * _digits(word) < _digits(alike):
        return word
    return alike


def _date_above(page: Pixels, headings: Headings) -> PageDate:
    """The date at the top of the page, out of whole lines: words alone may be illegible."""
    top = min(title.scrap.box[1] for title in headings.titles)
    if top < _LEAST_HEAD:
        return PageDate()
    languages = "+".join(["eng", *tesseract.indic_languages()[:1]])
    return page_date([sheets.read_block(page[:top], languages)])


def _scraps(page: Pixels) -> list[Scrap]:
    """The page's words. What says nothing is a speck, or a piece of a ruled line."""
    return [scrap for scrap in _read(page, word_quads(page)) if scrap.text]


def _read(page: Pixels, quads: Sequence[Quad]) -> list[Scrap]:
    """What stands there, read in Latin; where that makes no sense, in the other script that
    the page is written in."""
    pictures = [cut(page, quad) for quad in quads]
    lines = _read_twice(pictures)
    scraps = [
        scrap_of_words(quad, line.text.strip(_EDGES), line.sure, picture)
        for quad, line, picture in zip(quads, lines, pictures, strict=True)
    ]
    doubtful = [scrap for scrap in scraps if scrap.sure < _SURE]
    for i, line in _in_its_script([scrap.picture for scrap in doubtful]).items():
        scrap, text = doubtful[i], line.text.strip(_EDGES)
        scrap.second = text
        if line.sure > scrap.sure:
            scrap.text, scrap.second, scrap.sure = text, scrap.text, line.sure
    return scraps


def _read_twice(pictures: Sequence[Pixels]) -> list[sheets.Line]:
    """What they say in Latin; whatever is left out, it is asked for once more."""
    lines = sheets.read_lines(pictures, "eng")
    blank = [i for i, line in enumerate(lines) if not line.text]
    again = sheets.read_lines([pictures[i] for i in blank], "eng", look=sheets.SECOND)
    for i, line in zip(blank, again, strict=True):
        lines[i] = line
    return lines


def _in_its_script(pictures: Sequence[Pixels]) -> dict[int, sheets.Line]:
    """What is read in Devanagari or in Gujarati, whichever reads more with confidence."""
    best: dict[int, sheets.Line] = {}
    most = 0.0
    with ThreadPoolExecutor() as pool:
        languages = tesseract.indic_languages()
        readings = pool.map(partial(sheets.read_lines, pictures), languages)
    for lines in readings:
        legible = {i: line for i, line in enumerate(lines) if is_indic(line.text)}
        sure = sum(line.sure for line in legible.values() if line.sure >= _SURE)
        if sure > most:
            best, most = legible, sure
    return best


def _numbers(table: Table) -> dict[Scrap, sheets.Line]:
    """The columns of money and of dates read once more, as digits alone."""
    cells = [cell for row in table.rows for m, cell in row.cells.items() if m in _NUMERIC]
    scraps = [scrap for cell in cells for scrap in cell]
    lines = sheets.read_lines([s.picture for s in scraps], "eng", look=sheets.NUMBERS)
    return dict(zip(scraps, lines, strict=True))


def _money(cell: Sequence[Scrap], numbers: dict[Scrap, sheets.Line]) -> Money | None:
    """The surest amount that stands in the cell; both readings count."""
    found = [m for scrap in cell if (m := _amount(scrap, numbers[scrap]))]
    whole = _joined(cell)
    if whole and (money := money_of_text(whole, min(s.sure for s in cell))):
        return money
    best = max(found, key=lambda money: money.sure, default=None)
    return best if best is None or len(found) == 1 else replace(best, sure=_ONE_OF * best.sure)


def _joined(cell: Sequence[Scrap]) -> str | None:
    """The text of a cell whose amount was parted at a comma or a point."""
    if len(cell) < 2:
        return None
    pairs = pairwise(scrap.text for scrap in cell)
    parted = all(a[-1:] in _POINTS or b[:1] in _POINTS for a, b in pairs)
    return "".join(scrap.text for scrap in cell) if parted else None


def _amount(scrap: Scrap, number: sheets.Line) -> Money | None:
    """Both readings of it; where the first is no amount, with digits for its letters."""
    text, sure = scrap.text, scrap.sure
    if money_of_text(text, sure) is None:
        text, sure = digits_alike(text), _ALIKE * sure
    # Asked for digits alone, Tesseract leaves out what it takes for a letter.
    worth = _ONE_OF if _digits(number.text) < _digits(text) else 1.0
    readings = [money_of_text(text, sure), money_of_text(number.text, worth * number.sure)]
    return merged([money for money in readings if money])


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _dates(cell: Sequence[Scrap], numbers: dict[Scrap, sheets.Line]) -> Candidates:
    """The dates that the cell may say, by either reading."""
    words, sure = " ".join(s.text for s in cell), min(s.sure for s in cell)
    texts = [
        (words, sure),
        (" ".join(numbers[s].text for s in cell), min(numbers[s].sure for s in cell)),
        (" ".join(map(_number_alike, words.split())), _ALIKE * sure),
    ]
    chances: dict[Written, float] = {}
    for text, sure in texts:
        if written := parse_written(text):
            chances[written] = max(chances.get(written, 0.0), sure)
    return sorted(chances.items(), key=lambda item: -item[1])
