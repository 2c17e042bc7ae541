"""What the orders' tables need not keep for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from orders.models import Checkout

KEYS_KEPT = timedelta(days=7)


def forget_old_keys(now: datetime) -> dict[str, int]:
    """Drop Idempotency-Keys older than KEYS_KEPT; an order reference is recognised for ever.

    A key is for the repeats of one post; a week covers a phone that was off for days.
    """
    old = Checkout.objects.exclude(scope="reference").filter(created_at__lt=now - KEYS_KEPT)
    return {"keys_forgotten": old.delete()[0]}
