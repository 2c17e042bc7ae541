"""What the shop shows for sale."""

from __future__ import annotations

from django.db.models import Prefetch, Q

from customers.words import begin_with
from orders.models import Product, ProductQuerySet, product_words
from orders.pricing import Rates, price_expression


def catalogue(rates: Rates) -> ProductQuerySet:
    """Products on sale with ``total_stock``, ``price`` today, category and children on sale."""
    children = Product.objects.on_sale().select_related("category").order_by("pk")
    return (
        Product.objects.on_sale()
        .with_stock()
        .annotate(price=price_expression(rates))
        .select_related("category", "parent")
        .prefetch_related(Prefetch("variants", queryset=children))
    )


def find_products(products: ProductQuerySet, text: str) -> ProductQuerySet:
    """Those whose SKU or barcode this is, else those of which each word begins a word, by index.

    Words of name, brand, SKU and customers' other words for it; three or more digits may
    stand anywhere in the barcode.
    """
    code = text.strip()
    coded = products.filter(Q(sku__in={code, code.upper()}) | Q(barcode=code))
    if coded.exists():
        return coded
    return products.filter(begin_with(product_words(), text)).order_by("name", "pk")


def search_products(products: ProductQuerySet, text: str) -> ProductQuerySet:
    """Those in which every word occurs, in a name, code, brand or alias, or in a child's code."""
    for word in text.split():
        codes = Q(sku__icontains=word) | Q(barcode__icontains=word)
        names = Q(name__icontains=word) | Q(brand__icontains=word) | Q(aliases__icontains=word)
        children = Product.objects.on_sale().filter(codes, parent__isnull=False)
        products = products.filter(codes | names | Q(pk__in=children.values("parent")))
    return products
