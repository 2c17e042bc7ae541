"""What a product's row may hold, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from orders.errors import InvalidLine, Taken
from orders.models import Category, PriceBasis, Product
from orders.quantities import checked_money

_MONEY = ("unit_price", "bulk_price", "cost_price", "making_charge")


def columns_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the row names them, with what empty text stands for."""
    columns = dict(fields)
    if "category" in columns or "category_id" in columns:
        columns["category"] = _category(
            columns.pop("category", None), columns.pop("category_id", None)
        )
    if "unit" in columns:
        columns["unit_id"] = columns.pop("unit")
    for name in ("barcode", "metal"):
        if name in columns:
            columns[name] = columns[name] or None
    return columns


def _category(name: str | None, category_id: int | None) -> Category | None:
    if not name and category_id is None:
        return None
    wanted = Q(pk=category_id) if category_id else Q(name__iexact=name) | Q(slug__iexact=name)
    category = Category.objects.filter(wanted).first()
    if category is None:
        raise InvalidInput(_("There is no such category."), attr="category")
    return category


def check_product(product: Product) -> None:
    """Raise InvalidInput where a field, or what goes together, can't be meant; or Taken."""
    try:
        product.clean_fields()
    except ValidationError as error:
        attr, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(sentences[0], attr=attr) from error
    for name in _MONEY:
        if (amount := getattr(product, name)) is not None:
            checked_money(amount, attr=name)
    for attr, sentence in misfits(product):
        raise InvalidLine(sentence, attr=attr)
    _refuse_taken(product)


def misfits(product: Product) -> Iterator[tuple[str, str]]:
    """What does not go together, as field and sentence; the database holds the same."""
    if product.price_basis == PriceBasis.GRAM and not product.metal:
        yield "metal", _("A price by weight needs the metal.")
    if (product.bulk_price is None) != (product.bulk_quantity is None):
        yield "bulk_quantity", _("A bulk price needs the quantity it begins at, and the other way.")
    if product.bulk_quantity is not None and product.bulk_quantity <= 0:
        yield "bulk_quantity", _("The bulk price begins at more than zero.")
    if product.weight is not None and product.weight <= 0:
        yield "weight", _("The weight must be more than zero grams.")
    if product.reorder_level < 0:
        yield "reorder_level", _("The reorder level can't be negative.")
    if not 0 <= product.tax_rate <= 100:
        yield "tax_rate", _("The tax is 0 to 100 percent.")
    whole = product.stock_quantity == product.stock_quantity.to_integral_value()
    if not product.unit.divisible and not whole:
        yield (
            "unit",
            _("There is part of one in stock, and a %(name)s can't be divided.")
            % {"name": product.unit.name},
        )


def _refuse_taken(product: Product) -> None:
    """An archived product keeps its SKU and barcode: its orders are found by them."""
    others = Product.objects.exclude(pk=product.pk)
    if others.filter(sku=product.sku).exists():
        raise Taken(_("Another product has this SKU."), attr="sku")
    if product.barcode and others.filter(barcode=product.barcode).exists():
        raise Taken(_("Another product has this barcode."), attr="barcode")
    traits = {"parent": product.parent, "size": product.size, "color": product.color}
    if product.parent and others.on_sale().filter(**traits).exists():
        raise Taken(_("There is this size and colour already."), attr="size")
