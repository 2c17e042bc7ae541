"""Finding an order by what somebody remembers of it."""

from __future__ import annotations

from django.db.models import Q

from customers.phones import normalise_phone
from customers.words import begin_with
from orders.models import OrderItem, OrderQuerySet, order_words


def search_orders(orders: OrderQuerySet, text: str) -> OrderQuerySet:
    """The orders whose reference, slip number or phone this is, else those that hold its words.

    Each word of the text must begin a word of the reference or the name, or stand
    anywhere in the phone number's digits (three or more). Every way uses an index.
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
    return orders.filter(begin_with(order_words(), text))
