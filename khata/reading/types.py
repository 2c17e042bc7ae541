"""What both pipelines answer: the pages of a file, and the rows read on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

Pipeline = Literal["v1", "v2"]
PIPELINES: tuple[Pipeline, ...] = get_args(Pipeline)

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels of ``PageReading.image``, the upright page."""

Layout = Literal["A", "B", "C", "D"]
"""A: a party's page; B: a day book; C: a list of slips; D: two sides, Jama and Udhar."""

Field = Literal[
    "date",
    "name",
    "particulars",
    "debit",
    "credit",
    "balance",
    "weight_g",
    "quantity",
    "slip_number",
]
FIELDS: tuple[Field, ...] = get_args(Field)

Kind = Literal["entry", "opening", "total", "carried"]
"""Only entries may be posted; ``opening`` covers brought forward, ``carried`` what goes on."""

Value = dt.date | Decimal | str
Progress = Callable[[int, int], None]
"""Told the pages done, and all pages of the file."""


@dataclass(frozen=True, kw_only=True)
class RowReading:
    """One line of the page, top to bottom from 1 (layout D: left side, then right).

    ``debit`` raises what the customer owes. ``proven``: sums on the page confirm the amount.
    ``proposed``: what would make the sums agree, by field; the row itself keeps what was read.
    ``struck_out``: the whole row was crossed out and must not be posted.
    """

    row: int
    kind: Kind = "entry"
    date: dt.date | None = None
    name: str | None = None
    particulars: str | None = None
    debit: Decimal | None = None
    credit: Decimal | None = None
    balance: Decimal | None = None
    weight_g: Decimal | None = None
    quantity: Decimal | None = None
    slip_number: str | None = None
    struck_out: bool = False
    proven: bool = False
    confidence: float = 0.0
    warnings: tuple[str, ...] = ()
    box: Box = (0, 0, 0, 0)
    cells: Mapping[Field, Box] = field(default_factory=dict)
    proposed: Mapping[Field, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PageReading:
    """One page: its head, its entries, and the rows that are none (totals, carried, opening).

    ``page`` counts from 1; ``image`` is a JPEG of the upright page, which the boxes refer to.
    """

    page: int
    width: int
    height: int
    image: bytes
    layout: Layout | None = None
    party: str | None = None
    date: dt.date | None = None
    entries: tuple[RowReading, ...] = ()
    non_entries: tuple[RowReading, ...] = ()
    warnings: tuple[str, ...] = ()
