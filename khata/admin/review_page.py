"""What the review of a ledger page shows: each row with its doubts, its boxes and its match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.wording import plain_number, rupees
from customers.models import Customer
from khata.admin.forms import RowForm
from khata.correcting import AMOUNTS, what_is_missing
from khata.models import KhataPage, KhataRow, KhataUpload, RowKind, RowState, UploadStatus
from khata.submitting import find_known

# From here on a row is shown as certain.
SURE = 0.9
MISSING_WORDS = {
    "customer": _("which customer?"),
    "date": _("which day?"),
    "amount": _("how much?"),
}
EXTRA = ("slip_number", "weight", "quantity", "balance")
_FIELDS_OF = {"customer": ("customer",), "date": ("date",), "amount": AMOUNTS}


@dataclass(slots=True)
class Line:
    """One row of the screen; ``form`` holds the fields, the rest is shown around them."""

    form: RowForm
    number: int
    customer_name: str = ""
    missing: list[str] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()
    people: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, str]] = field(default_factory=list)
    known: int | None = None

    @property
    def row(self) -> KhataRow | None:
        return self.form.row

    @property
    def key(self) -> str:
        """What its box on the picture and its row are joined by."""
        return str(self.row.pk) if self.row else ""

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What is missing, by its name and as a question."""
        return [(name, str(MISSING_WORDS[name])) for name in self.missing]

    @property
    def state(self) -> str:
        """How the row stands, in one word: the first of these that is so."""
        row = self.row
        if row is None:
            return "sure"
        standing = {
            "posted": row.state == RowState.POSTED,
            "aside": row.state == RowState.DISCARDED,
            "struck": row.struck_out,
            "known": self.known is not None,
            "missing": bool(self.missing),
            "doubt": self.is_doubtful,
            "proven": row.proven,
        }
        return next((state for state, is_so in standing.items() if is_so), "sure")

    @property
    def is_doubtful(self) -> bool:
        """Whether there is something that a person may find right as it stands."""
        row = self.row
        if row is None or row.state != RowState.OPEN or row.struck_out:
            return False
        lacking = {field for name in self.missing for field in _FIELDS_OF[name]}
        return bool(self.doubtful - lacking or (row.warnings and not row.checked))

    @property
    def boxes(self) -> dict[str, str]:
        """Where each field stands on the picture; the whole row's box where nobody knows."""
        row = self.row
        if row is None or not row.box:
            return {}
        named = {**row.cells, "customer": row.cells.get("name", row.box)}
        fields = ("date", "customer", "particulars", "debit", "credit", "balance", "slip_number")
        return {name: _box(named.get(name, row.box)) for name in (*fields, "weight", "quantity")}

    @property
    def as_read(self) -> dict[str, str]:
        """What stood there, of the fields that say something else now."""
        row = self.row
        if row is None or not row.checked:
            return {}
        return {
            name: text
            for name, text in row.read.items()
            if name in ("date", *AMOUNTS, "particulars", "slip_number")
            and not _same(getattr(row, name), text)
        }


@dataclass(frozen=True, slots=True)
class Sum:
    """A column's total as written, and what was brought forward in it."""

    side: str
    written: Decimal | None
    carried: Decimal


@dataclass(slots=True)
class PageShown:
    """A page of the upload with its rows, and the totals that were written on it."""

    page: KhataPage
    lines: list[Line]
    sums: list[Sum]
    carried: list[KhataRow]

    @property
    def columns(self) -> list[str]:
        """Which of the columns that not every paper has this page has."""
        rows = [line.row for line in self.lines if line.row]
        return [name for name in EXTRA if any(_is_there(getattr(row, name)) for row in rows)]

    @property
    def boxed(self) -> list[tuple[str, str, int, int, int, int]]:
        """Key, state, left, top, width and height of every row that stands on the picture."""
        lines = [(line.key, line.state, line.row.box) for line in self.lines if line.row]
        return [
            (key, state, box[0], box[1], box[2] - box[0], box[3] - box[1])
            for key, state, box in lines
            if len(box) == 4
        ]


def _is_there(value: Any) -> bool:
    return value is not None and value != ""


def next_upload() -> KhataUpload | None:
    """The oldest upload that waits for review."""
    return KhataUpload.objects.filter(status=UploadStatus.READ).order_by("pk").first()


