"""A draft that becomes no order is put aside, with why; and taken up again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from customers.errors import StaleVersion
from customers.models import User
from drafts.editing import changing, check_version
from drafts.locking import lock_draft
from drafts.models import ClosedBecause, DraftStatus, OrderDraft


def discard_draft(
    draft: OrderDraft,
    *,
    because: str = ClosedBecause.NOT_ORDER,
    version: int | None = None,
    by: User | None,
) -> OrderDraft:
    """Hide the draft for good; it stays in the database, and no reply goes out for it.

    Raises DraftGone, StaleVersion.
    """
    with changing(draft.pk, version=version, by=by) as locked:
        locked.status = DraftStatus.DISCARDED
        locked.closed_because = because
        locked.closed_by = by
        locked.reply_due_at = None
    return locked


@transaction.atomic
def reopen_draft(draft: OrderDraft, *, version: int | None = None, by: User | None) -> OrderDraft:
    """Put a discarded draft back into the queue; one that is open stays so.

    What was converted or merged stays as it is. Raises StaleVersion, DraftGone.
    """
    locked = lock_draft(draft.pk)
    if locked.status == DraftStatus.OPEN:
        return locked
    check_version(locked, version)
    if locked.status != DraftStatus.DISCARDED or locked.closed_because == ClosedBecause.MERGED:
        raise StaleVersion(_("What was decided of this draft stays."), attr="version")
    locked.status, locked.closed_because, locked.closed_by = DraftStatus.OPEN, "", None
    locked.version += 1
    locked._history_user = by
    locked.save()
    return locked
