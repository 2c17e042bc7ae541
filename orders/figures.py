"""What the shop sold and earned, added up by the database from the orders themselves.

Days and months are the shop's. ``revenue`` is what orders cost without what came back; a
cancelled order brought none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Round, TruncDate, TruncMonth, TruncWeek
from django.utils import timezone

from customers.models import User
from customers.roles import STAFF_ROLES
from orders.models import Order, OrderItem, OrderStatus
from orders.quantities import to_paise

KEPT_SECONDS = 60
RANGES = ("7d", "30d", "month", "all")
LONGEST_PERIOD = 60
GROUPS = ("day", "week", "month", "status", "channel", "payment_status", "rep")
SLOW = dt.timedelta(days=2)
_MONEY = DecimalField(max_digits=20, decimal_places=2)
_NOTHING = Value(Decimal(0), _MONEY)
REVENUE = F("total") - F("returned_total")
# What has left the shelf; a pending order is no sale yet.
_SOLD = ~Q(status__in=(OrderStatus.PENDING, OrderStatus.CANCELLED))
_WAITING = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING)


def _sum(expression: Any, **kwargs: Any) -> Coalesce:
    return Coalesce(Sum(expression, output_field=_MONEY, **kwargs), _NOTHING)


def _kept(key: str, read: Callable[[], Any]) -> Any:
    """The figures as read within the last minute: a million orders take their time."""
    name = f"figures:{key}:{timezone.localdate()}:{timezone.get_current_timezone_name()}"
    return cache.get_or_set(name.replace("/", "-"), read, KEPT_SECONDS)


# The dashboard -----------------------------------------------------------------------------


def dashboard(within: str) -> dict[str, Any]:
    """Orders by status, their revenue, and how many wait for staff; ``within`` one of RANGES."""
    stats: dict[str, Any] = _kept(f"dashboard:{within}", lambda: read_dashboard(within))
    return stats


def read_dashboard(within: str) -> dict[str, Any]:
    """``dashboard``, read now."""
    orders = Order.objects.order_by()
    if (first := _first_day(within)) is not None:
        orders = orders.filter(created_at__gte=midnight(first))
    slow = Q(status__in=_WAITING, created_at__lt=timezone.now() - SLOW)
    rows = orders.values("status").annotate(
        count=Count("pk"), revenue=_sum(REVENUE), slow=Count("pk", filter=slow)
    )
    found = {row["status"]: row for row in rows}
    counts = {status: found[status]["count"] if status in found else 0 for status in OrderStatus}
    earned = (row["revenue"] for status, row in found.items() if status != OrderStatus.CANCELLED)
    return {
        "total_orders": sum(counts.values()),
        "pending": counts[OrderStatus.PENDING],
        "confirmed": counts[OrderStatus.CONFIRMED],
        "packed": counts[OrderStatus.PROCESSING],
        "shipped": counts[OrderStatus.SHIPPED],
        "delivered": counts[OrderStatus.DELIVERED],
        "cancelled": counts[OrderStatus.CANCELLED],
        "returned": counts[OrderStatus.RETURNED],
        "total_revenue": sum(earned, Decimal(0)),
        "needs_attention": counts[OrderStatus.PENDING] + sum(row["slow"] for row in found.values()),
    }


def _first_day(within: str) -> dt.date | None:
    today = timezone.localdate()
    if within == "month":
        return today.replace(day=1)
    days = {"7d": 7, "30d": 30}.get(within)
    return None if days is None else today - dt.timedelta(days=days - 1)


def midnight(day: dt.date) -> dt.datetime:
    """The day's first moment in the shop."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


# Profit --------------------------------------------------------------------------------------


@dataclass
class Profit:
    """Rupees of one month, or of several. ``total_sales`` is goods less discount and returns."""

    order_count: int = 0
    total_sales: Decimal = Decimal(0)
    delivery_fees: Decimal = Decimal(0)
    cost_of_goods: Decimal = Decimal(0)
    shipping_cost: Decimal = Decimal(0)
    sales_without_cost: Decimal = Decimal(0)

    @property
    def gross_profit(self) -> Decimal:
        return self.total_sales + self.delivery_fees - self.cost_of_goods - self.shipping_cost

    @property
    def avg_order_value(self) -> Decimal:
        taken = self.total_sales + self.delivery_fees
        return to_paise(taken / self.order_count) if self.order_count else Decimal(0)

    def add(self, other: Mapping[str, Any]) -> None:
        """Add up what is named."""
        for name, value in other.items():
            setattr(self, name, getattr(self, name) + value)


def monthly_profit(months: int) -> dict[dt.date, Profit]:
    """By the first day of each of the last months, this one included; the oldest first."""
    profit: dict[dt.date, Profit] = _kept(f"profit:{months}", lambda: read_profit(months))
    return profit


