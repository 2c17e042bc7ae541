"""Counting the shelf: find what a code or a name means, set many counts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.models import User
from orders.catalogue import find_products
from orders.errors import NotStocked, ProductGone
from orders.models import Product
from orders.stock import StockUpdate, count_stock

COUNTED = "Counted on the shelf"
MOST_MEANT = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """How many somebody found, and how many they were told there are, in the product's unit."""

    product_id: int
    counted: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the stock before and after, or why it was refused."""

    row: Counted
    update: StockUpdate | None = None
    error: DeskError | None = None


def product_of_code(code: str) -> Product:
    """What a barcode or SKU names; raises ProductGone, NotStocked for one with sizes."""
    code = code.strip()
    named = Q(barcode=code) | Q(sku__iexact=code)
    found = Product.objects.on_sale().filter(named).select_related("unit", "parent")
    product = min(found, key=lambda each: (each.barcode != code, each.sku != code), default=None)
    if product is None or not code:
        raise ProductGone(_("No product has the code %(code)s.") % {"code": code[:64]})
    if product.has_variants:
        sentence = _("%(product)s has sizes or colours: scan one of them.")
        raise NotStocked(sentence % {"product": product})
    return product


def products_meant(words: str) -> list[Product]:
    """What somebody without a scanner may mean by some words: only what has a stock of its own."""
    countable = Product.objects.on_sale().filter(has_variants=False)
    if not words.strip():
        return []
    return list(find_products(countable, words).select_related("unit", "parent")[:MOST_MEANT])


def count_shelf(rows: Sequence[Counted], *, by: User | None) -> list[Outcome]:
    """Set each count by itself, so that one that moved meanwhile holds up no other."""
    products = (
        Product.objects.on_sale().select_related("unit").in_bulk([r.product_id for r in rows])
    )
    return [_count(row, products.get(row.product_id), by=by) for row in rows]


def _count(row: Counted, product: Product | None, *, by: User | None) -> Outcome:
    try:
        if product is None:
            raise ProductGone(_("There is no such product."))
        update = count_stock(
            product, counted=row.counted, expected=row.expected, reason=COUNTED, by=by
        )
    except DeskError as error:
        return Outcome(row, error=error)
    return Outcome(row, update=update)
