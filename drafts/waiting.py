"""The queue of drafts that wait for a person, oldest first."""

from __future__ import annotations

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from customers.models import User
from drafts.models import OrderDraft
from drafts.viewing import viewers_now


def waiting_drafts() -> QuerySet[OrderDraft]:
    """Open drafts in the order in which they are worked off, oldest first."""
    return OrderDraft.objects.open().order_by("created_at", "pk")


def in_queue(drafts: QuerySet[OrderDraft]) -> QuerySet[OrderDraft]:
    """Each draft with the queue as seen from it.

    ``waiting_count`` and ``oldest_at`` of the whole queue; ``next_id`` and ``back_id`` are the
    open drafts around this one, None at the ends.
    """
    after = waiting_drafts().filter(_around("gt")).values("pk")[:1]
    before = waiting_drafts().filter(_around("lt")).reverse().values("pk")[:1]
    all_open = OrderDraft.objects.open().order_by().values("status")
    return drafts.annotate(
        waiting_count=Subquery(all_open.annotate(n=Count("pk")).values("n")),
        oldest_at=Subquery(all_open.annotate(first=Min("created_at")).values("first")),
        next_id=Subquery(after),
        back_id=Subquery(before),
    )


def draft_after(draft: OrderDraft, *, by: User | None = None) -> OrderDraft | None:
    """The open draft that follows, else the first of all.

    Those that somebody but ``by`` has open come last: two clerks don't meet on each draft.
    """
    taken = viewers_now().exclude(user=by).values("draft")
    for waiting in (waiting_drafts().exclude(pk__in=taken), waiting_drafts()):
        if found := waiting.filter(_after(draft)).first() or waiting.first():
            return found
    return None


def _after(draft: OrderDraft) -> Q:
    later = Q(created_at__gt=draft.created_at)
    return later | Q(created_at=draft.created_at, pk__gt=draft.pk)


def _around(side: str) -> Q:
    """What comes later (``gt``) or earlier (``lt``) than the row of the query around it."""
    moment, pk = OuterRef("created_at"), OuterRef("pk")
    apart = Q(**{f"created_at__{side}": moment})
    return apart | Q(**{"created_at": moment, f"pk__{side}": pk})
