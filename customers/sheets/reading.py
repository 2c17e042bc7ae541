"""Rows of a CSV or XLSX file, one at a time, whatever its size."""

from __future__ import annotations

import csv
import datetime as dt
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.sheets.survey import Survey, survey

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_COLUMNS = 200
MAX_UNPACKED = 1024**3
# Held in memory while it is read: the texts of a workbook, each once.
MAX_TEXTS = 64 * 1024**2
DELIMITERS = ",;\t|"
_BROKEN = (BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError, NotImplementedError)

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table: its header's cells, and its rows as (row number as Excel counts, cells)."""

    survey: Survey
    headers: Sequence[str]
    records: Iterator[Record]
    row_count: int


@contextmanager
def opened(path: Path, *, surveyed: Survey | None = None) -> Iterator[Sheet]:
    """The first table of the file; rows are read as they are asked for. Raises InvalidInput."""
    found = surveyed or survey(path)
    source = _xlsx(path) if found.kind == "xlsx" else _csv(path, found.encoding)
    with source as (records, row_count):
        rows = iter(records)
        header = next((cells for _, cells in rows if any(cells)), None)
        if header is None:
            raise InvalidInput(_("The file holds no rows."), attr="file")
        count = row_count if row_count is not None else max(found.lines - 1, 0)
        yield Sheet(found, header, _filled(rows), count)


def _filled(records: Iterator[Record]) -> Iterator[Record]:
    return ((number, cells) for number, cells in records if any(cells))


# CSV --------------------------------------------------------------------------------


@contextmanager
def _csv(path: Path, encoding: str) -> Iterator[tuple[Iterator[Record], None]]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.readline()
        while sample.strip() == "" and sample:
            sample = file.readline()
        delimiter = max(DELIMITERS, key=sample.count)
        file.seek(0)
        yield _csv_records(csv.reader(file, delimiter=delimiter)), None


def _csv_records(reader: Any) -> Iterator[Record]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(
                _("From row %(row)s on the file can't be read: a quotation mark is not closed.")
                % {"row": number},
                attr="file",
            ) from error
        yield number, _clean(cells[: MAX_COLUMNS + 1])


def _clean(cells: Sequence[str]) -> list[str]:
    """Without outer spaces, and without the apostrophe that keeps a formula from running."""
    bare = [cell.strip() for cell in cells]
    if "'" not in "".join(bare):
        return bare
    return [cell[1:] if cell.startswith(("'=", "'+", "'-", "'@")) else cell for cell in bare]


# XLSX -------------------------------------------------------------------------------


@contextmanager
def _xlsx(path: Path) -> Iterator[tuple[Iterator[Record], int | None]]:
    _check_zip(path)
    with path.open("rb") as file, closing(_workbook(file)) as book:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise InvalidInput(_("The workbook has no sheet."), attr="file")
        count = sheets[0].max_row
        sheets[0].reset_dimensions()
        yield _xlsx_records(sheets[0]), count - 1 if count else None


def _workbook(file: IO[bytes]) -> Workbook:
    """Of an open file: by its path openpyxl takes none whose name does not end as Excel's do."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # About what else a workbook holds: validations, pictures, styles.
        warnings.simplefilter("ignore", UserWarning)
        try:
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except _BROKEN as error:
            raise _damaged() from error


def _check_zip(path: Path) -> None:
    """A zip says how much it unpacks to, and zipfile reads no more than that."""
    try:
        with ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
    except _BROKEN as error:
        raise _damaged() from error
    if "xl/workbook.xml" not in sizes:
        raise InvalidInput(_("This zip file is no Excel workbook."), attr="file")
    texts = sizes.get("xl/sharedStrings.xml", 0)
    if sum(sizes.values()) > MAX_UNPACKED or texts > MAX_TEXTS:
        raise InvalidInput(_("The workbook is too large. Save the table as CSV."), attr="file")


def _damaged() -> InvalidInput:
    return InvalidInput(_("The workbook is damaged and can't be opened."), attr="file")


def _xlsx_records(sheet: Any) -> Iterator[Record]:
    try:
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
        for number, values in enumerate(rows, 1):
            cells = _clean([_text(value) for value in values])
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    except _BROKEN as error:
        raise _damaged() from error


def _text(value: Any) -> str:
    """A cell as somebody would type it; a date in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{round(value, 6)}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)
