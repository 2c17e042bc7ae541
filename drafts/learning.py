"""Customers' own words for things, learned from what staff correct.

One correction suffices where the words fit nothing else. Words that fit another product
by its name ("ring" of a shop with twenty) need three, words once corrected to something
else need two more corrections than refusals, and the exact name of another product or
customer is never taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from customers.errors import InvalidInput
from customers.matching.clients import folded_name
from customers.models import Customer, User
from drafts.catalogue import known_clients, product_index
from drafts.matching.terms import SOFT_WORDS, terms
from drafts.models import DraftEntry, LearnedName
from orders.models import Product

CONTESTED = 0.75  # the confidence from which words fit a product by its own name
_NEEDED, _NEEDED_AFTER_REFUSAL, _NEEDED_IF_CONTESTED = 1, 2, 3


def learn_from_correction(before: DraftEntry, after: DraftEntry, *, by: User | None) -> None:
    """Learn what a person made of a line's words for the product and for the client.

    ``before`` and ``after`` are the line around one change. Lines that no message said
    teach nothing.
    """
    product = _head(after)
    if after.said and product is not None and product != _head(before):
        _teach_product(after.said, product, by)
    client = after.client
    if after.said_client and client is not None and client.pk != before.client_id:
        _teach_client(after.said_client, client, by)


def note_uses(entries: Iterable[DraftEntry]) -> None:
    """Count the lines that were read by learned words."""
    said = Q()
    for entry in entries:
        if entry.said and entry.product:
            said |= Q(key=product_key(entry.said), product=_head(entry))
        if entry.said_client and entry.client_id:
            said |= Q(key=folded_name(entry.said_client), customer=entry.client_id)
    if said:
        LearnedName.objects.filter(said, in_force=True).update(used=F("used") + 1)


def correct_learned(name: LearnedName, *, by: User | None) -> LearnedName:
    """Save a name that a person edited: it is in force, whatever was counted before.

    Raises InvalidInput where the words name nothing, or where they are known already.
    """
    name.key = checked_key(name)
    name.refused, name.contested = 0, False
    name.taught = max(name.taught, 1)
    _save(name, by)
    return name


def checked_key(name: LearnedName) -> str:
    """The words as they are compared; raises InvalidInput as ``correct_learned`` does."""
    of_product = name.product_id is not None
    key = product_key(name.words) if of_product else folded_name(name.words)
    if not key:
        raise InvalidInput(gettext("These words name nothing."), attr="words")
    twins = LearnedName.objects.filter(key=key, product=name.product, customer=name.customer)
    if twins.exclude(pk=name.pk).exists():
        raise InvalidInput(gettext("These words are known already."), attr="words")
    return key


def product_key(words: str) -> str:
    """Words for a product as they are compared: spelling, order and numbers don't matter."""
    return " ".join(sorted(set(terms(words).words)))[:200]


def _head(entry: DraftEntry) -> Product | None:
    return (entry.product.parent or entry.product) if entry.product else None


def _teach_product(words: str, product: Product, by: User | None) -> None:
    key = product_key(words)
    if not set(key.split()) - SOFT_WORDS:
        return
    rivals = LearnedName.objects.filter(key=key).exclude(product=None)
    taught = set(rivals.values_list("product__sku", flat=True))
    fit = product_index().candidates(words)
    others = [c for c in fit if c.sku != product.sku and c.sku not in taught]
    best = max((c.confidence for c in others), default=0.0)
    _refuse(rivals.exclude(product=product), by)
    # By its own name already, or by another's: nothing to learn.
    if best < 1 and not any(c.sku == product.sku and c.confidence >= 1 for c in fit):
        found = _taught(words, key, product=product)
        _count(found, contested=best >= CONTESTED, by=by)


def _teach_client(words: str, customer: Customer, by: User | None) -> None:
    key = folded_name(words)
    rivals = LearnedName.objects.filter(key=key).exclude(customer=None)
    named = known_clients().candidates(words) if key else []
    taught = {str(pk) for pk in rivals.values_list("customer", flat=True)}
    others = [c for c in named if c.id != str(customer.pk) and c.id not in taught]
    exact = any(folded_name(name) == key for c in others for name in (c.name, *c.aliases))
    _refuse(rivals.exclude(customer=customer), by)
    if key and not exact and key != folded_name(customer.name):
        _count(_taught(words, key, customer=customer), contested=bool(others), by=by)


def _taught(
    words: str, key: str, *, product: Product | None = None, customer: Customer | None = None
) -> LearnedName:
    name, _ = LearnedName.objects.get_or_create(
        key=key, product=product, customer=customer, defaults={"words": words}
    )
    return name


def _count(name: LearnedName, *, contested: bool, by: User | None) -> None:
    locked = _lock(name)
    locked.taught += 1
    locked.contested = contested
    _save(locked, by)


def _refuse(names: Iterable[LearnedName], by: User | None) -> None:
    for name in names:
        locked = _lock(name)
        locked.refused += 1
        _save(locked, by)


def _lock(name: LearnedName) -> LearnedName:
    return LearnedName.objects.select_for_update().get(pk=name.pk)


@transaction.atomic
def _save(name: LearnedName, by: User | None) -> None:
    needed = _NEEDED_AFTER_REFUSAL if name.refused else _NEEDED
    needed = _NEEDED_IF_CONTESTED if name.contested else needed
    name.in_force = name.taught - name.refused >= needed
    name._history_user = by
    name.save()
