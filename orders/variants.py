"""From a product as asked for to the one that stands on the shelf."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from orders.errors import NoSuchVariant, VariantNeeded
from orders.models import Product


def resolve_sellable(product: Product, *, size: str = "", color: str = "") -> Product:
    """The single product itself, or the child of that size and colour.

    Letter case and spaces don't matter. A single product takes any size or colour
    as the customer's wish, as does a parent whose children have no such trait.
    Raises VariantNeeded, NoSuchVariant, both with ``options``.
    """
    if not product.has_variants:
        return _checked_child(product, size, color) if product.parent_id else product
    on_sale = [child for child in product.variants.all() if child.archived_at is None]
    children = sorted(on_sale, key=lambda child: child.pk)
    found = _narrow(_narrow(children, "size", size), "color", color)
    if not found:
        raise _refusal(NoSuchVariant, product, children)
    if len(found) > 1:
        raise _refusal(VariantNeeded, product, found)
    return found[0]


def _checked_child(child: Product, size: str, color: str) -> Product:
    if not _narrow(_narrow([child], "size", size), "color", color):
        raise _refusal(NoSuchVariant, child, [child])
    return child


def _narrow(children: Sequence[Product], trait: str, wanted: str) -> Sequence[Product]:
    asked = _plain(wanted)
    if not asked or not any(getattr(child, trait) for child in children):
        return children
    return [child for child in children if _plain(getattr(child, trait)) == asked]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _refusal(
    error: type[InvalidInput], product: Product, children: Sequence[Product]
) -> InvalidInput:
    names = [" ".join(filter(None, (child.size, child.color))) for child in children]
    sentence = _("Choose the size or colour of %(name)s: %(sizes)s.") % {
        "name": product.name,
        "sizes": ", ".join(names) or _("none on sale"),
    }
    options = [{"product_id": c.pk, "size": c.size, "color": c.color} for c in children]
    return error(sentence, attr="product_id", options=options)
