"""What the cells of one row say, before sums and neighbouring rows have judged it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from khata.reading.amounts import parse_count, parse_weight
from khata.reading.dates import Candidates, parse_written
from khata.reading.headings import Headings, Meaning
from khata.reading.money import Money
from khata.reading.scraps import Scrap, around
from khata.reading.table import TableRow
from khata.reading.texts import is_ditto, words_of
from khata.reading.types import Box, Field, Kind, Layout
from khata.reading.words import meaning_of

_DATED = re.compile(r"\s*(?P<date>\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d\d))\s*(?P<words>[^\W\d].*)")
_NUMBER = re.compile(r"\d")
SUMMED: tuple[Field, ...] = ("debit", "credit", "balance")


@dataclass(frozen=True, slots=True)
class Text:
    """Words, how sure they are, and their least sure letter (0..1); ``ditto`` where a mark
    repeats the row above."""

    words: str | None = None
    sure: float = 1.0
    weakest: float = 1.0
    ditto: bool = False


@dataclass(slots=True)
class Cells:
    """A row in the making. ``money`` holds the readings of debit, credit and balance."""

    line: TableRow
    boxes: dict[Field, Box]
    kind: Kind = "entry"
    struck_out: bool = False
    dates: Candidates = ()
    undated: bool = True
    name: Text = field(default_factory=Text)
    particulars: Text = field(default_factory=Text)
    money: dict[Field, Money] = field(default_factory=dict)
    unread: tuple[Field, ...] = ()
    weight_g: Decimal | None = None
    quantity: Decimal | None = None
    slip_number: str | None = None

    @property
    def amount(self) -> Money | None:
        """The debit's or the credit's readings."""
        return self.money.get("debit") or self.money.get("credit")


MoneyReader = Callable[[Sequence[Scrap]], Money | None]
DateReader = Callable[[Sequence[Scrap]], Candidates]


@dataclass(frozen=True, slots=True)
class CellReader:
    """How a pipeline reads cells: money, dates, and whether a row or a cell is crossed out."""

    money: MoneyReader
    date: DateReader
    struck: Callable[[TableRow], bool]
    crossed: Callable[[Scrap], bool]
    pitch: float


def read_rows(
    lines: Sequence[TableRow], headings: Headings, reader: CellReader, *, of_party: bool
) -> list[Cells]:
    """The cells of every row, dittos resolved, rows that are no entries marked.

    ``of_party``: the page belongs to one party, so that a text beside an amount is what it
    was for and not whose it is.
    """
    rows = [_read(line, headings.layout, reader, of_party=of_party) for line in lines]
    rows = [row for row in rows if _says_something(row)]
    _mark_kinds(rows, headings.layout)
    _repeat(rows)
    return rows


def _read(line: TableRow, layout: Layout, reader: CellReader, *, of_party: bool) -> Cells:
    fields = {_field(meaning, layout, of_party): cell for meaning, cell in line.cells.items()}
    row = Cells(line, {f: around([s.box for s in cell]) for f, cell in fields.items() if f})
    for name in SUMMED:
        if cell := fields.get(name):
            money = reader.money(cell)
            if money is not None:
                row.money[name] = money
            elif not is_ditto(cell, reader.pitch):
                row.unread += (name,)
    if cell := fields.get("date"):
        row.dates = () if is_ditto(cell, reader.pitch) else reader.date(cell)
        row.undated = is_ditto(cell, reader.pitch)
    row.name = _text(fields.get("name", ()), reader.pitch)
    row.particulars = _text(fields.get("particulars", ()), reader.pitch)
    if cell := fields.get("weight_g"):
        row.weight_g = parse_weight("".join(s.text for s in cell))
    if cell := fields.get("quantity"):
        row.quantity = parse_count("".join(s.text for s in cell))
    if cell := fields.get("slip_number"):
        row.slip_number = "".join(s.text for s in cell).strip(" .,-:;'\"") or None
    row.struck_out = reader.struck(line)
    if not row.struck_out:
        _drop_crossed(row, fields, reader)
    if layout == "A" and "date" not in fields:
        _part_date(row)
    return row


def _drop_crossed(
    row: Cells, fields: Mapping[Field | None, list[Scrap]], reader: CellReader
) -> None:
    """An amount that was crossed out and written on the other side stands there alone."""
    sides: tuple[Field, ...] = ("debit", "credit")
    if set(sides) <= row.money.keys():
        crossed = [side for side in sides if all(map(reader.crossed, fields[side]))]
        if len(crossed) == 1:
            (other,) = set(sides) - set(crossed)
            del row.money[crossed[0]]
            row.money[other] = replace(row.money[other], corrected=True)


def _part_date(row: Cells) -> None:
    """Where date and text stand so near that they were taken for one cell, part them."""
    found = _DATED.match(row.particulars.words or "")
    written = parse_written(found["date"]) if found else None
    if found and written:
        row.dates, row.undated = [(written, row.particulars.sure)], False
        row.particulars = replace(row.particulars, words=found["words"])


def _field(meaning: Meaning, layout: Layout, of_party: bool) -> Field | None:
    if meaning == "amount":
        return "debit"
    if layout == "D" and meaning == "particulars":
        return "particulars" if of_party else "name"
    return None if meaning == "unknown" else meaning


def _text(cell: Sequence[Scrap], pitch: float) -> Text:
    if is_ditto(cell, pitch):
        return Text(ditto=True)
    words, sure = words_of(cell)
    return Text(words, sure, min((s.weakest for s in cell), default=1.0))


def _says_something(row: Cells) -> bool:
    return bool(row.money or row.name.words or row.particulars.words)


def _mark_kinds(rows: Sequence[Cells], layout: Layout) -> None:
    """By their words; without legible words, by which cells are filled."""
    for i, row in enumerate(rows):
        said = [t.words for t in (row.name, row.particulars) if t.words]
        said += [" ".join(said)] if len(said) > 1 else []
        said += [s.text for s in row.line.cells.get("date", ()) if not _NUMBER.search(s.text)]
        loose = [s.text for s in row.line.scraps] if not row.amount or row.undated else []
        meanings = [m for text in (*said, *loose) if (m := meaning_of(text, "rows"))]
        if meanings:
            row.kind = max(meanings, key=lambda found: found[1])[0]  # type: ignore[assignment]
        elif layout == "A" and not row.amount and "balance" in row.money:
            row.kind = "opening" if i == 0 else "carried"
        elif layout != "A" and row.money and not said and not _repeats(row):
            row.kind = "total" if i > len(rows) / 2 or layout == "D" else "entry"
        elif {"debit", "credit"} <= row.money.keys():
            row.kind = "total"


def _repeats(row: Cells) -> bool:
    return row.name.ditto or row.particulars.ditto


def _repeat(rows: Sequence[Cells]) -> None:
    """Dittos become what stands above them."""
    above: Cells | None = None
    for row in rows:
        if row.kind != "entry":
            continue
        if above:
            row.name = _repeated(row.name, above.name)
            row.particulars = _repeated(row.particulars, above.particulars)
        above = row


def _repeated(text: Text, above: Text) -> Text:
    return replace(above, ditto=True) if text.ditto else text
