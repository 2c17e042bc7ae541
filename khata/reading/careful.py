"""Version 2: RapidOCR, the page's geometry, Tesseract for other scripts, sums as referee."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from khata.reading import tesseract
from khata.reading.bills import BILL, is_bill
from khata.reading.cells import CellReader, Cells, read_rows
from khata.reading.dates import Candidates, Written, parse_written
from khata.reading.decoding import guesses, within
from khata.reading.engine import Quad
from khata.reading.finished import GUESSED, Finished, jpeg_of, nothing_found
from khata.reading.head import head_date
from khata.reading.headings import find_headings
from khata.reading.judging import judge
from khata.reading.loading import Pixels
from khata.reading.merging import merge
from khata.reading.money import Money, money_of, money_of_text
from khata.reading.results import rows_of
from khata.reading.scraps import Scrap, scraps_at, scraps_of
from khata.reading.scripts import digits_are_indic, read_indic, read_numbers
from khata.reading.strips import cut_at
from khata.reading.struck import Ink, ink_of, is_ruled, is_struck, parted_by_stroke, stroke_of
from khata.reading.table import Reread, party_of, table_of
from khata.reading.turning import quarter_turns
from khata.reading.unheaded import guess_headings
from khata.reading.upright import evenly_lit, upright_page
from khata.reading.vision import VisionUnavailable, see_rows, vision_wanted

_DATE_LETTERS = "0123456789/-.,= '" + "JanFebMrApyulgSptOcNovDi"
_TWO_AMOUNTS = re.compile(r"\w\w[^\s\d]*\s+\d\d|\d\d\S*\s+\w\w")
_CORRECTED = 0.7
"""What an amount counts beside one that is crossed out."""
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
    indic = digits_are_indic(scraps)
    warnings = _other_scripts(scraps, indic=indic)
    headings = find_headings(scraps) or guess_headings(scraps)
    if headings is None:
        return nothing_found(page, warnings)
    if headings.guessed:
        warnings.append(GUESSED)
    if bill := is_bill(scrap.text for scrap in scraps):
        warnings.append(BILL)

    def reread(quads: Sequence[Quad]) -> list[Scrap]:
        parts = scraps_at(page, quads)
        _other_scripts(parts, indic=indic)
        return parts

    table = table_of(scraps, headings, page, reread)
    ink = ink_of(page)
    ruled = is_ruled(ink, (row.scraps for row in table.rows), table.pitch)
    reader = CellReader(
        lambda cell: _money(ink, cell, reread),
        _dates,
        lambda row: stroke_of(ink, row.scraps, table.pitch, ruled=ruled).strikes,
        lambda scrap: is_struck(ink, scrap),
        table.pitch,
    )
    head = head_date(table.above)
    party = party_of(table, headings)
    rows = read_rows(table.rows, headings, reader, of_party=party is not None)
    if vision_wanted():
        warnings = [*warnings, *_ask_model(page, rows)]
    readings = rows_of(rows, judge(rows), head, headings, indic=indic, bill=bill)
    return Finished(page, headings.layout, party, head.date, readings, tuple(warnings))


def _other_scripts(scraps: Sequence[Scrap], *, indic: bool) -> list[str]:
    """Read what is not Latin; what there is to warn of. ``indic``: so are the page's digits."""
    numbers = read_numbers(scraps) if indic else []
    try:
        read_indic([scrap for scrap in scraps if scrap not in numbers])
    except tesseract.TesseractUnavailable:
        return [NO_TESSERACT]
    return []


def _ask_model(page: Pixels, rows: Sequence[Cells]) -> list[str]:
    """Let a vision model read the page as well; what there is to warn of."""
    try:
        unknown = merge(rows, see_rows(jpeg_of(page)))
    except VisionUnavailable:
        return [NO_MODEL]
    return [ONLY_MODEL.format(unknown)] if unknown else []


def _money(ink: Ink, cell: Sequence[Scrap], reread: Reread) -> Money | None:
    """The cell's amount: where several stand there, the one that is not crossed out."""
    parts = [part for scrap in cell for part in _parts(ink, scrap, reread)]
    readings = [(scrap, money) for scrap in parts if (money := _money_in(scrap))]
    live = [r for r in readings if not is_struck(ink, r[0])] if len(readings) > 1 else readings
    best = max(live or readings, key=lambda r: r[1].chance, default=None)
    if best is None:
        return None
    if 0 < len(live) < len(readings):
        return replace(best[1], sure=_CORRECTED * best[1].sure, corrected=True)
    return best[1]


def _parts(ink: Ink, scrap: Scrap, reread: Reread) -> list[Scrap]:
    """A struck amount and the one beside it, where they were taken for one.

    Digits that stand close look like strokes too: only where the recogniser saw two amounts,
    with a space between them, may there be one to part.
    """
    x = parted_by_stroke(ink, scrap) if _TWO_AMOUNTS.search(scrap.text) else None
    return [scrap] if x is None else reread(cut_at(scrap.quad, x))


def _money_in(scrap: Scrap) -> Money | None:
    return money_of_text(scrap.text, scrap.sure) if scrap.indic else money_of(scrap)


def _dates(cell: Sequence[Scrap]) -> Candidates:
    """The dates that the cell may say, with their chances."""
    chances: dict[Written, float] = defaultdict(float)
    for scrap in cell:
        if scrap.indic:
            texts = [(scrap.text, scrap.sure)]
        else:
            _, sure = within(scrap.strip, _DATE_LETTERS)
            texts = [(g.text, g.chance * sure) for g in guesses(scrap.strip, _DATE_LETTERS)]
        for text, chance in texts:
            if written := parse_written(text):
                chances[written] += chance
    return sorted(chances.items(), key=lambda item: -item[1])[:8]
