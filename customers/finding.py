"""Finding a customer by what somebody remembers of them."""

from __future__ import annotations

from django.db.models import F, Q

from customers.models import (
    CustomerAlias,
    CustomerQuerySet,
    WhatsAppIdentity,
    alias_words,
)
from customers.phones import normalise_phone
from customers.words import begin_with

_MOST_ALIASES = 1000


def search_customers(rows: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Those whose phone this is, else those of whom each word begins a word.

    Words of the name, firm, e-mail or another name; three or more digits may stand
    anywhere in the phone. Rare words are found by their index, common ones by walking the
    order that is asked for.
    """
    if (phone := normalise_phone(text)) and (found := rows.filter(_has_number(phone))).exists():
        return found
    # Read first: an OR with a subquery could use no index.
    called = CustomerAlias.objects.filter(begin_with(alias_words(), text))
    ids = list(called.values_list("customer", flat=True)[:_MOST_ALIASES])
    return rows.filter(Q(begin_with(F("words"), text)) | Q(pk__in=ids))


def _has_number(phone: str) -> Q:
    writers = WhatsAppIdentity.objects.filter(phone=phone)
    ids = list(writers.values_list("customer", flat=True))
    return Q(phone=phone) | Q(phone2=phone) | Q(pk__in=ids)