def read_profit(months: int) -> dict[dt.date, Profit]:
    """``monthly_profit``, read now: what was confirmed and not cancelled, by when it was placed."""
    firsts = list(_months(months))
    sold = Order.objects.filter(_SOLD, created_at__gte=midnight(firsts[0])).order_by()
    profit = {first: Profit() for first in firsts}
    sums = sold.annotate(month=TruncMonth("created_at")).values("month")
    _into(
        profit,
        sums.annotate(
            order_count=Count("pk"),
            total_sales=_sum(REVENUE - F("delivery_fee")),
            delivery_fees=_sum("delivery_fee"),
            shipping_cost=_sum("shipping_cost"),
        ),
    )
    items = OrderItem.objects.filter(order__in=sold).order_by()
    kept = F("quantity") - F("returned_quantity")
    costs = items.annotate(month=TruncMonth("order__created_at")).values("month")
    _into(
        profit,
        costs.annotate(
            cost_of_goods=_sum(Round(F("cost_price") * kept, precision=2)),
            sales_without_cost=_sum(F("subtotal"), filter=Q(cost_price=None)),
        ),
    )
    return profit


def total_profit(months: Mapping[dt.date, Profit]) -> Profit:
    """All months together."""
    total = Profit()
    for profit in months.values():
        total.add(asdict(profit))
    return total


def _into(profit: dict[dt.date, Profit], rows: Iterable[Any]) -> None:
    for row in rows:
        named = dict(row)
        month = timezone.localtime(named.pop("month")).date()
        profit.setdefault(month, Profit()).add(named)


def _months(count: int) -> Iterator[dt.date]:
    today = timezone.localdate()
    last = today.year * 12 + today.month - 1
    for number in range(last - count + 1, last + 1):
        yield dt.date(number // 12, number % 12 + 1, 1)


# Staff ---------------------------------------------------------------------------------------


def performance(days: int, *, rep_id: int | None = None) -> list[dict[str, Any]]:
    """Who of the staff brought how much in the last days: whose order it is, else who took it."""
    since = midnight(timezone.localdate() - dt.timedelta(days=days - 1))
    orders = Order.objects.filter(created_at__gte=since)
    orders = orders.annotate(rep=Coalesce("assigned_to", "taken_by")).filter(rep__isnull=False)
    if rep_id is not None:
        orders = orders.filter(rep=rep_id)
    alive = ~Q(status=OrderStatus.CANCELLED)
    rows = (
        orders.order_by()
        .values("rep")
        .annotate(
            orders=Count("pk", filter=alive),
            revenue=_sum(REVENUE, filter=alive),
            delivered=Count("pk", filter=Q(status=OrderStatus.DELIVERED)),
            cancelled=Count("pk", filter=~alive),
        )
    )
    found: dict[int, dict[str, Any]] = {row["rep"]: dict(row) for row in rows}
    people = User.objects.filter(Q(role__in=STAFF_ROLES, is_active=True) | Q(pk__in=found))
    if rep_id is not None:
        people = people.filter(pk=rep_id)
    reps = [_rep(person, found.get(person.pk)) for person in people.order_by("pk")]
    return sorted(reps, key=lambda rep: (-rep["revenue"], rep["id"]))


def _rep(person: User, row: dict[str, Any] | None) -> dict[str, Any]:
    row = row or {"orders": 0, "revenue": Decimal(0), "delivered": 0, "cancelled": 0}
    average = to_paise(row["revenue"] / row["orders"]) if row["orders"] else Decimal(0)
    name = person.get_full_name() or person.username
    about = {"id": person.pk, "name": name, "role": person.role}
    sums = {name: value for name, value in row.items() if name != "rep"}
    return {**about, **sums, "avg_order_value": average}


# Past sales ----------------------------------------------------------------------------------


def summed(orders: QuerySet[Order]) -> dict[str, Any]:
    """How many orders, and their revenue."""
    return orders.order_by().aggregate(total_orders=Count("pk"), total_revenue=_sum(REVENUE))


def grouped(orders: QuerySet[Order], by: str) -> list[dict[str, Any]]:
    """Orders and revenue by one of GROUPS, in the order of its names."""
    column = _COLUMNS[by]
    rows = orders.order_by().annotate(key=column).values("key")
    sums = rows.annotate(orders=Count("pk"), revenue=_sum(REVENUE)).order_by("key")
    return [{**row, "key": _named(row["key"])} for row in sums]


_COLUMNS: dict[str, Any] = {
    "day": TruncDate("created_at"),
    "week": TruncWeek("created_at"),
    "month": TruncMonth("created_at"),
    "status": F("status"),
    "channel": F("channel"),
    "payment_status": F("payment_status"),
    "rep": Coalesce("assigned_to__username", "taken_by__username"),
}


def _named(key: Any) -> str:
    if isinstance(key, dt.datetime):
        key = timezone.localtime(key).date()
    return key.isoformat() if isinstance(key, dt.date) else str(key or "")
