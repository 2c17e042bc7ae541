"""A reader that says what a test tells it to, and rows as a reader sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from khata.reading.types import PageReading, RowReading
from tests.khata.pages import as_file, drawn_page

DAY = dt.date(2026, 3, 14)


def row(number: int = 1, **fields) -> RowReading:
    """A debt of Nasreen Boutique, surely read."""
    known = {
        "date": DAY,
        "name": "Nasreen Boutique",
        "particulars": "Chana dal",
        "debit": Decimal("450.00"),
        "confidence": 0.97,
        "proven": True,
        "box": (80, 200, 900, 240),
        "cells": {"debit": (600, 200, 700, 240)},
    }
    return RowReading(row=number, **{**known, **fields})


def page(*rows: RowReading, number: int = 1, **fields) -> PageReading:
    """A page of these rows."""
    known = {"width": 1200, "height": 600, "image": as_file(drawn_page()), "layout": "B"}
    return PageReading(page=number, entries=rows, **{**known, **fields})


@dataclass
class ScriptedReader:
    """Stands in for khata.reading.read_file; ``says`` may be pages or an error."""

    says: Sequence[PageReading] | Exception = ()
    asked: list[tuple[bytes, str]] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def __call__(self, data: bytes, *, pipeline: str, progress=None) -> list[PageReading]:
        self.asked.append((data, pipeline))
        if isinstance(self.says, Exception):
            raise self.says
        pages = list(self.says)
        for done in range(1, len(pages) + 1):
            progress(done, len(pages))
            if self.meanwhile:
                self.meanwhile()
        return pages
