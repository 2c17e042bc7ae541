"""CSV that a spreadsheet opens as it was meant: Indian scripts kept, nothing run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

# What a spreadsheet takes for the beginning of a formula, or skips before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | Decimal | int | None


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; numbers stay numbers."""
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_stream(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same piece by piece, for files of any length."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        text = io.StringIO()
        csv.writer(text).writerow([_cell(value) for value in row])
        yield text.getvalue().encode()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
