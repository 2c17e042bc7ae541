"""Saving a whole reviewed draft at once: every line or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from customers.errors import DeskError
from customers.models import User
from drafts.editing import add_entry, check_version, remove_entry, update_draft, update_entry
from drafts.locking import lock_open_draft
from drafts.models import DraftEntry, OrderDraft


@dataclass(frozen=True, slots=True)
class LineChange:
    """What became of one line: changed, removed, or (``entry`` None) added.

    ``key`` is how the caller names the line; a refusal carries it as ``data["line"]``.
    """

    key: str
    entry: DraftEntry | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    remove: bool = False


@transaction.atomic
def save_review(
    draft: OrderDraft,
    changes: Mapping[str, Any],
    lines: Iterable[LineChange],
    *,
    version: int | None,
    by: User | None,
) -> OrderDraft:
    """The draft with all changes saved; nothing is saved where one of them is refused.

    ``changes`` are those of drafts.editing.update_draft. Raises DraftGone,
    StaleVersion, and what the rules of drafts.editing raise.
    """
    check_version(lock_open_draft(draft.pk), version)
    if changes:
        update_draft(draft, changes, version=None, by=by)
    for line in lines:
        try:
            _save_line(draft, line, by=by)
        except DeskError as error:
            error.data["line"] = line.key
            raise
    draft.refresh_from_db()
    return draft


def _save_line(draft: OrderDraft, line: LineChange, *, by: User | None) -> None:
    if line.entry is None:
        if line.changes and not line.remove:
            add_entry(draft, line.changes, by=by)
    elif line.remove:
        remove_entry(line.entry, by=by)
    elif line.changes:
        update_entry(line.entry, line.changes, by=by)
