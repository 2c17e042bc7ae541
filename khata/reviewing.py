"""A review on the desk: rows corrected, added, split and put aside, then posted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.errors import DeskError, InvalidInput
from customers.models import User
from customers.people import make_customer
from khata.correcting import AMOUNTS, apply_corrections
from khata.errors import AlreadyPosted
from khata.locking import lock_upload
from khata.models import KhataPage, KhataRow, KhataUpload, RowKind, RowState, UploadStatus
from khata.submitting import Entry, Outcome, find_known, settle_row, submit_rows

MAX_ROWS = 500
"""A page; no paper has so many lines."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of one row: changed, set aside or taken back, or (``row`` None) added.

    ``checked``: a person looked at it and finds it right. ``split_from`` is the row of whose
    line an added one is a part. ``key`` is how the caller names the row; a refusal carries
    it as ``data["row"]``.
    """

    key: str
    row: KhataRow | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    discard: bool = False
    checked: bool = False
    page: KhataPage | None = None
    split_from: KhataRow | None = None


@transaction.atomic
def save_review(
    upload: KhataUpload, rows: Iterable[RowChange], *, version: int | None, by: User | None
) -> KhataUpload:
    """The upload with all changes saved; nothing is saved where one of them is refused.

    Raises UploadGone, NotRead, AlreadyPosted, StaleVersion and InvalidInput.
    """
    locked = _lock_open(upload, version=version)
    changed = False
    for row in rows:
        try:
            changed |= _save(row, by=by)
        except DeskError as error:
            error.data["row"] = row.key
            raise
    if changed:
        _advance(locked)
    return locked


def post_review(
    upload: KhataUpload,
    *,
    version: int | None,
    force: Collection[int] = (),
    seen: Collection[int],
    by: User | None,
) -> Outcome:
    """Post the rows as they stand, all or none.

    Put aside are struck-out rows and what the ledger has already, unless its id is in
    ``force``. ``seen`` has the ids that staff saw marked so: one that turned out to be
    in the ledger only now is refused, for they may want to insist. Raises StaleVersion
    and what khata.submitting raises; ``attr`` counts the rows that were to be posted.
    """
    with transaction.atomic():
        _lock_open(upload, version=version)
        rows = open_rows(upload)
        known = find_known(rows)
        repeated = (known.keys() & set(seen)) - set(force)
        live = [row.pk for row in rows if not row.struck_out and row.pk not in repeated]
        aside = [row.pk for row in rows if row.pk not in live]
        return submit_rows(upload.pk, [Entry(pk) for pk in live], aside, force=force, by=by)


def discard_review(upload: KhataUpload, *, version: int | None, by: User | None) -> Outcome:
    """Put every row aside: this is no page of the shop's khata."""
    with transaction.atomic():
        _lock_open(upload, version=version)
        return submit_rows(upload.pk, [], [row.pk for row in open_rows(upload)], by=by)


def open_rows(upload: KhataUpload) -> list[KhataRow]:
    """The entries that may still be posted, in the order of the pages."""
    rows = KhataRow.objects.filter(page__upload=upload, kind=RowKind.ENTRY, state=RowState.OPEN)
    return list(rows.order_by("page__number", *KhataRow.ORDER))


@transaction.atomic
def make_customer_of_name(row: KhataRow, *, by: User | None) -> int:
    """Make a customer of the name on the row, for it and the page's other rows of that name.

    Rows that have their customer keep it. Answers how many rows got the new one.
    """
    upload = _lock_open(row.page.upload, version=None)
    name = row.name or row.page.party
    if not name:
        raise InvalidInput(_("There is no name on this row."), attr="name")
    customer = make_customer(name[:120], by=by)
    same = KhataRow.objects.filter(page__upload=upload, customer=None, state=RowState.OPEN)
    rows = [one for one in same.select_related("page") if (one.name or one.page.party) == name]
    for one in rows:
        one.customer, one.customer_sure, one._history_user = customer, True, by
        one.save(update_fields=["customer", "customer_sure"])
    _advance(upload)
    return len(rows)


def _lock_open(upload: KhataUpload, *, version: int | None) -> KhataUpload:
    locked = lock_upload(upload.pk, version=version)
    if locked.status == UploadStatus.POSTED:
        raise AlreadyPosted(_("This page is posted; a mistake is reversed in the ledger."))
    return locked


def _advance(upload: KhataUpload) -> None:
    upload.version += 1
    upload.save(update_fields=["version"])


def _save(change: RowChange, *, by: User | None) -> bool:
    """Whether anything was saved."""
    if change.row is None:
        return _add(change, by=by)
    row = change.row
    wanted = RowState.DISCARDED if change.discard else RowState.OPEN
    found_right = change.checked and not row.checked
    if not change.changes and not found_right and row.state == wanted:
        return False
    apply_corrections(row, change.changes)
    if any(name in change.changes for name in AMOUNTS):
        row.proven = False
    if change.changes or found_right:
        row.checked = True
    if found_right and row.customer_id is not None:
        row.customer_sure = True
    settle_row(row, wanted, by=by)
    return True


def _add(change: RowChange, *, by: User | None) -> bool:
    if not change.changes or change.discard or change.page is None:
        return False
    rows = change.page.rows
    if rows.count() >= MAX_ROWS:
        raise InvalidInput(_("A page has at most %(max_rows)s rows.") % {"max_rows": MAX_ROWS})
    origin = change.split_from
    last = rows.aggregate(last=Max("position"))["last"] or 0
    row = KhataRow(
        page=change.page,
        position=origin.position if origin else last + 1,
        split_from=origin,
        box=origin.box if origin else [],
        confidence=1,
        checked=True,
    )
    apply_corrections(row, change.changes)
    settle_row(row, RowState.OPEN, by=by)
    return True
