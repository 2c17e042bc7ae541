"""Version 2: RapidOCR, the page's geometry, Tesseract for other scripts, sums as referee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from khata.reading import tesseract
from khata.reading.cells import CellReader, Cells, read_rows
from khata.reading.dates import Candidates, Written, parse_written
from khata.reading.decoding import guesses, within
from khata.reading.finished import Finished, jpeg_of, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.merging import merge
from khata.reading.money import Money, merged, money_of, money_of_text
from khata.reading.results import rows_of
from khata.reading.scraps import Scrap, scraps_at, scraps_of
from khata.reading.scripts import read_indic
from khata.reading.struck import Ink, ink_of, is_struck, stroke_of
from khata.reading.table import Table, TableRow, party_of, table_of
from khata.reading.turning import quarter_turns
from khata.reading.upright import evenly_lit, upright_page
from khata.reading.vision import VisionUnavailable, see_rows, vision_wanted

_DATE_LETTERS = "0123456789/-.,= '" + "JanFebMrApyulgSptOcNovDi"
NO_MODEL = "The model did not answer; the page was read without it."
ONLY_MODEL = "The model sees {} more rows, which were not taken."
NO_TESSERACT = "Tesseract is missing or failed: Devanagari and Gujarati were not read."


def read_page(photo: Pixels) -> Finished:
    """The page's rows by the careful pipeline; it does without Tesseract, with a warning."""
    page = evenly_lit(upright_page(photo))
    scraps = scraps_of(page)
    if turns := quarter_turns(scraps):
        page = np.ascontiguousarray(np.rot90(page, turns))
        scraps = scraps_of(page)
    warnings = []
    try:
        read_indic(scraps)
    except tesseract.TesseractUnavailable:
        warnings.append(NO_TESSERACT)
    return read_scraps(page, scraps, warnings)


def read_scraps(page: Pixels, scraps: Sequence[Scrap], warnings: Sequence[str] = ()) -> Finished:
    """The page's rows, out of its writing."""
    headings = find_headings(scraps)
    if headings is None:
        return nothing_found(page, warnings)
    table = table_of(scraps, headings, page, lambda quads: scraps_at(page, quads))
    ink = ink_of(page)
    reader = CellReader(
        lambda cell: _money(ink, cell),
        _dates,
        lambda row: _struck(ink, row, table),
        table.pitch,
    )
    head = head_date(table.above)
    party = party_of(table, headings)
    rows = read_rows(table.rows, headings, reader, of_party=party is not None)
    if vision_wanted():
        warnings = [*warnings, *_ask_model(page, rows)]
    readings = rows_of(rows, judge(rows), head, dated=headings.layout == "A")
    return Finished(page, headings.layout, party, head.date, readings, tuple(warnings))


def _ask_model(page: Pixels, rows: Sequence[Cells]) -> list[str]:
    """Let a vision model read the page as well; what there is to warn of."""
    try:
        unknown = merge(rows, see_rows(jpeg_of(page)))
    except VisionUnavailable:
        return [NO_MODEL]
    return [ONLY_MODEL.format(unknown)] if unknown else []


def _struck(ink: Ink, row: TableRow, table: Table) -> bool:
    return stroke_of(ink, row.scraps, table.pitch).strikes


def _money(ink: Ink, cell: Sequence[Scrap]) -> Money | None:
    """The cell's amount: where several stand there, the one that is not crossed out."""
    readings = [(scrap, money) for scrap in cell if (money := _money_in(scrap))]
    if len(readings) > 1:
        readings = [r for r in readings if not is_struck(ink, r[0])] or readings
    return max(readings, key=lambda r: r[1].chance)[1] if readings else None


def _money_in(scrap: Scrap) -> Money | None:
    if scrap.indic:
        texts = scrap.numbers or [(scrap.text, scrap.sure)]
        return merged([money for text, sure in texts if (money := money_of_text(text, sure))])
    return money_of(scrap)


def _dates(cell: Sequence[Scrap]) -> Candidates:
    """The dates that the cell may say, with their chances."""
    chances: dict[Written, float] = defaultdict(float)
    for scrap in cell:
        if scrap.indic:
            texts = scrap.numbers or [(scrap.text, scrap.sure)]
        else:
            _, sure = within(scrap.strip, _DATE_LETTERS)
            texts = [(g.text, g.chance * sure) for g in guesses(scrap.strip, _DATE_LETTERS)]
        for text, chance in texts:
            if written := parse_written(text):
                chances[written] += chance
    return sorted(chances.items(), key=lambda item: -item[1])[:8]
