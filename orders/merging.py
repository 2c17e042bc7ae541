"""Two customers turn out to be one (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from customers.telling import MERGED
from orders.models import CustomerScore, Order, SalesCall


def on_customer_event(*, event: str, **data: Any) -> None:
    """Orders and calls go along; the score is worked out anew with the next run."""
    if event != MERGED:
        return
    kept, gone, moves = data["kept"], data["gone"], data["moves"]
    moves.point(Order.objects.filter(customer=gone), "customer", to=kept)
    moves.point(SalesCall.objects.filter(customer=gone), "customer", to=kept)
    moves.drop(CustomerScore.objects.filter(customer=gone))
