"""Looking an order up without an account, by what only its buyer should know."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.phones import normalise_phone
from orders.errors import OrderGone
from orders.models import Order


def track_order(reference: str, *, phone: str) -> Order:
    """The order of this reference and phone, however both are written.

    Raises OrderGone, the same for an unknown reference and for a wrong number.
    """
    typed = reference.strip()
    orders = Order.objects.filter(order_reference__in={typed, typed.upper()})
    found = [order for order in orders if same_number(order.customer_phone, phone)]
    if not found:
        raise OrderGone(_("There is no order of this reference and phone number."))
    return found[0]


def same_number(stored: str, typed: str) -> bool:
    """Whether both are one number, or have the same digits: an impossible one is kept as typed."""
    return bool(_forms(stored) & _forms(typed))


def _forms(text: str) -> set[str]:
    digits = "".join(char for char in text if char.isdecimal())
    return {form for form in (normalise_phone(text), digits) if form}
