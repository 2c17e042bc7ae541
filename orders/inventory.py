"""What staff see on their shelf and write on it: the product's facts and its stock at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from customers.models import User
from orders.errors import InvalidLine
from orders.models import Product, ProductQuerySet
from orders.pricing import Rates, price_expression
from orders.products import (
    BulkOutcome,
    BulkRow,
    apply_changes,
    change_products,
    create_product,
    lock_product,
)
from orders.stock import adjust_stock, count_stock

# What is about the stock; every other name is a fact of the product's row.
STOCK_NAMES = frozenset({"stock_quantity", "in_stock", "delta", "expected_quantity", "reason"})
COUNTED = "Set by staff"
NONE_LEFT = "Marked as out of stock"


def shelf(rates: Rates) -> ProductQuerySet:
    """All products, archived ones too, with ``total_stock``, ``price`` today and their children."""
    children = Product.objects.select_related("category").order_by("pk")
    return (
        Product.objects.with_stock()
        .annotate(price=price_expression(rates))
        .select_related("category", "parent")
        .prefetch_related(Prefetch("variants", queryset=children))
    )


@transaction.atomic
def edit_item(product: Product, changes: Mapping[str, Any], *, by: User) -> Product:
    """Change facts and stock of a product together, or nothing.

    ``stock_quantity`` is what is there now (409 where ``expected_quantity`` is given and
    the desk has another one), ``delta`` what came in or was lost, for a ``reason``;
    ``in_stock`` false says that none is left. Raises what orders.products.update_product
    and orders.stock raise, but FixedField.
    """
    row = lock_product(product.pk)
    edit_locked(row, changes, by=by)
    return row


def save_edits(rows: Sequence[BulkRow], *, by: User) -> BulkOutcome:
    """Edit many products as ``edit_item`` does, each row by itself.

    Raises AdminOnly, and changes nothing, where a seller would change a price.
    """
    return change_products(rows, by=by, change=edit_locked)


def add_item(fields: Mapping[str, Any], *, by: User, **more: Any) -> Product:
    """A new product; ``in_stock`` only has to fit its opening stock.

    Raises what orders.products.create_product raises.
    """
    fields = dict(fields)
    said, opening = fields.pop("in_stock", None), fields.get("stock_quantity")
    if said is False and opening:
        raise _contradiction()
    return create_product(fields, by=by, **more)


def edit_locked(product: Product, changes: Mapping[str, Any], *, by: User) -> list[str]:
    """``edit_item`` on a locked row; the names of what became different."""
    facts = {name: value for name, value in changes.items() if name not in STOCK_NAMES}
    changed = apply_changes(product, facts, by=by) if facts else []
    if _moved(product, {name: changes[name] for name in STOCK_NAMES & set(changes)}, by=by):
        changed = [*changed, "stock_quantity"]
        product.refresh_from_db(fields=["stock_quantity", "in_stock"])
        product.total_stock = product.stock_quantity  # type: ignore[attr-defined]
    return changed


def _moved(product: Product, said: Mapping[str, Any], *, by: User) -> bool:
    reason = (said.get("reason") or "").strip()
    if "delta" in said:
        if not reason:
            raise InvalidLine(_("Say why the stock changes."), attr="reason")
        adjust_stock(product, delta=said["delta"], reason=reason, by=by)
        return True
    counted = _counted(product, said)
    expected = said.get("expected_quantity")
    held: Decimal = product.total_stock  # type: ignore[attr-defined]
    if counted is None or (counted == held and expected is None):
        return False
    reason = reason or (NONE_LEFT if "stock_quantity" not in said else COUNTED)
    expected = held if expected is None else expected
    count_stock(product, counted=counted, expected=expected, reason=reason, by=by)
    return True


def _counted(product: Product, said: Mapping[str, Any]) -> Decimal | None:
    """How many there are by what was said; None where nothing was."""
    quantity, in_stock = said.get("stock_quantity"), said.get("in_stock")
    if quantity is not None:
        if in_stock is not None and in_stock != (quantity > 0):
            raise _contradiction()
        return Decimal(quantity)
    if in_stock is None:
        return None
    if in_stock and not product.total_stock:  # type: ignore[attr-defined]
        sentence = "Say how many there are: nothing is in stock by itself."
        raise InvalidLine(sentence, attr="stock_quantity")
    return None if in_stock else Decimal(0)


def _contradiction() -> InvalidLine:
    return InvalidLine(_("It says in stock, or not, against its quantity."), attr="in_stock")
