"""Who has a draft open right now, so that two clerks see each other."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from customers.models import User
from drafts.models import DraftViewer, OrderDraft

# A page tells every 15 seconds that it is looked at; one that is silent for so long is gone.
GONE_AFTER = dt.timedelta(seconds=45)


def note_viewer(draft: OrderDraft, *, by: User) -> list[DraftViewer]:
    """Somebody has the draft open; who else has, the longest first."""
    now = timezone.now()
    mine = DraftViewer.objects.filter(user=by)
    if not mine.filter(draft=draft, seen_at__gte=now - GONE_AFTER).update(seen_at=now):
        mine.filter(seen_at__lt=now - GONE_AFTER).delete()
        DraftViewer.objects.bulk_create(
            [DraftViewer(draft=draft, user=by, opened_at=now, seen_at=now)],
            update_conflicts=True,
            unique_fields=["draft", "user"],
            update_fields=["opened_at", "seen_at"],
        )
    others = viewers_now().filter(draft=draft).exclude(user=by)
    return list(others.select_related("user").order_by("opened_at"))


def note_left(draft: OrderDraft, *, by: User) -> None:
    """Somebody closed the draft's page."""
    DraftViewer.objects.filter(draft=draft, user=by).delete()


def viewers_now() -> QuerySet[DraftViewer]:
    """Whoever looks at any draft at this moment."""
    return DraftViewer.objects.filter(seen_at__gte=timezone.now() - GONE_AFTER)