def shown(upload: KhataUpload, forms: list[RowForm]) -> dict[str, Any]:
    """Everything the page's template needs."""
    pages = list(upload.pages.all())
    lines = _lines(forms, {page.pk: page for page in pages})
    waiting = KhataUpload.objects.filter(status=UploadStatus.READ)
    return {
        "title": str(upload),
        "upload": upload,
        "open": upload.status == UploadStatus.READ,
        "pages": [_page(page, lines) for page in pages],
        "to_post": sum(line.state in ("missing", "doubt", "proven", "sure") for line in lines),
        "to_check": sum(line.state in ("missing", "doubt") for line in lines),
        "next": waiting.filter(pk__gt=upload.pk).order_by("pk").first(),
        "back": waiting.filter(pk__lt=upload.pk).order_by("-pk").first(),
        "blank": Line(RowForm(prefix="new-__n__"), 0),
    }


def _page(page: KhataPage, lines: Sequence[Line]) -> PageShown:
    rows = list(page.rows.all())
    return PageShown(
        page,
        [line for line in lines if _page_of(line) == page.pk],
        sums=[Sum(side, _written(rows, side), _carried(rows, side)) for side in AMOUNTS],
        carried=[row for row in rows if row.kind in (RowKind.OPENING, RowKind.CARRIED)],
    )


def _page_of(line: Line) -> int | None:
    if line.row is not None:
        return line.row.page_id
    value = line.form["page"].value()
    return int(value) if str(value).isdecimal() else None


def _written(rows: Iterable[KhataRow], side: str) -> Decimal | None:
    """The last total of a column: what stands above it are sums of parts."""
    sums = [getattr(row, side) for row in rows if row.kind == RowKind.TOTAL]
    return next((total for total in reversed(sums) if total is not None), None)


def _carried(rows: Iterable[KhataRow], side: str) -> Decimal:
    """What was brought forward in a column, which many writers add into its total."""
    return sum(
        (getattr(row, side) or Decimal(0) for row in rows if row.kind == RowKind.OPENING),
        Decimal(0),
    )


# Rows ----------------------------------------------------------------------------------


def _lines(forms: list[RowForm], pages: Mapping[int, KhataPage]) -> list[Line]:
    rows = [form.row for form in forms if form.row]
    known = find_known(row for row in rows if row.is_open)
    names = _names({pk for row in rows for pk in row.alternatives})
    lines = []
    for number, form in enumerate(forms, 1):
        line = Line(form, number)
        if form.row is not None:
            line.form.row.page = pages[form.row.page_id]  # type: ignore[union-attr]
            _fill(line, form.row, names, known.get(form.row.pk))
        lines.append(line)
    return lines


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name"))


def _fill(line: Line, row: KhataRow, names: Mapping[int, str], known: int | None) -> None:
    line.customer_name = row.customer.name if row.customer else (row.name or row.page.party)
    line.known = known
    if row.state != RowState.OPEN or row.struck_out:
        return
    line.missing = what_is_missing(row)
    line.doubtful = frozenset(_doubtful(row, line.missing))
    line.proposals = [
        {"field": name, "value": value, "text": _proposal(name, value)}
        for name, value in row.proposed.items()
        if not _same(getattr(row, name), value)
    ]
    if "customer" in line.doubtful:
        line.people = [
            {"id": pk, "name": names[pk]}
            for pk in row.alternatives
            if pk in names and pk != row.customer_id
        ]


def _doubtful(row: KhataRow, missing: Iterable[str]) -> Iterable[str]:
    """The cells that somebody should look at."""
    for name in missing:
        yield from _FIELDS_OF[name]
    if row.customer_id is not None and not row.customer_sure:
        yield "customer"
    if row.checked:
        return
    yield from row.proposed
    if not row.proven and row.confidence < SURE:
        yield from (side for side in AMOUNTS if getattr(row, side))


def _proposal(name: str, value: str) -> str:
    is_money = name in (*AMOUNTS, "balance")
    said = rupees(Decimal(value)) if is_money else value
    return f"{KhataRow._meta.get_field(name).verbose_name} {said}"  # type: ignore[union-attr]


def _same(value: Any, text: str) -> bool:
    """Whether a column says what a text says."""
    if isinstance(value, Decimal):
        try:
            return value == Decimal(text)
        except InvalidOperation:
            return False
    return str(value or "") == text


def _box(box: Sequence[int]) -> str:
    return ",".join(plain_number(edge) for edge in box)


def review_url(upload: KhataUpload) -> str:
    """Where an upload is reviewed."""
    return reverse("admin:khata_khataupload_review", args=[upload.pk])
