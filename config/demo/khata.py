"""A page of the demo's paper ledger, drawn, and read as if by the careful reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from config.demo.data import load
from customers.models import User
from khata.reading.types import Box, Field, PageReading, RowReading
from khata.recording import read_upload
from khata.uploading import receive_file

WIDTH, HEAD, LINE = 1000, 190, 62
# Field and its left edge; the last is the paper's.
_EDGES = (("name", 40), ("particulars", 390), ("debit", 680), ("credit", 830), ("", 970))
_PAPER, _RULE, _INK, _RED = "#fbf6e9", "#cdd8e6", "#1d2f6f", "#b3261e"


def photograph_page(*, by: User) -> None:
    """Upload yesterday's page and write its rows down; they wait for review."""
    page, day = load("khata"), timezone.localdate() - dt.timedelta(days=1)
    picture = _drawn(page, day)
    file = ContentFile(picture)
    upload = receive_file(file, name="rokad.jpg", pipeline="v2", by=by).upload
    read_upload(upload.pk, read=lambda data, **_: [_reading(page, day, picture)])


# What the reader saw ----------------------------------------------------------------------


def _reading(page: dict[str, Any], day: dt.date, picture: bytes) -> PageReading:
    rows = page["row"]
    debit, credit = map(_amount, page["total"])
    number = len(rows) + 1
    total = RowReading(
        row=number, kind="total", debit=debit, credit=credit, box=_box(number), confidence=0.95
    )
    return PageReading(
        page=1,
        width=WIDTH,
        height=_height(page),
        image=picture,
        layout="B",
        date=day,
        entries=tuple(_row(row, number, day) for number, row in enumerate(rows, 1)),
        non_entries=(total,),
    )


def _row(row: dict[str, Any], number: int, day: dt.date) -> RowReading:
    seen = {**row, **row.get("reads", {})}
    cells: dict[Field, Box] = {
        field: _box(number, left, right)  # type: ignore[misc]
        for (field, left), (_, right) in pairwise(_EDGES)
        if field in row
    }
    return RowReading(
        row=number,
        date=day,
        name=row["name"],
        particulars=row["particulars"],
        debit=_amount(seen.get("debit")),
        credit=_amount(seen.get("credit")),
        struck_out=row.get("struck_out", False),
        proven="confidence" not in row,
        confidence=row.get("confidence", 0.97),
        warnings=tuple(row.get("warnings", ())),
        box=_box(number),
        cells=cells,
        proposed={"debit": Decimal(row["proposed"]["debit"])} if "proposed" in row else {},
    )


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text.replace(",", "")) if text else None


# The paper ------------------------------------------------------------------------------------


def _box(number: int, left: int = 40, right: int = 970) -> Box:
    top = HEAD + LINE * number
    return (left - 10, top - 4, right - 10, top + LINE - 10)


def _height(page: dict[str, Any]) -> int:
    return HEAD + LINE * (len(page["row"]) + 3)


def _drawn(page: dict[str, Any], day: dt.date) -> bytes:
    """The page as a JPEG."""
    height = _height(page)
    paper = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(paper)
    for number in range(len(page["row"]) + 3):
        pen.line([(0, y := HEAD + LINE * number + 48), (WIDTH, y)], _RULE, 2)
    for _, left in _EDGES[1:-1]:
        pen.line([(left - 14, 0), (left - 14, height)], _RED, 2)
    pen.text((40, 50), page["head"], _INK, ImageFont.load_default(46))
    pen.text((720, 60), f"{day:%d/%m/%Y}", _INK, ImageFont.load_default(36))
    for left, top, text in _words(page):
        pen.text((left, top), text, _INK, ImageFont.load_default(30))
    for number, row in enumerate(page["row"], 1):
        if row.get("struck_out"):
            pen.line([(40, y := HEAD + LINE * number + 22), (780, y - 6)], _INK, 4)
    stream = BytesIO()
    paper.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _words(page: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    """Left, top and text of everything in the columns."""
    lefts = dict(_EDGES)
    for (_, left), text in zip(_EDGES, page["columns"], strict=False):
        yield left, HEAD, text
    for number, row in enumerate(page["row"], 1):
        for field, left in lefts.items():
            if field in row:
                yield left, HEAD + LINE * number + 6, row[field]
    last = HEAD + LINE * (len(page["row"]) + 1) + 6
    for field, text in zip(
        ("particulars", "debit", "credit"), ("Total", *page["total"]), strict=True
    ):
        yield lefts[field], last, text
