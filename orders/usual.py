"""What a customer usually takes, how often, and what is due again."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.models import BoughtTogether, OrderItem
from orders.scoring import SOLD

# Two years show a wedding season twice.
_LOOKED_BACK = dt.timedelta(days=730)
# A little before its time is the time to offer it.
_DUE_FROM = 0.8
_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class UsualItem:
    """A product taken more than once; days between the purchases, quantity in its unit."""

    product_id: int
    product_name: str
    sku: str
    usual_quantity: Decimal
    times_bought: int
    last_bought_on: dt.date
    usual_interval_days: float | None
    due_ratio: float | None

    @property
    def is_due(self) -> bool:
        """Whether about as much time has passed as usually lies between."""
        return self.due_ratio is not None and self.due_ratio >= _DUE_FROM


@dataclass(frozen=True, slots=True)
class Habits:
    """What one customer buys: usual items, most overdue first, and of which categories."""

    items: tuple[UsualItem, ...]
    last_items: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def reorder_candidates(self) -> list[str]:
        """What is due again; of one without habits, what the last order had."""
        due = [item.product_name for item in self.items if item.is_due]
        return (due or list(self.last_items))[:_AT_MOST]


NO_HABITS = Habits((), (), ())


@dataclass(frozen=True, slots=True)
class _Bought:
    product_id: int
    name: str
    sku: str
    category: str
    quantity: Decimal
    day: dt.date
    order_id: str


def habits_of(customers: Collection[int], *, today: dt.date | None = None) -> dict[int, Habits]:
    """The habits of these customers by their key; one query, two years back."""
    today = today or timezone.localdate()
    bought: dict[int, list[_Bought]] = defaultdict(list)
    for customer, item in _items(customers):
        bought[customer].append(item)
    return {customer: _habits(items, today) for customer, items in bought.items()}


def bought_with(products: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """For each product, key and name of what often stands in the same orders; commonest first."""
    rows = (
        BoughtTogether.objects.filter(product__in=products, other__archived_at=None)
        .order_by("product", "-order_count", "other")
        .values_list("product", "other", "other__name")
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for product, other, name in rows:
        found[product].append((other, name))
    return found


def upsells(habits: Habits, together: Mapping[int, list[tuple[int, str]]]) -> list[str]:
    """Names of what goes with the customer's usual items and is not among them."""
    own = {item.product_id for item in habits.items}
    votes: Counter[str] = Counter()
    for item in habits.items:
        for other, name in together.get(item.product_id, ()):
            if other not in own:
                votes[name] += 1
    return [name for name, _ in votes.most_common(_AT_MOST)]


def _items(customers: Collection[int]) -> Iterable[tuple[int, _Bought]]:
    rows = (
        OrderItem.objects.filter(
            order__customer__in=customers,
            order__status__in=SOLD,
            order__created_at__gte=timezone.now() - _LOOKED_BACK,
            product__archived_at=None,
            product__isnull=False,
        )
        .annotate(category=Coalesce("product__category__name", "product__parent__category__name"))
        .order_by("order__created_at", "order", "position")
        .values_list(
            "order__customer",
            "product",
            "product__name",
            "product__sku",
            "category",
            "quantity",
            "order__created_at",
            "order",
        )
    )
    for customer, product, name, sku, category, quantity, at, order in rows:
        day = timezone.localdate(at)
        yield customer, _Bought(product, name, sku, category or "", quantity, day, str(order))


def _habits(bought: list[_Bought], today: dt.date) -> Habits:
    by_product: dict[int, list[_Bought]] = defaultdict(list)
    for one in bought:
        by_product[one.product_id].append(one)
    items = [_usual(rows, today) for rows in by_product.values()]
    items.sort(key=lambda item: (-(item.due_ratio or 0), -item.times_bought, item.product_id))
    last = [one.name for one in bought if one.order_id == bought[-1].order_id]
    categories = Counter(one.category for one in bought if one.category)
    return Habits(
        items=tuple(item for item in items if item.times_bought > 1),
        last_items=tuple(dict.fromkeys(last)),
        categories=tuple(name for name, _ in categories.most_common(3)),
    )


def _usual(rows: list[_Bought], today: dt.date) -> UsualItem:
    days = sorted({one.day for one in rows})
    gaps = [(b - a).days for a, b in itertools.pairwise(days)]
    interval = float(median(gaps)) if gaps else None
    newest = rows[-1]
    return UsualItem(
        product_id=newest.product_id,
        product_name=newest.name,
        sku=newest.sku,
        usual_quantity=median(one.quantity for one in rows),
        times_bought=len(days),
        last_bought_on=days[-1],
        usual_interval_days=interval,
        due_ratio=(today - days[-1]).days / max(interval, 1.0) if interval else None,
    )
