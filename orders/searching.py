"""Finding an order by what somebody remembers of it."""

from __future__ import annotations

from django.db.models import Q

from customers.phones import normalise_phone
from orders.models import OrderItem, OrderQuerySet


def search_orders(orders: OrderQuerySet, text: str) -> OrderQuerySet:
    """The orders whose reference, slip number or phone this is, else those that contain it.

    The first three have indexes; what is only part of a name or number makes the database
    read through all of them, so that is tried last.
    """
    whole = Q(order_reference__in={text, text.upper()})
    # Read first: an OR with a subquery could use no index.
    slips = OrderItem.objects.filter(slip_number=" ".join(text.split()).upper())
    whole |= Q(pk__in=list(slips.values_list("order", flat=True)))
    if phone := normalise_phone(text):
        whole |= Q(customer_phone=phone)
    found = orders.filter(whole)
    if found.exists():
        return found
    return orders.filter(
        Q(order_reference__icontains=text)
        | Q(customer_name__icontains=text)
        | Q(customer_phone__icontains=text)
    )
