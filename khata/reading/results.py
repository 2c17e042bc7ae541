"""From judged cells to the rows that are answered: texts, confidence, warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from statistics import median

from khata.reading.cells import Cells, Text
from khata.reading.dates import PageDate, resolve
from khata.reading.headings import Headings
from khata.reading.judging import Judged
from khata.reading.types import RowReading

SURE_DATE = 0.9
_SURE_TEXT = 0.75
_SURE_LETTER, _IN_SHORT, _SHORT = 0.92, 0.97, 5
"""Sums prove no word: Sana may be Jama, as sure as the recogniser is on average."""
_LEAST_LETTERS, _NO_WORD, _NO_TEXT = 3, 0.3, 0.5
_NO_DATE = 0.1
_WELL_READ, _DOUBTED = 0.9, 0.6
_GUESSED = 0.5
"""What a row counts whose columns bear no titles, or that stands on a bill."""
_INDIC = 0.85
_BOTH_SIDES = 0.3
_CONTRADICTED = 0.6
_CHANGED = 0.8


def rows_of(
    rows: Sequence[Cells],
    judged: Sequence[Judged],
    head: PageDate,
    headings: Headings,
    *,
    indic: bool = False,
    bill: bool = False,
) -> list[RowReading]:
    """All rows of the page, numbered from 1. On a party's page each row has its own date, or
    the one above it; else all have the page's. ``indic``: the digits are Devanagari or
    Gujarati. Their reader mistakes a sign for the same other one wherever it stands, so that
    wrong sums agree as well: nothing is proven by them. ``bill``: the page is no ledger's, so
    that its rows, well read as they may be, are nobody's debts."""
    dates = _dates(rows, head, dated=headings.layout == "A")
    trust = _GUESSED if headings.guessed or bill else _INDIC if indic else _trust(rows)
    provable = not (headings.guessed or indic or bill)
    return [
        _row(number, row, verdict, date, sure, trust=trust, provable=provable)
        for number, (row, verdict, (date, sure)) in enumerate(
            zip(rows, judged, dates, strict=True), 1
        )
    ]


def _trust(rows: Sequence[Cells]) -> float:
    """What a reading on this page counts: where most amounts look little like any, as in
    digits the recogniser doesn't know, those that seem sure are so by chance."""
    looks = [row.amount.sure for row in rows if row.amount]
    return 1.0 if not looks or median(looks) >= _WELL_READ else _DOUBTED


def _dates(
    rows: Sequence[Cells], head: PageDate, *, dated: bool
) -> list[tuple[dt.date | None, float]]:
    if not dated:
        return [(head.date, 0.97 if head.date else 0.5) for _ in rows]
    entries = [i for i, row in enumerate(rows) if row.kind == "entry"]
    found = resolve([rows[i].dates for i in entries], head)
    known = dict(zip(entries, found, strict=True))
    return [known.get(i, (None, 1.0)) for i in range(len(rows))]


def _row(
    number: int,
    row: Cells,
    judged: Judged,
    date: dt.date | None,
    sure: float,
    *,
    trust: float,
    provable: bool,
) -> RowReading:
    sure = sure if date else _NO_DATE
    warnings = _warnings(row, judged, date, sure)
    text = _words_sure(row)
    # Whoever accepts a row unseen accepts its date and its words too.
    proven = judged.proven and not row.struck_out and date is not None
    proven = proven and sure >= SURE_DATE and text >= _SURE_TEXT
    proven = proven and _every_letter_sure(row.name) and _every_letter_sure(row.particulars)
    return RowReading(
        row=number,
        kind=row.kind,
        date=date,
        name=row.name.words,
        particulars=row.particulars.words,
        debit=judged.chosen.get("debit"),
        credit=judged.chosen.get("credit"),
        balance=judged.chosen.get("balance"),
        weight_g=row.weight_g,
        quantity=row.quantity,
        slip_number=row.slip_number,
        struck_out=row.struck_out,
        proven=proven and provable and not warnings,
        confidence=round(trust * _confidence(row, judged, sure, text), 3),
        warnings=tuple(warnings),
        box=row.line.box,
        cells=row.boxes,
        proposed=judged.proposed,
    )


def _every_letter_sure(text: Text) -> bool:
    short = sum(c.isalpha() for c in text.words or "") < _SHORT
    return text.weakest >= (_IN_SHORT if short and text.words else _SURE_LETTER)


def _words_sure(row: Cells) -> float:
    """The chance that name and particulars are near enough to what is written."""
    if row.name.words is None and row.particulars.words is None:
        return _NO_TEXT
    return min(_text_sure(row.name), _text_sure(row.particulars))


def _text_sure(text: Text) -> float:
    if text.words is None and not text.ditto:
        return 1.0
    if text.words and sum(c.isalpha() for c in text.words) < _LEAST_LETTERS:
        return _NO_WORD
    return min(1.0, max(0.05, (text.sure - 0.5) * 2.2))


def _confidence(row: Cells, judged: Judged, date_sure: float, text_sure: float) -> float:
    amount = row.amount
    if amount is None:
        return 0.05
    chance = 0.995 if judged.proven else amount.chance
    if judged.changed:
        chance = min(chance, _CHANGED)
    if judged.contradicted or judged.proposed:
        chance *= _CONTRADICTED
    if {"debit", "credit"} <= row.money.keys():
        chance *= _BOTH_SIDES
    return chance * date_sure * text_sure


def _warnings(row: Cells, judged: Judged, date: dt.date | None, sure: float) -> list[str]:
    said = []
    if row.kind == "entry" and row.amount is None:
        said.append("No amount could be read.")
    if row.kind == "entry" and {"debit", "credit"} <= row.money.keys():
        said.append("Amounts on both sides.")
    if any(money.corrected for money in row.money.values()):
        said.append("Another amount beside it is crossed out.")
    for name in judged.changed:
        said.append(f"Read {row.money[name].value}; the sums agree with {judged.chosen[name]}.")
    for name, value in judged.proposed.items():
        said.append(f"The sums would agree with {value} as {name}.")
    if judged.contradicted and not judged.proposed and not judged.proven:
        said.append("The balance does not follow from the one before.")
    if row.kind == "entry" and date is None:
        said.append("No date could be read.")
    elif row.kind == "entry" and sure < SURE_DATE:
        said.append("The date is doubtful.")
    return said
