"""Changing the lines of an order that is still pending: no stock was taken, nothing is owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from orders.errors import InvalidLine, NotPending
from orders.events import record_event
from orders.lines import NewLine, priced_lines
from orders.locking import lock_order
from orders.models import Order, OrderItem, OrderStatus, PriceOverride
from orders.payments import payment_status
from orders.placing import order_sums

# What follows from a line's goods, quantity and price; position, slip and id stay.
_FOLLOWS = (
    "product",
    "product_name",
    "product_barcode",
    "product_image",
    "quantity",
    "unit",
    "unit_price",
    "selected_size",
    "selected_color",
    "weight",
    "tax_rate",
    "tax",
    "cost_price",
    "subtotal",
)


def change_item(
    order: Order, item_id: UUID, changes: Mapping[str, Any], *, by: User | None
) -> OrderItem:
    """Give a line another ``quantity``, ``size``, ``color``, ``weight`` (grams) or ``unit_price``.

    At today's price; one that staff typed stays, until ``unit_price`` is None, which goes
    back to the catalogue's. ``price_reason`` goes with a price. Raises NotPending,
    InvalidLine and its kin.
    """
    with _amended(order, by=by) as locked:
        item = _item(locked, item_id)
        before, price = _told(item), item.unit_price
        [priced] = priced_lines([_line(item, changes)], by=by)
        for name in _FOLLOWS:
            setattr(item, name, getattr(priced.item, name))
        item.save(update_fields=_FOLLOWS)
        if "unit_price" in changes:
            _override(item, priced.override)
        record_event(locked, "amended", by=by, note=_became(item, before, price))
    return item


def add_item(order: Order, line: NewLine, *, by: User | None) -> OrderItem:
    """Put a line at the end, at today's price. Raises NotPending, InvalidLine and its kin."""
    with _amended(order, by=by) as locked:
        [priced] = priced_lines([line], by=by)
        last = locked.items.aggregate(last=Max("position"))["last"] or 0
        priced.item.order, priced.item.position = locked, last + 1
        priced.item.save(force_insert=True)
        if priced.override is not None:
            PriceOverride.objects.bulk_create([priced.override])
        record_event(locked, "amended", by=by, note=f"+ {_told(priced.item)}")
    return priced.item


def remove_item(order: Order, item_id: UUID, *, by: User | None) -> None:
    """Take a line out. Raises NotPending, and InvalidInput for the last one: cancel the order."""
    with _amended(order, by=by) as locked:
        item = _item(locked, item_id)
        if locked.items.count() == 1:
            raise InvalidInput(_("It is the order's only line: cancel the order instead."))
        record_event(locked, "amended", by=by, note=f"− {_told(item)}")
        item.delete()


@contextmanager
def _amended(order: Order, *, by: User | None) -> Iterator[Order]:
    """The pending order, locked, in one transaction that ends with its sums made anew."""
    with transaction.atomic():
        locked = lock_order(order)
        if locked.status != OrderStatus.PENDING:
            raise NotPending(
                _("Order %(locked)s is %(status)s: its lines stay as they are.")
                % {"locked": locked, "status": locked.status}
            )
        yield locked
        sums = order_sums(list(locked.items.select_related("unit")))
        locked.subtotal, locked.tax, locked.item_count = sums.subtotal, sums.tax, sums.item_count
        locked.total = sums.subtotal - locked.discount + locked.delivery_fee
        if locked.total < 0:
            raise InvalidInput(_("The discount would be more than the order costs."))
        locked.payment_status = payment_status(locked)
        locked._history_user = by
        locked.save()


def _item(order: Order, item_id: UUID) -> OrderItem:
    rows = order.items.select_related("product__parent", "unit", "override")
    found = rows.filter(pk=item_id).first()
    if found is None:
        raise InvalidLine(_("The order has no such line."), attr="id")
    return found


def _override(item: OrderItem, override: PriceOverride | None) -> None:
    """Keep who typed the line's price and why, or forget it with the price."""
    PriceOverride.objects.filter(item=item).delete()
    if override is not None:
        override.item = item
        override.save(force_insert=True)


def _line(item: OrderItem, changes: Mapping[str, Any]) -> NewLine:
    """The line as it would be ordered now."""
    product = item.product
    typed = item.unit_price if hasattr(item, "override") else None
    return NewLine(
        product=(product.parent or product) if product else None,
        quantity=changes.get("quantity", item.quantity),
        size=changes.get("size", item.selected_size),
        color=changes.get("color", item.selected_color),
        weight=changes.get("weight", item.weight),
        unit_price=changes.get("unit_price", typed),
        price_reason=changes.get("price_reason", ""),
        is_custom=item.is_custom,
        item_name=item.product_name,
        unit=item.unit_id,
    )


def _became(item: OrderItem, before: str, price: Decimal) -> str:
    """What is different of a line now: goods and quantity, its price, or both."""
    now = _told(item)
    line = now if now == before else f"{before} → {now}"
    return line if item.unit_price == price else f"{line}, ₹{price} → ₹{item.unit_price}"


def _told(item: OrderItem) -> str:
    """The goods with the size and colour that their name does not say."""
    traits = [item.selected_size, item.selected_color]
    words = item.product_name.split()
    return " ".join([str(item), *(trait for trait in traits if trait and trait not in words)])
