"""Two customers turn out to be one (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from customers.telling import MERGED
from drafts.models import DraftEntry, LearnedName, OrderDraft


def on_customer_event(*, event: str, **data: Any) -> None:
    """Drafts, open ones too, their lines and the learned names go along."""
    if event != MERGED:
        return
    kept, gone, moves = data["kept"], data["gone"], data["moves"]
    moves.point(OrderDraft.objects.filter(customer=gone), "customer", to=kept)
    moves.point(DraftEntry.objects.filter(client=gone), "client", to=kept)
    learned = LearnedName.objects.filter(customer=gone)
    known = LearnedName.objects.filter(customer=kept).values("key")
    moves.drop(learned.filter(key__in=known))
    moves.point(LearnedName.objects.filter(customer=gone), "customer", to=kept)
