"""What staff change of a draft: every write bumps its version and leaves who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput, StaleVersion
from customers.models import Customer, User
from drafts.changing import apply_changes, customer_by_id, settle_warnings
from drafts.entries import MAX_ENTRIES
from drafts.errors import EntryGone, NothingToRead, WasSplit
from drafts.jobs import defer_analysis
from drafts.learning import learn_from_correction
from drafts.locking import lock_chat, lock_open_draft
from drafts.models import Analysis, AnalysisStatus, DraftEntry, OrderDraft
from orders.slips import allocate_slips, claim_slip, normal_slip
from whatsapp.models import Message


@contextmanager
def changing(draft_id: int, *, version: int | None, by: User | None) -> Iterator[OrderDraft]:
    """The open draft, locked, in one transaction that ends in a new version.

    Raises DraftGone, and StaleVersion where ``version`` is not the present one.
    """
    with transaction.atomic():
        draft = lock_open_draft(draft_id)
        check_version(draft, version)
        yield draft
        draft.version += 1
        draft._history_user = by
        draft.save()


def check_version(draft: OrderDraft, version: int | None) -> None:
    """Raises StaleVersion, with the present ``version``; None stands for no opinion."""
    if version is not None and version != draft.version:
        sentence = _("This draft was changed meanwhile. Look at it again before you save.")
        raise StaleVersion(sentence, attr="version", version=draft.version)


def update_draft(
    draft: OrderDraft, changes: Mapping[str, Any], *, version: int | None, by: User | None
) -> OrderDraft:
    """Set ``notes`` and ``customer_id`` (who the lines that name nobody are for)."""
    with changing(draft.pk, version=version, by=by) as locked:
        if "notes" in changes:
            locked.notes = changes["notes"]
        if "customer_id" in changes:
            locked.customer = customer_by_id(changes["customer_id"], attr="customer_id")
    return locked


def update_entry(
    entry: DraftEntry, changes: Mapping[str, Any], *, version: int | None = None, by: User | None
) -> DraftEntry:
    """Set the given fields of a line; see drafts/changing.py for what follows from each.

    Raises InvalidInput and its kin naming the field, SlipTaken, StaleVersion.
    """
    with changing(entry.draft_id, version=version, by=by) as draft:
        locked = _entry(draft, entry.pk)
        before = copy(locked)
        _take_slip(locked, changes)
        apply_changes(locked, changes)
        _save_entry(locked, by)
        learn_from_correction(before, locked, by=by)
    return locked


def add_entry(
    draft: OrderDraft, changes: Mapping[str, Any], *, version: int | None = None, by: User | None
) -> DraftEntry:
    """Add a line at the end, with a fresh slip number unless one is given."""
    with changing(draft.pk, version=version, by=by) as locked:
        if locked.entries.count() >= MAX_ENTRIES:
            raise InvalidInput(
                _("A draft has at most %(max_entries)s lines.") % {"max_entries": MAX_ENTRIES}
            )
        last = locked.entries.aggregate(last=Max("position"))["last"] or 0
        entry = DraftEntry(draft=locked, position=last + 1)
        _take_slip(entry, changes)
        apply_changes(entry, changes)
        entry.slip_number = entry.slip_number or allocate_slips(1)[0]
        _save_entry(entry, by)
    return entry


def remove_entry(entry: DraftEntry, *, version: int | None = None, by: User | None) -> None:
    """Take a line away; its slip number is never given again."""
    with changing(entry.draft_id, version=version, by=by) as draft:
        locked = _entry(draft, entry.pk)
        locked._history_user = by
        locked.delete()


def recalculate_slips(
    draft: OrderDraft, *, version: int | None = None, by: User | None
) -> OrderDraft:
    """Give the lines fresh consecutive slip numbers in their order."""
    with changing(draft.pk, version=version, by=by) as locked:
        entries = list(locked.entries.all())
        for entry, slip in zip(entries, allocate_slips(len(entries)), strict=True):
            entry.slip_number = slip
            _save_entry(entry, by)
    return locked


def make_client(entry: DraftEntry, *, version: int | None = None, by: User | None) -> DraftEntry:
    """Make a customer of the line's client name, for it and the draft's lines of that name.

    A line that has its client already keeps it. Raises InvalidInput without a name.
    """
    with changing(entry.draft_id, version=version, by=by) as draft:
        locked = _entry(draft, entry.pk)
        name = locked.client_name.strip()
        if not name:
            raise InvalidInput(_("This line names no client."), attr="client_name")
        if locked.client_id is None:
            customer = Customer(name=name)
            customer._history_user = by
            customer.save()
            for same in draft.entries.filter(client=None, client_name__iexact=name):
                _attach(same, customer, by)
            locked.refresh_from_db()
    return locked


def reread(draft: OrderDraft, *, version: int | None = None, by: User | None) -> OrderDraft:
    """Have the worker read the draft's messages again; what it reads replaces their lines.

    So it does with the messages that change it: what they ask for is looked up anew. Until
    then, and where the reading fails, the lines stay. Lines that staff added stay. Raises
    WasSplit where the lines stand in several drafts.
    """
    with transaction.atomic():
        lock_chat(draft.chat_id)
        with changing(draft.pk, version=version, by=by) as locked:
            if locked.split_from_id or locked.parts.exists():
                raise WasSplit(_("This draft was split. Bring its parts together first."))
            own = Q(message__draft_message__draft=locked) | Q(message__about__draft=locked)
            analyses = Analysis.objects.filter(own)
            ids = list(analyses.order_by("pk").values_list("pk", flat=True))
            analyses.update(
                status=AnalysisStatus.PENDING,
                attempt_count=0,
                next_attempt_at=timezone.now(),
                updated_at=timezone.now(),
            )
            for analysis_id in ids:
                defer_analysis(analysis_id, locked.chat_id)
    return locked


def reread_message(message: Message, *, by: User | None) -> Analysis:
    """Have the worker read one message again, as ``reread`` does a whole draft.

    One that waits or is being read is left to that. Raises NothingToRead for what the
    shop sent itself.
    """
    with transaction.atomic():
        lock_chat(message.chat_id)
        analysis = Analysis.objects.filter(message=message).first()
        if analysis is None:
            raise NothingToRead(_("Only what a customer sent is read."))
        finished = (AnalysisStatus.COMPLETED, AnalysisStatus.FAILED)
        again = Analysis.objects.filter(pk=analysis.pk, status__in=finished).update(
            status=AnalysisStatus.PENDING,
            attempt_count=0,
            next_attempt_at=timezone.now(),
            requested_by=by,
            updated_at=timezone.now(),
        )
        if again:
            defer_analysis(analysis.pk, message.chat_id)
            analysis.refresh_from_db()
    return analysis


def _entry(draft: OrderDraft, entry_id: int) -> DraftEntry:
    entries = draft.entries.select_related("product__unit", "product__parent", "client")
    found = entries.filter(pk=entry_id).first()
    if found is None:
        raise EntryGone
    return found


def _take_slip(entry: DraftEntry, changes: Mapping[str, Any]) -> None:
    """A typed slip number is claimed for ever; the line's own one again is no change."""
    if "slip_number" in changes and normal_slip(changes["slip_number"]) != entry.slip_number:
        entry.slip_number = claim_slip(changes["slip_number"])


def _attach(entry: DraftEntry, customer: Customer, by: User | None) -> None:
    entry.client = customer
    settle_warnings(entry)
    _save_entry(entry, by)


def _save_entry(entry: DraftEntry, by: User | None) -> None:
    entry._history_user = by
    entry.save()
