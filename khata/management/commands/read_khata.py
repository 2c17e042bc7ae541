"""Reads photographed ledger pages, without a database."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khata.errors import ReaderUnavailable, UnreadableFile
from khata.reading import read_file
from khata.reading.types import FIELDS, PIPELINES, PageReading, RowReading


class Command(BaseCommand):
    """One JSON line a page on standard output; progress and refusals on standard error.

    A file that can't be read gives a line with ``error`` and no entries, and exit status 1
    at the end: the others are read all the same.
    """

    help = "Read photographed ledger pages (pictures, PDFs) and print their rows (JSON lines)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--pipeline", choices=PIPELINES, default="v2")

    def handle(self, *args: Any, **options: Any) -> None:
        files: Sequence[Path] = options["files"]
        refused = 0
        for number, path in enumerate(files, 1):
            try:
                lines = [
                    prediction(path.name, page)
                    for page in read_file(_content(path), pipeline=options["pipeline"])
                ]
            except (UnreadableFile, ReaderUnavailable) as error:
                refused += 1
                self.stderr.write(f"{path.name}: {error}")
                lines = [_refusal(path.name, error)]
            for line in lines:
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            self.stderr.write(f"{number} of {len(files)} files read")
        if refused:
            raise CommandError(f"{refused} of {len(files)} files could not be read.")


def prediction(file: str, page: PageReading) -> dict[str, Any]:
    """A page in the format that ledger corpora are scored in."""
    return {
        "file": file,
        "page": page.page,
        "layout": page.layout,
        "party": page.party,
        "date": _plain(page.date),
        "entries": [_row(row) for row in page.entries],
        "non_entries": [_row(row) for row in page.non_entries],
        "warnings": list(page.warnings),
    }


def _row(row: RowReading) -> dict[str, Any]:
    return {
        "row": row.row,
        "kind": row.kind,
        **{name: _plain(getattr(row, name)) for name in FIELDS},
        "struck_out": row.struck_out,
        "proven": row.proven,
        "confidence": row.confidence,
        "proposed": {name: _plain(value) for name, value in row.proposed.items()},
        "warnings": list(row.warnings),
        "box": list(row.box),
    }


def _plain(value: dt.date | Decimal | str | None) -> str | None:
    return None if value is None else str(value)


def _refusal(file: str, error: UnreadableFile | ReaderUnavailable) -> dict[str, Any]:
    return {"file": file, "party": None, "date": None, "entries": [], "error": str(error)}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} can't be opened: {error.strerror}") from error
