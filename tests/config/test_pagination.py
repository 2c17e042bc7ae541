"""Long lists: pages to 500, then cursors; a count that stops at what it says."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from config.api import pagination
from orders.models import Channel, Order
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def make_orders(count: int) -> None:
    money = {"subtotal": 10, "total": 10, "item_count": 1}
    Order.objects.bulk_create(
        Order(order_reference=f"LEG-{n:04}", customer_name="Lata", channel=Channel.COUNTER, **money)
        for n in range(count)
    )


def walk(api, url: str) -> list:
    """The ids of every row, following ``next``; each page is full but the last."""
    found: list = []
    while url:
        body = api.get(url).json()
        found += [row["id"] for row in body["results"]]
        url = body["next"]
    return found


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def test_page_500_leads_on_by_cursor_and_page_501_says_so(seller_api):
    make_orders(503)
    last = seller_api.get("/api/orders?page=500&pageSize=1&channel=counter").json()
    assert set(query(last["next"])) == {"cursor", "pageSize", "channel"}
    assert query(last["previous"])["page"] == ["499"]

    after = seller_api.get(last["next"]).json()
    assert (len(after["results"]), after["previous"]) == (1, None)
    in_order = [str(pk) for pk in Order.objects.values_list("pk", flat=True)]
    assert walk(seller_api, last["next"]) == in_order[500:]

    refusal = seller_api.get("/api/orders?page=501&page_size=1")
    [error] = refusal.json()["errors"]
    assert (refusal.status_code, error["attr"]) == (400, "page")
    assert "cursor=" in error["detail"]


@pytest.mark.parametrize("ordering", ["", "total", "-total", "-status", "created_at"])
def test_a_cursor_walks_every_row_once_however_many_are_equal(seller_api, ordering):
    make_orders(23)
    Order.objects.filter(order_reference__endswith="3").update(total=30, subtotal=30)
    query = f"page_size=5&ordering={ordering}"
    walked = walk(seller_api, f"/api/orders?cursor=&{query}")
    assert walked == walk(seller_api, f"/api/orders?{query}")
    assert len(set(walked)) == 23


@pytest.mark.parametrize("ordering", ["unitPrice", "-unitPrice", "name", "-stockQuantity"])
def test_a_cursor_passes_prices_that_are_not_there(guest_api, units, ordering):
    for price in (None, 5, None, Decimal("3.50"), 5, None, 9):
        ProductFactory(unit_price=price)
    query = f"page_size=2&ordering={ordering}"
    walked = walk(guest_api, f"/api/products?cursor=&{query}")
    assert walked == walk(guest_api, f"/api/products?{query}")
    assert len(set(walked)) == 7


def test_rows_that_come_in_meanwhile_are_not_shown_twice(seller_api):
    make_orders(4)
    before = [str(pk) for pk in Order.objects.values_list("pk", flat=True)]
    first = seller_api.get("/api/orders?cursor=&page_size=2").json()
    Order.objects.create(
        *(), order_reference="LEG-NEW", customer_name="x", channel="counter",
        subtotal=1, total=1, item_count=1,
    )  # fmt: skip
    second = seller_api.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == before


@pytest.mark.parametrize("cursor", ["x", "W10", "1:2:3", "%00x", "a" * 5000])
def test_a_cursor_that_is_not_ours_is_a_400(seller_api, cursor):
    assert seller_api.get(f"/api/orders?cursor={cursor}").status_code == 400


def test_a_cursor_of_another_ordering_is_a_400(seller_api):
    make_orders(3)
    url = seller_api.get("/api/orders?cursor=&page_size=1").json()["next"]
    response = seller_api.get(f"{url}&ordering=total")
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, "cursor")


def test_the_count_stops_where_it_says_and_the_pages_go_on(seller_api, monkeypatch):
    monkeypatch.setattr(pagination, "EXACT_COUNT", 4)
    make_orders(4)
    body = seller_api.get("/api/orders?page_size=2").json()
    assert (body["count"], "countIsCapped" in body) == (4, False)
    Order.objects.all().delete()
    make_orders(7)
    body = seller_api.get("/api/orders?page_size=2").json()
    assert (body["count"], body["countIsCapped"]) == (4, True)
    assert len(walk(seller_api, "/api/orders?page_size=2")) == 7
    assert len(walk(seller_api, "/api/orders?cursor=&page_size=2")) == 7


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "", "last", "3"])
def test_a_page_there_is_not_answers_404(seller_api, page):
    make_orders(3)
    assert seller_api.get(f"/api/orders?page={page}&page_size=2").status_code == 404


@pytest.mark.parametrize("size", ["201", "9" * 30])
def test_a_page_holds_200_rows_at_most(seller_api, size):
    make_orders(203)
    assert len(seller_api.get(f"/api/orders?page_size={size}").json()["results"]) == 200


def test_an_empty_list_is_a_page(seller_api):
    body = {"count": 0, "next": None, "previous": None, "results": []}
    assert seller_api.get("/api/orders").json() == body
    assert seller_api.get("/api/orders?cursor=").json() == body
