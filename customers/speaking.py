"""In which language the shop speaks to somebody."""

from __future__ import annotations

from django.conf import settings

from customers.models import Customer, Shop


def language_of(customer: Customer | None, *, shop: Shop | None = None) -> str:
    """The customer's own; the shop's for customers where nothing is known of the person.

    ``shop`` spares its query to who asks for many.
    """
    own = customer.language if customer else ""
    return own or (shop or Shop.current()).language


def language_name(code: str) -> str:
    """What a language calls itself: ``हिन्दी`` for ``hi``; an unknown code as it is."""
    return str(dict(settings.LANGUAGES).get(code, code))
