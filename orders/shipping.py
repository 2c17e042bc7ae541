"""Sending an order on its way, with what it can be tracked by."""

from __future__ import annotations

from django.db import transaction

from customers.models import User
from orders.lifecycle import move_order
from orders.locking import lock_order
from orders.models import Order, OrderStatus


@transaction.atomic
def ship_order(
    order: Order,
    *,
    by: User | None,
    carrier: str = "",
    tracking_number: str = "",
    reason: str = "",
) -> Order:
    """Move the order to shipped, with carrier and tracking number where they are given.

    Who hears of it hears the number too, so both stand in the row before the move. An
    order that is shipped already takes a number that was missing or wrong. Raises
    MoveNotAllowed.
    """
    given = {"carrier": carrier.strip(), "tracking_number": tracking_number.strip()}
    given = {name: value for name, value in given.items() if value}
    if given:
        locked = lock_order(order)
        for name, value in given.items():
            setattr(locked, name, value)
        locked._history_user = by
        locked.save(update_fields=[*given, "updated_at"])
    return move_order(order, OrderStatus.SHIPPED, by=by, reason=reason)
