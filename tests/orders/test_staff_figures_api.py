"""Figures over HTTP: whatever the orders are, the sums equal them to the paisa."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from orders.figures import RANGES, midnight
from orders.models import Order, OrderItem
from tests.factories import ProductFactory, UserFactory

pytestmark = pytest.mark.django_db

STATUSES = ["pending", "confirmed", "processing", "shipped", "delivered", "cancelled", "returned"]
PAISA = Decimal("0.01")


def rupees(chance: random.Random, most: int) -> Decimal:
    return Decimal(chance.randrange(most * 100)) / 100


@pytest.fixture(params=range(3))
def history(request, units) -> list[tuple[Order, list[OrderItem]]]:
    """Ninety orders of the last year with lines, fees, discounts, returns and costs by chance."""
    chance = random.Random(request.param)
    staff = [*UserFactory.create_batch(2), None]
    product = ProductFactory()
    made = []
    for number in range(90):
        order, items = _order(chance, number, staff), []
        for position in range(1, chance.randrange(2, 5)):
            items.append(_item(chance, order, position, product))
        order.subtotal = sum(item.subtotal for item in items)
        order.discount = min(rupees(chance, 50), order.subtotal)
        order.total = order.subtotal - order.discount + order.delivery_fee
        if order.status == "returned":
            order.returned_total = order.subtotal - order.discount
        made.append((order, items))
    Order.objects.bulk_create(order for order, _ in made)
    OrderItem.objects.bulk_create(item for _, items in made for item in items)
    for order, _ in made:
        order.created_at = _moment(chance)
    Order.objects.bulk_update([order for order, _ in made], ["created_at"])
    return made


def _moment(chance: random.Random) -> dt.datetime:
    """Some second of a day of the last year, in the shop; the edges of days among them."""
    day = timezone.localdate() - dt.timedelta(days=chance.choice([0, 6, 7, 29, 30, 200, 400]))
    second = chance.choice([0, 1, 43_200, 86_399]) if day < timezone.localdate() else 0
    return midnight(day) + dt.timedelta(seconds=second)


def _order(chance, number, staff) -> Order:
    return Order(
        order_reference=f"SALE-{number:04}",
        customer_name="Rekha Solanki",
        channel=chance.choice(["storefront", "whatsapp", "counter"]),
        status=chance.choice(STATUSES),
        delivery_fee=rupees(chance, 90),
        shipping_cost=rupees(chance, 60),
        taken_by=chance.choice(staff),
        assigned_to=chance.choice(staff),
        item_count=1,
    )


def _item(chance, order, position, product) -> OrderItem:
    quantity = Decimal(chance.randrange(1, 9_000)) / 1000
    price = rupees(chance, 900)
    return OrderItem(
        order=order,
        position=position,
        product=product,
        product_name=product.name,
        quantity=quantity,
        returned_quantity=quantity if order.status == "returned" else 0,
        unit_id="kg",
        unit_price=price,
        cost_price=chance.choice([None, rupees(chance, 500)]),
        subtotal=(price * quantity).quantize(PAISA, ROUND_HALF_UP),
    )


def exactly(value: object) -> Decimal:
    """A number of an answer, to the paisa."""
    return Decimal(str(value)).quantize(PAISA)


def revenue(orders) -> Decimal:
    return sum((order.total - order.returned_total for order in orders), Decimal(0))


def alive(orders) -> list[Order]:
    return [order for order in orders if order.status != "cancelled"]


def all_of(history) -> list[Order]:
    return [order for order, _ in history]


@pytest.mark.parametrize("within", RANGES)
def test_the_dashboard_equals_the_orders(seller_api, history, within):
    cache.clear()
    today = timezone.localdate()
    first = {
        "7d": today - dt.timedelta(days=6),
        "30d": today - dt.timedelta(days=29),
        "month": today.replace(day=1),
        "all": dt.date(2000, 1, 1),
    }[within]
    asked = [o for o in all_of(history) if timezone.localdate(o.created_at) >= first]
    body = seller_api.get(f"/api/staff/stats?range={within}").json()
    counts = {name: body[name] for name in STATUSES if name != "processing"}
    assert counts == {name: sum(o.status == name for o in asked) for name in counts}
    assert (body["total_orders"], body["packed"]) == (
        *(len(asked), sum(o.status == "processing" for o in asked)),
    )
    assert exactly(body["total_revenue"]) == revenue(alive(asked))


def test_profit_equals_the_orders_month_by_month_and_in_all(seller_api, history):
    cache.clear()
    sums = defaultdict(lambda: defaultdict(Decimal))
    for order, items in history:
        if order.status in ("pending", "cancelled"):
            continue
        day = timezone.localdate(order.created_at)
        month = sums[day.year, day.month]
        month["order_count"] += 1
        month["total_sales"] += order.subtotal - order.discount - order.returned_total
        month["delivery_fees"] += order.delivery_fee
        month["shipping_cost"] += order.shipping_cost
        for item in items:
            kept = (item.quantity - item.returned_quantity) * (item.cost_price or 0)
            month["cost_of_goods"] += kept.quantize(PAISA, ROUND_HALF_UP)
    body = seller_api.get("/api/staff/profit?period=24").json()
    assert (body["period"], len(body["monthly"])) == (24, 24)
    names = ("order_count", "total_sales", "delivery_fees", "cost_of_goods", "shipping_cost")
    for shown in body["monthly"]:
        month = sums[shown["year"], shown["month"]]
        assert {name: exactly(shown[name]) for name in names} == {
            name: month[name].quantize(PAISA) for name in names
        }
        profit = month["total_sales"] + month["delivery_fees"]
        profit -= month["cost_of_goods"] + month["shipping_cost"]
        assert exactly(shown["gross_profit"]) == profit.quantize(PAISA)
    for name in names:
        assert exactly(body["totals"][name]) == sum(month[name] for month in sums.values())


def test_staff_are_credited_with_what_is_theirs(seller_api, history):
    asked = [o for o in all_of(history) if o.assigned_to_id or o.taken_by_id]
    body = seller_api.get("/api/staff/performance?days=1000").json()
    assert exactly(body["team_revenue"]) == revenue(alive(asked))
    for rep in body["reps"]:
        theirs = [o for o in asked if (o.assigned_to_id or o.taken_by_id) == rep["id"]]
        assert (rep["orders"], exactly(rep["revenue"])) == (
            *(len(alive(theirs)), revenue(alive(theirs)).quantize(PAISA)),
        )
        assert rep["cancelled"] == len(theirs) - len(alive(theirs))


@pytest.mark.parametrize(
    "by", ["day", "week", "month", "status", "channel", "payment_status", "rep"]
)
def test_past_sales_in_groups_add_up(seller_api, history, by):
    orders = alive(all_of(history))
    body = seller_api.get(f"/api/staff/sales-history?group_by={by}").json()
    assert (body["group_by"], body["total_orders"]) == (by, len(orders))
    assert exactly(body["total_revenue"]) == revenue(orders)
    assert sum(group["orders"] for group in body["groups"]) == len(orders)
    assert sum(exactly(group["revenue"]) for group in body["groups"]) == revenue(orders)
    if by == "day":
        days = {timezone.localdate(order.created_at).isoformat() for order in orders}
        assert [group["key"] for group in body["groups"]] == sorted(days)


def test_past_sales_page_by_page_and_as_a_file(seller_api, history):
    orders = alive(all_of(history))
    body = seller_api.get("/api/staff/sales-history?per_page=20&page=2").json()
    assert (body["total"], body["page"], body["per_page"]) == (len(orders), 2, 20)
    assert exactly(body["summary"]["total_revenue"]) == revenue(orders)
    newest = sorted(orders, key=lambda o: (o.created_at, o.pk), reverse=True)
    assert [row["id"] for row in body["orders"]] == [str(o.pk) for o in newest[20:40]]
    file = seller_api.get("/api/staff/sales-history?format=csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert file["Content-Type"] == "text/csv"
    assert [line.split(",")[1] for line in lines[1:]] == [o.order_reference for o in newest]
    assert sum(Decimal(line.rsplit(",", 1)[1]) for line in lines[1:]) == revenue(orders)
    cancelled = seller_api.get("/api/staff/sales-history?status=cancelled").json()
    assert cancelled["total"] == len(history) - len(orders)


@pytest.mark.parametrize(
    ("path", "attr"),
    [
        ("stats?range=fortnight", "range"),
        ("profit?period=0", "period"),
        ("profit?period=six", "period"),
        ("performance?days=0", "days"),
        ("sales-history?group_by=moon", "group_by"),
        ("sales-history?format=pdf", "format"),
        ("sales-history?page=0", "page"),
        ("sales-history?from_date=soon", "from_date"),
    ],
)
def test_what_cannot_be_asked_is_named(seller_api, units, path, attr):
    answer = seller_api.get(f"/api/staff/{path}")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)


def test_figures_are_read_in_as_many_queries_for_many(
    seller_api, history, django_assert_max_num_queries
):
    for path in ("stats", "profit", "performance", "sales-history", "sales-history?group_by=day"):
        cache.clear()
        with django_assert_max_num_queries(7):
            assert seller_api.get(f"/api/staff/{path}").status_code == 200
