"""Tables to open in Excel: no cell of them can run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# A phone number or an amount may begin with a sign; a formula goes on otherwise.
_DANGEROUS = re.compile(r"[=@\t\r]|[+\-](?![0-9][0-9 .,\-]*$)")
BOM = "\ufeff"


class _Echo:
    def write(self, text: str) -> str:
        return text


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe, which reading takes off again."""
    if isinstance(value, str) and _DANGEROUS.match(value):
        return f"'{value}"
    return value


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as lines of CSV, each made when it is asked for; Excel sees the UTF-8 mark."""
    writer = csv.writer(_Echo())
    yield BOM
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])
