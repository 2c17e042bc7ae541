"""What a clerk wants to know beside a draft's lines: who else wants it, what it cost before."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, JSONField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from drafts.models import DraftEntry, DraftStatus, OrderDraft
from orders.models import OrderItem, OrderStatus

# A price that is so much above or below each usual one is pointed at.
FAR = Decimal("0.2")
# Orders of so long ago may be the same order, made twice.
RECENT = dt.timedelta(hours=48)
_NOT_SOLD = (OrderStatus.CANCELLED, OrderStatus.RETURNED)

Goods = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Paid:
    """Rupees a unit that a customer paid for a product, and when."""

    price: Decimal
    when: dt.datetime


def others_wanting(draft: OrderDraft, products: Collection[int]) -> dict[int, int]:
    """How many other open drafts want each product."""
    rows = DraftEntry.objects.filter(product__in=products, draft__status=DraftStatus.OPEN)
    counts = rows.exclude(draft=draft.pk).order_by().values("product")
    found = counts.annotate(drafts=Count("draft", distinct=True))
    return dict(found.values_list("product", "drafts"))


def last_paid(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Paid]:
    """What each customer paid for each product the last time, by (customer, product).

    Orders that were cancelled or came back don't count, nor those that a guest's phone
    alone links to the customer.
    """
    if not pairs:
        return {}
    customers, products = zip(*pairs, strict=True)
    sold = OrderItem.objects.filter(
        product__in=set(products), order__customer__in=set(customers), order__customer_verified=True
    ).exclude(order__status__in=_NOT_SOLD)
    names = ("order__customer", "product")
    newest = sold.order_by(*names, "-order__created_at").distinct(*names)
    rows = newest.values_list(*names, "unit_price", "order__created_at")
    return {(customer, product): Paid(price, when) for customer, product, price, when in rows}


def far_from(price: Decimal, usual: Iterable[Decimal | None]) -> Decimal | None:
    """The nearest usual price where ``price`` is far from each of them; None where it is not."""
    known = [value for value in usual if value]
    if not known or any(abs(price - value) <= value * FAR for value in known):
        return None
    return min(known, key=lambda value: abs(price - value))


def goods_by_client(draft: OrderDraft, entries: Iterable[DraftEntry]) -> dict[int, Goods]:
    """How much of which product each client is to get; lines without a product don't count."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for entry in entries:
        if entry.product_id is not None:
            amounts = found[entry.client_id or draft.customer_id]
            amounts[entry.product_id] += entry.quantity or Decimal(0)  # type: ignore[assignment]
    return found  # type: ignore[return-value]


def ordered_already(wanted: Mapping[int, Goods]) -> dict[int, str]:
    """By client the newest order of the last two days that is for just the same goods."""
    since = timezone.now() - RECENT
    items = OrderItem.objects.filter(
        order__customer__in=list(wanted), order__created_at__gte=since
    ).exclude(order__status__in=_NOT_SOLD)
    orders: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    names = ("order__customer", "order__order_reference", "product", "quantity")
    for customer, reference, product, quantity in items.order_by("order__created_at").values_list(
        *names
    ):
        orders[customer, reference][product] += quantity
    return {
        customer: reference
        for (customer, reference), goods in orders.items()
        if goods == wanted[customer]
    }


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another open draft of the same customer; ``same`` where it is for the same goods."""

    draft: OrderDraft
    same: bool


def drafts_beside(draft: OrderDraft, entries: Iterable[DraftEntry]) -> list[Neighbour]:
    """The customer's other open drafts that may be merged, the newest five, in one query."""
    line = JSONObject(product="entries__product", quantity="entries__quantity")
    others = OrderDraft.objects.open().filter(customer=draft.customer_id).exclude(pk=draft.pk)
    rows = others.order_by("-pk").annotate(lines=JSONBAgg(line, default=Value([], JSONField())))
    wanted = Counter((entry.product_id, entry.quantity) for entry in entries)
    return [Neighbour(other, bool(wanted) and _goods(other) == wanted) for other in rows[:5]]


def _goods(draft: Any) -> Counter[tuple[int | None, Decimal | None]]:
    return Counter(
        (row["product"], None if row["quantity"] is None else Decimal(str(row["quantity"])))
        for row in draft.lines
    )
