"""Looking an order up without an account, by what only its buyer should know."""

from __future__ import annotations

from customers.phones import normalise_phone
from orders.errors import OrderGone
from orders.models import Order


def track_order(reference: str, *, phone: str) -> Order:
    """The order of this reference and phone, however both are written.

    Raises OrderGone, the same for an unknown reference and for a wrong number.
    """
    typed = reference.strip()
    orders = Order.objects.filter(order_reference__in={typed, typed.upper()})
    found = [order for order in orders if _same_number(order.customer_phone, phone)]
    if not found:
        raise OrderGone("There is no order of this reference and phone number.")
    return found[0]


def _same_number(stored: str, typed: str) -> bool:
    """A number kept as typed, since nobody could have it, is compared by its digits."""
    ours, theirs = (normalise_phone(text) or _digits(text) for text in (stored, typed))
    return bool(ours) and ours == theirs


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())
