"""Locks, always in this order: the order's row, then products by primary key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from customers.locking import wait_at_most_ten_seconds
from orders.errors import OrderGone
from orders.models import Order, Product


def lock_order(order: Order) -> Order:
    """The order's row as it is now, nobody else changing it until the transaction ends.

    ``no_key`` lets others still insert rows that refer to it.
    """
    wait_at_most_ten_seconds()
    rows = Order.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.filter(pk=order.pk).first()
    if locked is None:
        raise OrderGone(_("This order does not exist any more."))
    return locked


def lock_products(pks: Iterable[int]) -> dict[int, Product]:
    """The products' rows as they are now, by key, their stock standing still until the end."""
    wait_at_most_ten_seconds()
    rows = Product.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {product.pk: product for product in rows.filter(pk__in=pks)}


def got_lock(name: str) -> bool:
    """Whether nobody else holds the lock of this name; held until the transaction ends.

    It never waits, and a process that dies loses its lock with its connection.
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
