"""A page that has been read, and what is answered of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from khata.reading.loading import Pixels
from khata.reading.types import Layout, PageReading, RowReading

NO_TABLE = "No headings of a ledger's columns were found, so no rows were read."
GUESSED = "No headings were found: what the columns are was told from what they hold."
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Finished:
    """One upright page and its rows, entries and others alike, top to bottom."""

    page: Pixels
    layout: Layout | None
    party: str | None
    date: dt.date | None
    rows: Sequence[RowReading]
    warnings: tuple[str, ...]


def nothing_found(page: Pixels, warnings: Sequence[str] = ()) -> Finished:
    """A page that shows no ledger."""
    return Finished(page, None, None, None, (), (*warnings, NO_TABLE))


def jpeg_of(page: Pixels) -> bytes:
    """The page as a picture file."""
    _, jpeg = cv2.imencode(".jpg", page[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()


def page_reading(number: int, finished: Finished) -> PageReading:
    """The answer for page ``number`` (from 1)."""
    height, width = finished.page.shape[:2]
    return PageReading(
        page=number,
        width=width,
        height=height,
        image=jpeg_of(finished.page),
        layout=finished.layout,
        party=finished.party,
        date=finished.date,
        entries=tuple(row for row in finished.rows if row.kind == "entry"),
        non_entries=tuple(row for row in finished.rows if row.kind != "entry"),
        warnings=finished.warnings,
    )
