"""A person decides on what a message asked to change: accepted once, or declined."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.models import User
from drafts.editing import add_entry, check_version, remove_entry, update_entry
from drafts.errors import ChangeDecided, ChangeGone, ChangeOutdated
from drafts.locking import lock_open_draft
from drafts.models import ChangeKind, ChangeState, DraftChange, DraftEntry, OrderDraft

_NUMBERS = ("quantity", "weight")


@transaction.atomic
def accept_change(
    draft: OrderDraft, change_id: int, *, version: int | None = None, by: User | None
) -> DraftChange:
    """Change the line as the message asked; accepted again, nothing happens.

    Raises DraftGone, ChangeGone, StaleVersion, ChangeDecided where it was declined,
    ChangeOutdated where the line is another one by now, and what the rules of
    drafts.editing raise.
    """
    change = _change(draft, change_id)
    if change.state == ChangeState.ACCEPTED:
        return change
    _refuse_decided(change)
    check_version(lock_open_draft(draft.pk), version)
    _apply(draft, change, by=by)
    return _decide(change, ChangeState.ACCEPTED, by=by)


@transaction.atomic
def decline_change(
    draft: OrderDraft, change_id: int, *, version: int | None = None, by: User | None
) -> DraftChange:
    """Leave the line as it is; declined again, nothing happens. Raises as ``accept_change``."""
    change = _change(draft, change_id)
    if change.state == ChangeState.DECLINED:
        return change
    _refuse_decided(change)
    check_version(lock_open_draft(draft.pk), version)
    return _decide(change, ChangeState.DECLINED, by=by)


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """A change's values with their numbers as Decimals."""
    return {k: Decimal(v) if k in _NUMBERS and v is not None else v for k, v in values.items()}


def _change(draft: OrderDraft, change_id: int) -> DraftChange:
    """The change as it is now; the draft's row is locked first, so that no one else decides."""
    lock_open_draft(draft.pk)
    changes = DraftChange.objects.select_related("entry", "about")
    found = changes.filter(pk=change_id, about__draft=draft.pk).first()
    if found is None:
        raise ChangeGone
    return found


def _refuse_decided(change: DraftChange) -> None:
    if change.state != ChangeState.PROPOSED:
        raise ChangeDecided(f"This change was {change.state} already.")


def _apply(draft: OrderDraft, change: DraftChange, *, by: User | None) -> None:
    if change.kind == ChangeKind.ADD:
        add_entry(draft, typed(change.after), by=by)
        return
    entry = _unchanged(change)
    if change.kind == ChangeKind.REMOVE:
        remove_entry(entry, by=by)
        change.entry = None
    else:
        update_entry(entry, typed(change.after), by=by)


def _unchanged(change: DraftChange) -> DraftEntry:
    """The line, which still says what the proposal was made of (or what it asks for)."""
    entry = change.entry
    if entry is None:
        raise ChangeOutdated(f"The line {change.item_name} is not in the draft any more.")
    before, after = typed(change.before), typed(change.after)
    for name, value in before.items():
        now = getattr(entry, name)
        if now != value and now != after.get(name, value):
            raise ChangeOutdated(
                f"{change.item_name} was changed meanwhile: decline it, or change it yourself."
            )
    return entry


def _decide(change: DraftChange, state: ChangeState, *, by: User | None) -> DraftChange:
    change.state, change.decided_by, change.decided_at = state, by, timezone.now()
    change.save(update_fields=["state", "decided_by", "decided_at", "entry"])
    return change
