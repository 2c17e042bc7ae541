"""The usual, the same as last time: lines from the customer's own earlier orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from customers.errors import DeskError
from customers.models import Customer
from drafts.entries import clean
from drafts.models import DraftEntry
from drafts.reading.again import Again, Which, read_again
from drafts.reading.types import Intent, Reading
from orders.lines import on_sale
from orders.models import Order, OrderItem, OrderStatus
from whatsapp.models import Chat, Message

# Of so many orders at most, a product in at least half of them is usual.
LOOKED_AT = 5
# Below what counts as certain anywhere: nobody wrote these lines.
SURENESS = 0.6
FROM_ORDER = "Not written: from order {order} of {day}."
NO_ORDERS = gettext_noop("Asks for what was ordered before; there is no earlier order.")
NOTHING_USUAL = gettext_noop("Asks for the usual; the earlier orders have nothing in common.")
NOT_SOLD = "{name} of order {order} can't be taken again."
WHICH_ORDER = "Speaks of a certain order: see whether {order} of {day} is meant."
# What such words may be read as; a question or a complaint stays one.
MAY_ASK = (Intent.ORDER, Intent.OTHER, Intent.GREETING)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Unsaved lines to put into the message's draft, and what staff must know of them."""

    entries: list[DraftEntry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def asked_again(chat: Chat, message: Message, reading: Reading) -> Earlier | None:
    """What the message asks for again, of the sender's own orders; None where it does not.

    Beside goods that were read only where something joins the two ("the usual and 2 more"):
    "2 rings, same as last time" speaks of the rings.
    """
    text = reading.read_text or message.text
    if reading.intent not in MAY_ASK or reading.needs_person:
        return None
    again = read_again(text)
    if again is None or (reading.entries and not again.joined):
        return None
    orders = _orders_of(chat.identity.customer, before=message.happened_at)
    if not orders:
        return Earlier(warnings=[NO_ORDERS])
    if again.which is Which.USUAL:
        return _earlier(_usual(orders), again)
    earlier = _earlier(orders[0].items.all(), again)
    if again.certain:
        text = WHICH_ORDER.format(order=orders[0], day=_day(orders[0]))
        earlier.warnings.append(text)
    return earlier


def _orders_of(customer: Customer, *, before: datetime) -> list[Order]:
    """The newest of what is proven to be the customer's, the newest first."""
    items = OrderItem.objects.select_related("product__parent", "product__unit", "order")
    orders = Order.objects.filter(
        customer=customer, customer_verified=True, created_at__lt=before
    ).exclude(status=OrderStatus.CANCELLED)
    newest = orders.order_by("-created_at", "-pk").prefetch_related(
        Prefetch("items", items.order_by("position"))
    )
    return list(newest[:LOOKED_AT])


def _usual(orders: list[Order]) -> list[OrderItem]:
    """Of each product in half of the orders the newest line, with its most frequent quantity."""
    lines: dict[int | None, list[OrderItem]] = defaultdict(list)
    for order in orders:
        seen: set[int | None] = set()
        for item in order.items.all():
            if item.product_id not in seen and item.product_id is not None:
                lines[item.product_id].append(item)
            seen.add(item.product_id)
    usual = [found for found in lines.values() if 2 * len(found) >= len(orders)]
    return [_with_usual_quantity(found) for found in usual]


def _with_usual_quantity(found: list[OrderItem]) -> OrderItem:
    """Counter keeps the order of first meeting: of equally frequent ones the newest wins."""
    [(quantity, _)] = Counter(item.quantity for item in found).most_common(1)
    newest = found[0]
    newest.quantity = quantity
    return newest


def _earlier(items: Iterable[OrderItem], again: Again) -> Earlier:
    earlier = Earlier()
    for item in items:
        if _can_be_taken(item):
            earlier.entries.append(_entry(item, again))
        else:
            text = NOT_SOLD.format(name=item.product_name, order=item.order)
            earlier.warnings.append(text)
    if not earlier.entries and not earlier.warnings:
        earlier.warnings.append(NOTHING_USUAL)
    return earlier


def _can_be_taken(item: OrderItem) -> bool:
    if item.product is None:
        return False
    try:
        on_sale(item.product)
    except DeskError:
        return False
    return True


def _entry(item: OrderItem, again: Again) -> DraftEntry:
    product, order = item.product, item.order
    assert product is not None  # noqa: S101 - _can_be_taken has looked
    start, end = again.span
    own_weight = item.weight is not None and item.weight != product.weight
    return DraftEntry(
        item_name=clean(item.product_name, 200),
        product=product,
        quantity=Decimal(item.quantity),
        unit=product.unit_id or "",
        weight=item.weight if own_weight else None,
        size=item.selected_size,
        color=item.selected_color,
        match_confidence=SURENESS,
        warnings=[FROM_ORDER.format(order=order, day=_day(order))],
        from_order=order,
        source_start=start,
        source_end=end,
    )


def _day(order: Order) -> str:
    return date_format(timezone.localtime(order.created_at))
