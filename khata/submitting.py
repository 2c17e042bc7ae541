"""Posting a reviewed upload to the ledger: every row or none, and only once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import DeskError, InvalidInput
from customers.models import Customer, User
from customers.people import make_customer
from khata.correcting import apply_corrections, what_is_missing
from khata.errors import AlreadyInLedger, AlreadyPosted, NotReady
from khata.finding import KhataLine, find_all_posted
from khata.locking import lock_posting_of_pages, lock_upload
from khata.models import KhataRow, KhataUpload, RowKind, RowState, Source, UploadStatus
from khata.posting import post_entry

MISSING_WORDS = {
    "customer": "A customer is needed: customer_id or new_customer.",
    "date": "A date is needed.",
    "amount": "Either a debit or a credit is needed, not both.",
}
_FIELD_OF = {"customer": "customer_id", "date": "date", "amount": "debit"}


@dataclass(frozen=True)
class NewCustomer:
    """Somebody whom the shop's book doesn't know yet."""

    name: str
    phone: str = ""


@dataclass(frozen=True)
class Entry:
    """A row to post: ``changes`` are those of khata.correcting, over what stands in it."""

    row_id: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    new_customer: NewCustomer | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of an upload."""

    upload: KhataUpload
    posted: list[KhataRow]
    discarded: list[KhataRow]


@transaction.atomic
def submit_rows(
    upload_id: int,
    entries: Sequence[Entry],
    discard: Collection[int],
    *,
    leave_out: bool = False,
    force: Collection[int] = (),
    by: User | None,
) -> Outcome:
    """Post the entries with their corrections and set the others aside; all or none.

    1. Lock the upload. One that was posted answers what became of it, if the same is asked.
    2. Every open row must be an entry or discarded (``leave_out`` discards the others).
    3. Correct each row; a struck-out one is set aside. All that lack something are named.
    4. None may be in the ledger already, unless its id is in ``force``.
    5. Make the new customers, post, and close the upload.

    Raises UploadGone, NotRead, AlreadyPosted, NotReady, InvalidInput, AlreadyInLedger, and
    what khata.posting raises; ``attr`` says which entry, ``entries`` in the data names rows.
    """
    upload = lock_upload(upload_id)
    rows = {row.pk: row for row in _entry_rows(upload)}
    _check_ids(rows, entries, discard)
    if upload.status == UploadStatus.POSTED:
        _check_same(rows, entries)
        return outcome_of(upload)
    named = {entry.row_id for entry in entries} | set(discard)
    left = [row for row in rows.values() if row.state == RowState.OPEN and row.pk not in named]
    if left and not leave_out:
        raise _not_ready({row.pk: ["decision"] for row in left}, "Say of every row what to do.")
    live = _corrected(rows, entries, by=by)
    _check_complete(live)
    lock_posting_of_pages()
    _check_new(live.values(), force)
    for index, row in live.items():
        with _naming(index, row):
            _post(row, by=by)
    for row in rows.values():
        if row.state == RowState.OPEN:
            settle_row(row, RowState.DISCARDED, by=by)
    _close(upload, by=by)
    return outcome_of(upload)


def outcome_of(upload: KhataUpload) -> Outcome:
    """What became of the upload's rows so far."""
    rows = list(_entry_rows(upload))
    return Outcome(
        upload,
        posted=[row for row in rows if row.state == RowState.POSTED],
        discarded=[row for row in rows if row.state == RowState.DISCARDED],
    )


def settle_row(row: KhataRow, state: RowState, *, by: User | None) -> None:
    """Save the row as open, posted or discarded, and by whom."""
    row.state = state
    row.settled_by = by if state != RowState.OPEN else None
    row.settled_at = timezone.now() if state != RowState.OPEN else None
    row._history_user = by
    row.save()


# Checking --------------------------------------------------------------------------


def _entry_rows(upload: KhataUpload) -> Iterable[KhataRow]:
    rows = KhataRow.objects.filter(page__upload=upload, kind=RowKind.ENTRY)
    return rows.select_related("customer", "page").order_by("page__number", *KhataRow.ORDER)


def _check_ids(
    rows: Mapping[int, KhataRow], entries: Sequence[Entry], discard: Collection[int]
) -> None:
    """Every id is a row's of this upload, and said once."""
    seen: set[int] = set()
    said = [(f"entries.{n}.id", entry.row_id) for n, entry in enumerate(entries)]
    said += [(f"discard.{n}", row_id) for n, row_id in enumerate(discard)]
    for attr, row_id in said:
        if row_id not in rows:
            raise InvalidInput(_("This page has no such row."), attr=attr)
        if row_id in seen:
            raise InvalidInput(_("This row is named twice."), attr=attr)
        seen.add(row_id)


