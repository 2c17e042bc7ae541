"""A guest's past orders, once an account shows that their e-mail or phone is its own.

What a guest typed proves nothing, so such an order is in nobody's account until then. It
becomes the order of the account's own customer; the row that the typed number had led to
stays, and staff see the two as possible duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Lower

from customers.bulk import update_rows
from customers.identities import customer_of_account
from customers.locking import wait_at_most_ten_seconds
from customers.models import User
from customers.telling import PROVEN
from orders.events import record_event
from orders.models import Order, OrderQuerySet

# Nobody has more; a number that a shop types for all its walk-ins might.
_MOST = 1_000


def on_customer_event(*, event: str, **data: Any) -> None:
    """The account showed to have an e-mail or a phone (settings.CUSTOMER_EVENT_HANDLERS)."""
    if event == PROVEN:
        claim_guest_orders(data["user"], email=data["email"], phone=data["phone"])


def guest_orders() -> OrderQuerySet:
    """Placed by somebody who was not signed in, and nobody's so far."""
    return Order.objects.filter(customer_verified=False, user=None)


@transaction.atomic
def claim_guest_orders(user: User, *, email: str, phone: str) -> list[Order]:
    """Give the account the guests' orders with its proven e-mail (any case) or E.164 phone."""
    keys: set[UUID] = set()
    if email:
        lowered = guest_orders().annotate(lowered=Lower("customer_email"))
        theirs = lowered.filter(lowered=email.lower()).exclude(customer_email="")
        keys |= set(theirs.order_by().values_list("pk", flat=True)[:_MOST])
    if phone:
        found = guest_orders().filter(customer_phone=phone)
        keys |= set(found.order_by().values_list("pk", flat=True)[:_MOST])
    return give_orders(user, keys)


def give_orders(user: User, keys: Iterable[UUID]) -> list[Order]:
    """Make these the account's, those that are still nobody's; joins the caller's transaction."""
    wait_at_most_ten_seconds()
    rows = guest_orders().filter(pk__in=list(keys)).select_for_update(of=("self",), no_key=True)
    orders = list(rows.order_by("pk"))
    if not orders:
        return []
    newest = max(orders, key=lambda order: order.created_at)
    customer = customer_of_account(user, name=user.get_full_name() or newest.customer_name)
    for order in orders:
        order.customer, order.customer_verified = customer, True
    update_rows(orders, ("customer", "customer_verified"), by=user, reason="claimed")
    for order in orders:
        record_event(order, "claimed", by=user)
    return orders
