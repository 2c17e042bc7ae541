"""What happened to an order: a line in its timeline, and word to the apps above."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from customers.models import User
from orders.models import Order, OrderEvent


def record_event(
    order: Order,
    kind: str,
    *,
    by: User | None,
    from_status: str = "",
    to_status: str = "",
    note: str = "",
) -> OrderEvent:
    """One more line in the order's timeline; ``by`` None is the customer or the desk itself."""
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        from_status=from_status,
        to_status=to_status,
        note=note[:300],
        actor=by,
    )


def announce(order: Order, event: str, *, by: User | None, **data: Any) -> None:
    """Call each of settings.ORDER_EVENT_HANDLERS in order, inside the event's transaction.

    Events: placed, confirmed, processing, shipped, delivered, cancelled, returned,
    payment_recorded, payment_refunded, payment_reversed. A handler that raises vetoes the event.
    """
    for path in settings.ORDER_EVENT_HANDLERS:
        import_string(path)(order=order, event=event, by=by, **data)
