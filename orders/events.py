"""What happened to an order: a line in its timeline, and word to the apps above."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from customers.errors import StaleVersion
from customers.models import User
from orders.locking import lock_order
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


def newest_event(order: Order) -> int:
    """The key of the timeline's last line; 0 where there is none."""
    newest = order.events.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@contextmanager
def while_unchanged(order: Order, *, seen: int) -> Iterator[None]:
    """Hold the order as it was when ``seen`` was its timeline's last line, for all or nothing.

    Raises StaleVersion where the timeline went on since.
    """
    with transaction.atomic():
        _check_unchanged(order, seen)
        yield


def _check_unchanged(order: Order, seen: int) -> None:
    newest = newest_event(lock_order(order))
    if newest != seen:
        sentence = _(
            "The order has changed since this page was opened, perhaps by the same button. "
            "Please look before you send it again."
        )
        raise StaleVersion(sentence, version=newest)


def announce(order: Order, event: str, *, by: User | None, **data: Any) -> None:
    """Call each of settings.ORDER_EVENT_HANDLERS in order, inside the event's transaction.

    Events: placed, confirmed, processing, shipped, delivered, cancelled, returned,
    payment_recorded, payment_refunded, payment_reversed. A handler that raises vetoes the event.
    """
    for path in settings.ORDER_EVENT_HANDLERS:
        import_string(path)(order=order, event=event, by=by, **data)
