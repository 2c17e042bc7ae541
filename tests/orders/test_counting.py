"""Quick count: codes are found, counts are set row by row, stock moves through its rule."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from orders.models import StockMovement
from tests.desk import text_of
from tests.factories import ProductFactory
from tests.orders.desk import confirmed, movements_of, stock_of

PAGE = reverse("admin:orders_product_count")
FIND = reverse("admin:orders_product_count_find")


@pytest.fixture
def payal(units):
    return ProductFactory(name="Silver payal", sku="PAY-1", barcode="8901234567894", stock=4)


def send(desk, *rows):
    names = ("id", "counted", "expected")
    body = json.dumps({"rows": [dict(zip(names, row, strict=True)) for row in rows]})
    return desk.post(PAGE, body, content_type="application/json")


@pytest.mark.parametrize("code", ["8901234567894", "PAY-1", "pay-1", " PAY-1 "])
def test_a_barcode_or_sku_finds_its_product(seller_desk, payal, code):
    assert seller_desk.get(FIND, {"code": code}).json() == {
        "id": payal.pk,
        "name": "Silver payal",
        "sku": "PAY-1",
        "unit": "pc",
        "stock": "4",
        "link": reverse("admin:orders_product_change", args=[payal.pk]),
    }


def test_a_barcode_beats_another_products_sku(seller_desk, payal):
    ProductFactory(sku="8901234567894")
    assert seller_desk.get(FIND, {"code": "8901234567894"}).json()["id"] == payal.pk


@pytest.mark.parametrize("code", ["", "XYZ", "1890123456789"])
def test_a_code_of_nothing_is_said_so(seller_desk, payal, code):
    answer = seller_desk.get(FIND, {"code": code})
    assert (answer.status_code, "No product has the code" in answer.json()["error"]) == (404, True)


def test_one_with_sizes_asks_for_a_size(seller_desk, units):
    ProductFactory(name="Anarkali", sku="ANA", has_variants=True)
    answer = seller_desk.get(FIND, {"code": "ANA"})
    said = {"error": "Anarkali has sizes or colours: scan one of them.", "choices": []}
    assert answer.json() == said


def test_a_name_offers_what_may_be_meant_but_never_what_has_no_stock_of_its_own(seller_desk, units):
    """A shop without barcodes counts too; each choice is all that the page needs to add it."""
    kurti = ProductFactory(name="Cotton kurti", sku="WK", has_variants=True)
    sizes = [
        ProductFactory(name="Cotton kurti", sku=f"WK-{size}", size=size, parent=kurti)
        for size in ("M", "L")
    ]
    ProductFactory(name="Silk saree", sku="SAR")
    answer = seller_desk.get(FIND, {"code": "cott kurti"})
    assert (answer.status_code, answer.json()["error"]) == (404, "Which one is meant?")
    chosen = answer.json()["choices"]
    assert [(each["id"], each["name"]) for each in chosen] == [
        (sizes[0].pk, "Cotton kurti · M"),
        (sizes[1].pk, "Cotton kurti · L"),
    ]
    assert seller_desk.get(FIND, {"code": "WK-L"}).json() == chosen[1]


def test_counts_are_set_as_movements_with_who_counted(seller_desk, seller_user, payal):
    kurta = ProductFactory(stock=10)
    answer = send(seller_desk, (payal.pk, 6, "4"), (kurta.pk, "10", "10"))
    assert answer.json() == {
        "rows": [
            {"id": payal.pk, "before": "4", "after": "6"},
            {"id": kurta.pk, "before": "10", "after": "10"},
        ]
    }
    assert movements_of(payal)[-1] == ("count", Decimal(2), Decimal(6))
    last = StockMovement.objects.filter(product=payal).latest("pk")
    assert (last.actor, last.reason) == (seller_user, "Counted on the shelf")


def test_what_was_sold_meanwhile_is_counted_again_and_holds_up_no_other(seller_desk, payal):
    kurta = ProductFactory(stock=10)
    confirmed((payal, 1))
    rows = send(seller_desk, (payal.pk, 4, 4), (kurta.pk, 9, 10)).json()["rows"]
    assert rows[0] == {
        "id": payal.pk,
        "error": "The stock has changed since. Please count again.",
        "stock": "3",
    }
    assert (stock_of(payal), stock_of(kurta)) == (3, 9)


@pytest.mark.parametrize("counted", [-1, "2.5", "NaN", "1e12"])
def test_a_count_that_can_not_be_is_refused(seller_desk, payal, counted):
    rows = send(seller_desk, (payal.pk, counted, 4)).json()["rows"]
    assert rows[0]["error"]
    assert stock_of(payal) == 4


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"rows": []}', '{"rows": [{"id": "x"}]}', '{"rows": [7]}']
)
def test_what_are_no_counts_is_refused(seller_desk, payal, body):
    assert seller_desk.post(PAGE, body, content_type="application/json").status_code == 400


def test_a_product_that_is_gone_is_said_so(seller_desk, payal):
    rows = send(seller_desk, (987654321987654321, 1, 1), (payal.pk, 5, 4)).json()["rows"]
    assert rows[0]["error"] == "There is no such product."
    assert stock_of(payal) == 5


def test_only_staff_count(client, buyer_desk, payal):
    for desk in (client, buyer_desk):
        assert send(desk, (payal.pk, 9, 4)).status_code == 302
        assert desk.get(FIND, {"code": "PAY-1"}).status_code == 302
    assert stock_of(payal) == 4


def test_the_list_leads_to_it(seller_desk, units):
    assert PAGE in text_of(seller_desk.get(reverse("admin:orders_product_changelist")))


@pytest.mark.parametrize("code", ["", "'; --", "%", "x" * 5000, "₹²३"])
def test_garbage_for_a_code_names_nothing(seller_desk, units, code):
    answer = seller_desk.get(FIND, {"code": code})
    assert (answer.status_code, answer.json()["choices"]) == (404, [])
