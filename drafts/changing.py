"""What follows from a change of a line: its product, its client, its warnings. Saves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer
from drafts.catalogue import known_clients, product_index
from drafts.entries import alternatives
from drafts.models import DraftEntry
from drafts.reading.amounts import (
    BAD_QUANTITY,
    BAD_WEIGHT,
    MAX_WEIGHT_G,
    UNKNOWN_CLIENT,
    UNKNOWN_PRODUCT,
)
from orders.errors import NoSuchVariant, VariantNeeded
from orders.models import Product, Unit
from orders.quantities import THOUSANDTH, checked_money, checked_number, checked_quantity
from orders.variants import resolve_sellable

# Field → its longest text.
TEXTS = {"item_name": 200, "size": 40, "color": 40, "client_name": 120}
_ANY_UNIT = Unit(code="", name="", divisible=True)
_PIECE = Unit(code="pc", name="piece", divisible=False)


def apply_changes(entry: DraftEntry, changes: Mapping[str, Any]) -> None:
    """Set item_name, product_id, size, color, quantity, weight, unit_price, is_custom,
    client_name and client_id as far as given, and what follows from them.

    A product and a size or colour lead to the child; a name without a product is looked
    up in the catalogue, a client's name among the customers (``client_id`` wins).
    Raises InvalidInput and its kin with ``attr`` naming the field.
    """
    before = {name: getattr(entry, name) for name in TEXTS}
    for name in TEXTS:
        if name in changes:
            setattr(entry, name, _text(name, changes[name]))
    _set_product(entry, changes)
    if entry.item_name != before["item_name"] and not entry.product and not entry.is_custom:
        _look_up(entry)
    _set_numbers(entry, changes)
    _set_client(entry, changes, renamed=entry.client_name != before["client_name"])
    settle_warnings(entry)


def settle_warnings(entry: DraftEntry) -> None:
    """Drop the warnings of what a person has put right."""
    settled = {
        UNKNOWN_PRODUCT: entry.product is not None or entry.is_custom,
        BAD_QUANTITY: entry.quantity is not None,
        BAD_WEIGHT: entry.weight is not None,
        UNKNOWN_CLIENT: entry.client is not None or not entry.client_name,
    }
    entry.warnings = [text for text in entry.warnings if not settled.get(text, False)]


def customer_by_id(pk: int, *, attr: str) -> Customer:
    """The customer, or InvalidInput naming the field."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        raise InvalidInput(_("There is no such customer."), attr=attr)
    return customer


def _text(name: str, value: str | None) -> str:
    text = " ".join((value or "").split())
    if len(text) > TEXTS[name]:
        raise InvalidInput(_("At most %(most)s characters.") % {"most": TEXTS[name]}, attr=name)
    return text


def _set_product(entry: DraftEntry, changes: Mapping[str, Any]) -> None:
    chosen = changes.get("product_id")
    entry.is_custom = changes.get("is_custom", entry.is_custom and chosen is None)
    if entry.is_custom:
        if chosen is not None:
            raise InvalidInput(_("A line that is made to order has no product."), attr="product_id")
        entry.product, entry.match_confidence = None, 0
    elif "product_id" in changes:
        _choose(entry, chosen, changes)
    if entry.product is not None and changes.keys() & {"product_id", "size", "color"}:
        _resolve(entry, strict=bool(changes.get("size") or changes.get("color")))


def _choose(entry: DraftEntry, product_id: int | None, changes: Mapping[str, Any]) -> None:
    if product_id is None:
        entry.product, entry.match_confidence = None, 0
        return
    products = Product.objects.on_sale().select_related("unit", "parent")
    entry.product = products.filter(pk=product_id).first()
    if entry.product is None:
        raise InvalidInput(_("There is no such product on sale."), attr="product_id")
    entry.match_confidence = 1
    entry.item_name = entry.item_name or entry.product.name
    if entry.product.parent_id:
        entry.size = entry.size if changes.get("size") else entry.product.size
        entry.color = entry.color if changes.get("color") else entry.product.color


def _resolve(entry: DraftEntry, *, strict: bool) -> None:
    """From a parent (or another child of it) to the child of the line's size and colour."""
    assert entry.product is not None  # noqa: S101
    head = entry.product.parent or entry.product
    try:
        entry.product = resolve_sellable(head, size=entry.size, color=entry.color)
    except VariantNeeded:
        entry.product = head
    except NoSuchVariant:
        if strict:
            raise
        entry.product = head
    entry.unit = entry.product.unit_id or ""
    entry.size = entry.product.size or entry.size
    entry.color = entry.product.color or entry.color


def _look_up(entry: DraftEntry) -> None:
    """Offer what the words may mean; only an exact name, alias or sku is taken by itself."""
    found = product_index().candidates(entry.item_name, limit=5) if entry.item_name else []
    skus = {product.sku: product for product in _by_sku([option.sku for option in found])}
    entry.alternatives = alternatives(found, skus)
    exact = [option.sku for option in found if option.confidence >= 1 and option.sku in skus]
    if len(exact) == 1:
        entry.product, entry.match_confidence = skus[exact[0]], 1
        _resolve(entry, strict=False)


def _by_sku(skus: list[str]) -> list[Product]:
    return list(Product.objects.on_sale().select_related("unit").filter(sku__in=skus))


def _set_numbers(entry: DraftEntry, changes: Mapping[str, Any]) -> None:
    if "quantity" in changes:
        entry.quantity = changes["quantity"]
        if entry.quantity is not None:
            checked_quantity(entry.quantity, unit=unit_of(entry))
    if "weight" in changes:
        entry.weight = _weight(changes["weight"])
    if "unit_price" in changes:
        entry.unit_price = changes["unit_price"]
        if entry.unit_price is not None:
            checked_money(entry.unit_price, attr="unit_price")


def unit_of(entry: DraftEntry) -> Unit:
    """What the line's quantity counts; while nobody knows the product, anything goes."""
    if entry.product is not None:
        return entry.product.unit
    return _PIECE if entry.is_custom else _ANY_UNIT


def _weight(value: Decimal | None) -> Decimal | None:
    if value is not None:
        checked_number(value, step=THOUSANDTH, most=MAX_WEIGHT_G, attr="weight")
        if value <= 0:
            raise InvalidInput(_("The weight must be more than zero."), attr="weight")
    return value


def _set_client(entry: DraftEntry, changes: Mapping[str, Any], *, renamed: bool) -> None:
    if changes.get("client_id") is not None:
        entry.client = customer_by_id(changes["client_id"], attr="client_id")
    elif "client_id" in changes:
        entry.client = None
    elif renamed:
        known = known_clients().match(entry.client_name) if entry.client_name else None
        entry.client = Customer.objects.filter(pk=known.id).first() if known else None
