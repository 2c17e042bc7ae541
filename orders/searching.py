"""Finding an order by what somebody remembers of it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from customers.errors import InvalidInput
from customers.phones import normalise_phone
from customers.words import begin_with
from orders.models import OrderItem, OrderQuerySet, order_words
from orders.slips import normal_slip


def search_orders(orders: OrderQuerySet, text: str) -> OrderQuerySet:
    """The orders whose reference, slip number or phone this is, else those that hold its words.

    Each word of the text must begin a word of the reference or the name, or stand
    anywhere in the phone number's digits (three or more). Every way uses an index.
    """
    whole = Q(order_reference__in={text, text.upper()})
    # Read first: an OR with a subquery could use no index.
    whole |= Q(pk__in=_with_slip(text))
    if phone := normalise_phone(text):
        whole |= Q(customer_phone=phone)
    found = orders.filter(whole)
    if found.exists():
        return found
    return orders.filter(begin_with(order_words(), text))


def _with_slip(text: str) -> list[UUID]:
    try:
        slip = normal_slip(text)
    except InvalidInput:
        return []
    return list(OrderItem.objects.filter(slip_number=slip).values_list("order", flat=True))