def _check_same(rows: Mapping[int, KhataRow], entries: Sequence[Entry]) -> None:
    """Of a posted upload the same rows with the same values are asked for, or AlreadyPosted."""
    asked = [entry for entry in entries if not _is_struck(rows[entry.row_id], entry)]
    posted = {row.pk for row in rows.values() if row.state == RowState.POSTED}
    if {entry.row_id for entry in asked} != posted or any(
        _differs(rows[entry.row_id], entry) for entry in asked
    ):
        raise AlreadyPosted(_("This page is posted already, with other entries."))


def _is_struck(row: KhataRow, entry: Entry) -> bool:
    return bool(entry.changes.get("struck_out", row.struck_out))


def _differs(row: KhataRow, entry: Entry) -> bool:
    before = {name: getattr(row, name) for name in entry.changes}
    apply_corrections(row, entry.changes)
    new = entry.new_customer
    renamed = new is not None and row.customer is not None and row.customer.name != new.name
    return renamed or any(getattr(row, name) != value for name, value in before.items())


def _corrected(
    rows: Mapping[int, KhataRow], entries: Sequence[Entry], *, by: User | None
) -> dict[int, KhataRow]:
    """The rows to post by their place among the entries, corrected; without struck-out ones."""
    made: dict[tuple[str, str], Customer] = {}
    live = {}
    for index, entry in enumerate(entries):
        row = rows[entry.row_id]
        with _naming(index, row):
            apply_corrections(row, entry.changes)
            if not row.struck_out:
                _take_customer(row, entry, made, by=by)
                live[index] = row
    return live


def _take_customer(
    row: KhataRow, entry: Entry, made: dict[tuple[str, str], Customer], *, by: User | None
) -> None:
    """A new customer who stands on several rows is made once."""
    new = entry.new_customer
    if new is None:
        return
    if entry.changes.get("customer_id") is not None:
        raise InvalidInput(_("Either a customer or a new one, not both."), attr="new_customer")
    key = (" ".join(new.name.casefold().split()), new.phone)
    if key not in made:
        try:
            made[key] = make_customer(new.name, phone=new.phone, by=by)
        except DeskError as error:
            error.attr = f"new_customer.{error.attr}"
            raise
    row.customer, row.customer_sure = made[key], True


def _check_complete(live: Mapping[int, KhataRow]) -> None:
    lacking = {row.pk: what for row in live.values() if (what := what_is_missing(row))}
    if not lacking:
        return
    error = _not_ready(lacking, "")
    problems = [
        InvalidInput(MISSING_WORDS[name], attr=f"entries.{index}.{_FIELD_OF[name]}")
        for index, row in live.items()
        for name in lacking.get(row.pk, ())
    ]
    first, *others = problems
    error.args, error.attr, error.others = first.args, first.attr, others
    raise error


def _not_ready(lacking: Mapping[int, Sequence[str]], sentence: str) -> NotReady:
    entries = [{"id": row_id, "missing": list(names)} for row_id, names in lacking.items()]
    return NotReady(sentence, entries=entries)


def _check_new(rows: Iterable[KhataRow], force: Collection[int]) -> None:
    """None stands in the ledger already; two alike on one page are two, as they were written."""
    asked = [row for row in rows if row.pk not in force]
    found = find_known(asked)
    if found:
        entries = [
            {"id": pk, "missing": ["force"], "transaction_id": transaction_id}
            for pk, transaction_id in found.items()
        ]
        sentence = "Some rows are in the ledger already; name them in force to post them again."
        raise AlreadyInLedger(sentence, entries=entries)


def find_known(rows: Iterable[KhataRow]) -> dict[int, int]:
    """The transaction that each row repeats, by the row's id; two queries for all."""
    lines = {
        row.pk: KhataLine(row.customer_id, row.date, row.debit, row.credit, row.slip_number)
        for row in rows
    }
    return find_all_posted(lines)


@contextmanager
def _naming(index: int, row: KhataRow) -> Iterator[None]:
    """A refusal about a row says at which entry."""
    try:
        yield
    except DeskError as error:
        error.data.setdefault("entries", [{"id": row.pk, "missing": []}])
        error.attr = f"entries.{index}.{error.attr}" if error.attr else f"entries.{index}"
        raise


# Writing ---------------------------------------------------------------------------


def _post(row: KhataRow, *, by: User | None) -> None:
    assert row.customer is not None and row.date is not None  # noqa: S101 - _check_complete
    row.transaction = post_entry(
        customer=row.customer,
        date=row.date,
        debit=row.debit,
        credit=row.credit,
        particulars=row.particulars or row.name,
        slip_number=row.slip_number,
        key=f"khata-row:{row.pk}",
        source=Source.KHATA,
        by=by,
    )
    settle_row(row, RowState.POSTED, by=by)


def _close(upload: KhataUpload, *, by: User | None) -> None:
    upload.status = UploadStatus.POSTED
    upload.posted_by, upload.posted_at = by, timezone.now()
    upload.version += 1
    upload.save(update_fields=["status", "posted_by", "posted_at", "version"])
