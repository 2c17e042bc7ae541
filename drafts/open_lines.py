"""The lines of open drafts and orders as the reader of amendments sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import Customer
from drafts.matching.terms import terms
from drafts.models import DraftEntry, OrderDraft
from drafts.reading.amending import OpenLine
from orders.models import Order, OrderItem, OrderStatus, Product
from whatsapp.models import Chat, Message

Row = DraftEntry | OrderItem

# Before this goods can still be left out or swapped.
OPEN_ORDERS = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING)
# The names of a line's fields in an order's item.
_ITEM_NAMES = {"size": "selected_size", "color": "selected_color"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
MOST = 3
MAX_LINES = 60
# "3 kar do" of a week later is about something that nobody here knows of.
RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Target:
    """An open draft or order with its lines."""

    draft: OrderDraft | None
    order: Order | None
    rows: list[Row]

    @property
    def lines(self) -> list[OpenLine]:
        """The rows for the reader, in the same order."""
        return [
            _of_entry(row) if isinstance(row, DraftEntry) else _of_item(row) for row in self.rows
        ]


def targets(chat: Chat, message: Message, *, any_age: bool) -> list[Target]:
    """What the sender may speak of, the likeliest first: open drafts, then open orders.

    Orders older than a day only where ``any_age``: the message says that it changes something.
    """
    drafts = OrderDraft.objects.open().filter(chat=chat).order_by("-pk")[:MOST]
    orders = _open_orders(chat)
    if not any_age:
        orders = orders.filter(created_at__gte=message.happened_at - RECENT)
    found = [target_of(draft=draft) for draft in drafts]
    return found + [target_of(order=order) for order in orders[:MOST]]


def target_of(*, draft: OrderDraft | None = None, order: Order | None = None) -> Target:
    """The draft or the order with its lines, in a fixed number of queries."""
    rows: list[Row] = []
    if draft is not None:
        entries = draft.entries.select_related("product__parent", "client")
        rows += entries.prefetch_related("product__variants", "product__parent__variants")
    elif order is not None:
        items = order.items.select_related("product__parent")
        rows += items.prefetch_related("product__parent__variants")
    return Target(draft, order, rows[:MAX_LINES])


def narrowed(target: Target, message: Message) -> Target:
    """Where the message answers another one: only the lines that were read from that one."""
    own = [row for row in target.rows if getattr(row, "message_id", None) == message.answers_id]
    if message.answers_id is None or not own:
        return target
    return Target(target.draft, target.order, own)


def value_now(row: Row, name: str) -> Any:
    """What a line has as quantity, size, color or weight."""
    return getattr(row, _ITEM_NAMES.get(name, name) if isinstance(row, OrderItem) else name)


def _open_orders(chat: Chat) -> QuerySet[Order]:
    """The sender's own, and those that their messages made for others."""
    own = Q(customer=chat.identity.customer_id, customer_verified=True)
    made = Q(pk__in=Order.objects.filter(draft_order__draft__chat=chat).values("pk"))
    return Order.objects.filter(own | made, status__in=OPEN_ORDERS).order_by("-created_at", "-pk")


def _of_entry(entry: DraftEntry) -> OpenLine:
    head = _head(entry.product)
    return OpenLine(
        words=_words(entry.item_name, entry.client_name, entry.product, entry.client),
        quantity=entry.quantity,
        unit=entry.unit or "pc",
        size=entry.size,
        color=entry.color,
        weight=entry.weight,
        sizes=_options(head, "size"),
        colors=_options(head, "color"),
        numbers=_numbers(entry.item_name, entry.product),
    )


def _of_item(item: OrderItem) -> OpenLine:
    head = _head(item.product)
    return OpenLine(
        words=_words(item.product_name, "", item.product, None),
        quantity=item.quantity,
        unit=item.unit_id,
        size=item.selected_size,
        color=item.selected_color,
        weight=item.weight,
        sizes=_options(head, "size"),
        colors=_options(head, "color"),
        numbers=_numbers(item.product_name, item.product),
    )


def _head(product: Product | None) -> Product | None:
    return (product.parent or product) if product else None


def _words(
    name: str, client_name: str, product: Product | None, client: Customer | None
) -> frozenset[str]:
    """All that the line may be called by; an alias or a client's name too."""
    texts = [name, client_name, client.name if client else ""]
    head = _head(product)
    if product is not None and head is not None:
        texts += [product.name, head.name, *head.aliases]
    return frozenset(word for text in texts for word in terms(text).words)


def _numbers(name: str, product: Product | None) -> frozenset[str]:
    """Those of the shop's own name, else of what the line is called."""
    return frozenset(_NUMBER.findall(product.name if product else name))


def _options(head: Product | None, trait: str) -> tuple[str, ...]:
    if head is None or not head.has_variants:
        return ()
    children = [child for child in head.variants.all() if child.archived_at is None]
    return tuple(dict.fromkeys(filter(None, (getattr(child, trait) for child in children))))
