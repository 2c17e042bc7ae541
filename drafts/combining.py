"""Two open drafts of one customer become one; taken back while nobody touched it since."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from customers.errors import InvalidInput, StaleVersion
from customers.models import User
from drafts.editing import check_version
from drafts.entries import MAX_ENTRIES
from drafts.errors import DraftGone, OtherSender, WasSplit
from drafts.jobs import defer_reply
from drafts.locking import lock_draft, lock_open_draft
from drafts.models import (
    ClosedBecause,
    DraftEntry,
    DraftMerge,
    DraftMessage,
    DraftStatus,
    MessageAbout,
    OrderDraft,
)
from drafts.recording import sum_up
from drafts.sources import text_of


@transaction.atomic
def merge_drafts(
    kept: OrderDraft, gone: OrderDraft, *, version: int | None = None, by: User | None
) -> DraftMerge:
    """Move lines, messages and what later messages ask for from one draft to the other.

    The other is hidden as merged. Of a draft and its split off part the draft stays,
    whichever is named first. Raises DraftGone, StaleVersion, OtherSender, WasSplit, and
    InvalidInput for the same draft twice or too many lines.
    """
    stays, goes = _locked(kept.pk, gone.pk)
    check_version(stays if stays.pk == kept.pk else goes, version)
    _refuse_unlike(stays, goes)
    related = stays.source.pk == goes.source.pk
    if related and stays.split_from_id == goes.pk:
        stays, goes = goes, stays
    merge = DraftMerge(kept=stays, gone=goes, actor=by)
    merge.entry_ids = list(goes.entries.values_list("pk", flat=True))
    if not related:
        merge.message_ids = list(goes.draft_messages.values_list("pk", flat=True))
        merge.about_ids = list(goes.later_messages.values_list("pk", flat=True))
    _move(merge, to=stays, by=by)
    _take_over_reply(stays, goes)
    _close(goes, by=by)
    _save(stays, by=by)
    merge.kept_version = stays.version
    merge.save()
    return merge


@transaction.atomic
def undo_merge(merge: DraftMerge, *, by: User | None) -> OrderDraft:
    """The draft that was merged, as it was; raises StaleVersion once the other one changed."""
    rows = {pk: lock_draft(pk) for pk in sorted((merge.kept_id, merge.gone_id))}
    kept, gone = rows[merge.kept_id], rows[merge.gone_id]
    fresh = DraftMerge.objects.get(pk=merge.pk)
    if fresh.undone_at is None:
        _refuse_touched(fresh, kept)
        gone.status, gone.closed_because, gone.closed_by = DraftStatus.OPEN, "", None
        _move(fresh, to=gone, by=by)
        _save(gone, by=by)
        _save(kept, by=by)
        fresh.undone_at, fresh.undone_by = timezone.now(), by
        fresh.save(update_fields=["undone_at", "undone_by"])
    return gone


def _locked(kept: int, gone: int) -> tuple[OrderDraft, OrderDraft]:
    """Both rows, locked in the order of their keys."""
    if kept == gone:
        raise InvalidInput(_("A draft can't be merged with itself."), attr="draft")
    rows = {pk: lock_open_draft(pk) for pk in sorted((kept, gone))}
    return rows[kept], rows[gone]


def _refuse_unlike(stays: OrderDraft, goes: OrderDraft) -> None:
    if stays.customer_id != goes.customer_id:
        raise OtherSender(_("Only drafts of the same customer can be merged."))
    if stays.source.pk != goes.source.pk and (
        stays.split_from_id or goes.split_from_id or goes.parts.exists()
    ):
        raise WasSplit(_("One of the drafts was split. Bring its parts together first."))
    if stays.entries.count() + goes.entries.count() > MAX_ENTRIES:
        raise InvalidInput(
            _("A draft has at most %(max_entries)s lines.") % {"max_entries": MAX_ENTRIES}
        )


def _refuse_touched(merge: DraftMerge, kept: OrderDraft) -> None:
    if kept.status != DraftStatus.OPEN:
        raise DraftGone
    if kept.version != merge.kept_version:
        raise StaleVersion(_("The draft was changed since, so the merge stays."), attr="version")


def _move(merge: DraftMerge, *, to: OrderDraft, by: User | None) -> None:
    """Put what the merge is about into a draft; the lines' words are counted anew."""
    drafts = (merge.kept_id, merge.gone_id)
    before = _bases(drafts)
    DraftMessage.objects.filter(pk__in=merge.message_ids).update(draft=to)
    MessageAbout.objects.filter(pk__in=merge.about_ids).update(draft=to)
    shifts = {message: at - before[message] for message, at in _bases(drafts).items()}
    last = to.entries.aggregate(last=Max("position"))["last"] or 0
    moved = list(DraftEntry.objects.filter(pk__in=merge.entry_ids).order_by("position", "pk"))
    for position, entry in enumerate(moved, last + 1):
        entry.draft, entry.position = to, position
    own = Q(draft__in=drafts) | Q(draft__split_from__in=drafts)
    stay = DraftEntry.objects.filter(own).exclude(pk__in=merge.entry_ids)
    shifted = [entry for entry in stay if shifts.get(entry.message_id or 0)]
    for entry in [*moved, *shifted]:
        _shift(entry, shifts.get(entry.message_id or 0, 0))
    fields = ["draft", "position", "source_start", "source_end"]
    bulk_update_with_history([*moved, *shifted], DraftEntry, fields, default_user=by)


def _bases(drafts: Iterable[int]) -> dict[int, int]:
    """Where each message begins in the raw_message of its draft."""
    bases: dict[int, int] = {}
    ends: dict[int, int] = {}
    rows = DraftMessage.objects.filter(draft__in=drafts).select_related("message__analysis")
    for row in rows.order_by("pk"):
        bases[row.message_id] = ends.get(row.draft_id, 0)
        ends[row.draft_id] = bases[row.message_id] + len(text_of(row.message)) + 1
    return bases


def _shift(entry: DraftEntry, by: int) -> None:
    if entry.source_start is not None and entry.source_end is not None:
        entry.source_start, entry.source_end = entry.source_start + by, entry.source_end + by


def _take_over_reply(stays: OrderDraft, goes: OrderDraft) -> None:
    """A reply that is still due goes out for both together."""
    if goes.reply_due_at is not None:
        stays.reply_due_at = max(stays.reply_due_at or goes.reply_due_at, goes.reply_due_at)
        defer_reply(stays.pk, stays.chat_id, at=stays.reply_due_at)


def _close(gone: OrderDraft, *, by: User | None) -> None:
    gone.status, gone.closed_because = DraftStatus.DISCARDED, ClosedBecause.MERGED
    gone.closed_by, gone.reply_due_at = by, None
    gone.version += 1
    gone._history_user = by
    gone.save()


def _save(draft: OrderDraft, *, by: User | None) -> None:
    draft._history_user = by
    if draft.split_from_id is None:
        sum_up(draft)
    else:
        draft.version += 1
        draft.save()
