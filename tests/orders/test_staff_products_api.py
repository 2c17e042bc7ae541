"""The staff's shelf over HTTP: what is there, what is counted, what is edited in bulk."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.models import Category, Product, StockMovement
from tests.factories import CategoryFactory, ProductFactory
from tests.orders.desk import confirmed, movements_of, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bangle(units):
    return ProductFactory(sku="BANGLE", name="Lac bangle", unit_price=Decimal("120"), stock=10)


@pytest.fixture
def mojari(units):
    parent = ProductFactory(sku="MOJARI", name="Embroidered mojari", has_variants=True)
    for size, stock in (("38", 2), ("39", 5)):
        ProductFactory(
            sku=f"MOJARI-{size}", name=parent.name, parent=parent, size=size, stock=stock
        )
    return parent


def refused(response, status: int = 400) -> list[tuple[str, str]]:
    """(attr, code) of each error."""
    assert response.status_code == status, response.json()
    return [(error["attr"], error["code"]) for error in response.json()["errors"]]


def change(api, product, **body):
    return api.patch(f"/api/staff/inventory/{product.pk}", body)


# Inventory -----------------------------------------------------------------------------------


def test_the_inventory_lists_what_is_stocked(seller_api, bangle, mojari):
    ProductFactory(sku="OLD", name="Old stole", archived_at="2026-01-05T00:00:00Z")
    body = seller_api.get("/api/staff/inventory?per_page=2").json()
    assert {key: body[key] for key in ("total", "page", "per_page", "pages", "count")} == {
        **{"total": 3, "page": 1, "per_page": 2, "pages": 2, "count": 3}
    }
    assert [row["sku"] for row in body["products"]] == ["MOJARI-38", "MOJARI-39"]
    shown = {"id", "name", "sku", "brand", "unit_size", "in_stock", "unit_price", "bulk_price"}
    assert shown | {"stock_quantity"} <= set(body["products"][0])
    assert body["products"][0]["unit_size"] == "38"


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("search=bangle", ["BANGLE"]),
        ("in_stock=false", ["EMPTY"]),
        ("category=bangles", ["BANGLE"]),
        ("search=nothing of this name", []),
        ("per_page=0", ["EMPTY", "BANGLE"]),
        ("per_page=x&page=1", ["EMPTY", "BANGLE"]),
    ],
)
def test_the_inventory_is_searched_and_filtered(seller_api, bangle, query, skus):
    bangle.category = CategoryFactory(name="Bangles", slug="bangles")
    bangle.save()
    ProductFactory(sku="EMPTY", name="Empty tray", stock=0)
    body = seller_api.get(f"/api/staff/inventory?{query}").json()
    assert [row["sku"] for row in body["products"]] == skus


@pytest.mark.parametrize("path", ["inventory", "products"])
def test_a_list_asks_the_database_as_often_for_many_as_for_few(
    seller_api, mojari, django_assert_num_queries, path
):
    with django_assert_num_queries(4 if path == "products" else 3):
        seller_api.get(f"/api/staff/{path}")
    ProductFactory.create_batch(6)
    with django_assert_num_queries(4 if path == "products" else 3):
        seller_api.get(f"/api/staff/{path}")


def test_stock_is_set_and_prices_with_it(seller_api, seller_user, bangle):
    body = change(seller_api, bangle, stock_quantity=14, unit_price="130.50").json()
    assert (body["success"], body["product"]["stock_quantity"], body["product"]["unit_price"]) == (
        *(True, 14, 130.5),
    )
    assert movements_of(bangle) == [("opening", 10, 10), ("count", 4, 14)]
    counted = StockMovement.objects.first()
    assert (counted.reason, counted.actor) == ("Set by staff", seller_user)


def test_goods_come_in_and_are_lost_for_a_reason(seller_api, bangle):
    assert refused(change(seller_api, bangle, delta=5)) == [("reason", "invalid_line")]
    assert change(seller_api, bangle, delta=5, reason="From Jaipur").status_code == 200
    assert refused(change(seller_api, bangle, delta=-16, reason="Broken"), 409) == [
        (None, "short_stock")
    ]
    assert movements_of(bangle) == [("opening", 10, 10), ("adjustment", 5, 15)]


def test_a_count_of_what_moved_meanwhile_is_refused(seller_api, bangle):
    confirmed((bangle, 3))
    response = change(seller_api, bangle, stock_quantity=10, expected_quantity=10, unit_price=99)
    assert refused(response, 409) == [(None, "stale_count")]
    assert response.json()["stock_quantity"] == 7
    assert Product.objects.get().unit_price == 120


def test_out_of_stock_is_a_count_of_none(seller_api, bangle):
    assert change(seller_api, bangle, in_stock=True).status_code == 200
    assert change(seller_api, bangle, in_stock=False).json()["product"]["in_stock"] is False
    assert change(seller_api, bangle, in_stock=False).status_code == 200
    assert movements_of(bangle) == [("opening", 10, 10), ("count", -10, 0)]
    assert StockMovement.objects.first().reason == "Marked as out of stock"
    assert refused(change(seller_api, bangle, in_stock=True)) == [
        ("stock_quantity", "invalid_line")
    ]


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"stock_quantity": -1}, "stock_quantity"),
        ({"stock_quantity": "many"}, "stock_quantity"),
        ({"stock_quantity": None}, "stock_quantity"),
        ({"stock_quantity": 2.5}, "counted"),
        ({"stock_quantity": "1e40"}, "stock_quantity"),
        ({"in_stock": "perhaps"}, "in_stock"),
        ({"in_stock": False, "stock_quantity": 3}, "in_stock"),
        ({"delta": 1, "stock_quantity": 3, "reason": "x"}, "delta"),
        ({"delta": 0, "reason": "x"}, "delta"),
        ({"unit_price": -1}, "unit_price"),
        ({"bulk_price": 100}, "bulk_quantity"),
        ({"reason": {}}, "reason"),
    ],
)
def test_what_cannot_be_meant_is_named_and_changes_nothing(seller_api, bangle, body, attr):
    response = seller_api.patch(f"/api/staff/inventory/{bangle.pk}", body)
    assert refused(response)[0][0] == attr
    assert (stock_of(bangle), Product.objects.get().unit_price) == (10, 120)


def test_a_parent_is_counted_by_its_sizes(seller_api, mojari):
    assert refused(change(seller_api, mojari, stock_quantity=3), 409) == [(None, "not_stocked")]
    assert change(seller_api, mojari, stock_quantity=7).status_code == 200  # as it is shown


def test_what_is_no_product_is_not_there(seller_api, bangle):
    assert change(seller_api, Product(pk=987654), stock_quantity=1).status_code == 404
    seller_api.patch(f"/api/staff/inventory/{bangle.pk}", [1, 2])
    assert seller_api.patch(f"/api/staff/inventory/{bangle.pk}", [1, 2]).status_code == 400


# Products ------------------------------------------------------------------------------------


def test_all_products_are_listed_archived_ones_too(seller_api, bangle, mojari, admin_api):
    assert admin_api.delete(f"/api/staff/products/{bangle.pk}").json() == {
        **{"success": True, "message": "Lac bangle is archived."}
    }
    body = seller_api.get("/api/staff/products").json()
    assert [(row["sku"], row["is_active"]) for row in body["products"]] == [
        *[("MOJARI", True), ("BANGLE", False)]
    ]
    assert [row["sku"] for row in body["products"][0]["variants"]] == ["MOJARI-38", "MOJARI-39"]
    assert (body["current_page"], body["pages"], body["per_page"]) == (1, 1, 50)
    assert seller_api.get(f"/api/staff/products/{bangle.pk}").json()["sku"] == "BANGLE"


def test_a_product_is_added_with_names_as_clients_know_them(seller_api, units):
    category = CategoryFactory()
    response = seller_api.post(
        "/api/staff/products",
        {
            **{"name": "Jute tote", "sku": "TOTE", "unit_price": 350, "category_id": category.pk},
            **{"unit_size": "large", "cost_per_item": "180.25", "stock_quantity": 6},
            **{"in_stock": True, "ship_box_name": "ignored"},
        },
    )
    product = response.json()["product"]
    assert (response.status_code, response.json()["success"]) == (201, True)
    shown = ("unit_size", "cost_per_item", "cost_price", "category", "stock_quantity")
    assert [product[key] for key in shown] == ["large", 180.25, 180.25, "Kurtas", 6]


def test_another_stock_in_an_edit_is_a_count(seller_api, bangle):
    path = f"/api/staff/products/{bangle.pk}"
    body = seller_api.patch(path, {"name": "Lac kada", "stock_quantity": 4, "reason": "Diwali"})
    assert (body.json()["product"]["name"], body.json()["product"]["stock_quantity"]) == (
        *("Lac kada", 4),
    )
    assert StockMovement.objects.first().reason == "Diwali"


def test_only_an_admin_deletes(seller_api, bangle):
    assert seller_api.delete(f"/api/staff/products/{bangle.pk}").status_code == 403


# In bulk -------------------------------------------------------------------------------------


def bulk(api, *rows):
    return api.post("/api/staff/products/bulk", {"products": list(rows)})


def test_a_bulk_edit_says_what_is_saved_and_what_is_not(seller_api, bangle, mojari):
    response = bulk(
        seller_api,
        {"id": bangle.pk, "name": "Lac kada", "stock_quantity": 3},
        {"id": bangle.pk, "stock_quantity": -4},
        {"sku": "BANGLE", "stock_quantity": 8},
        {"id": 987654, "name": "Nobody's"},
        {"id": mojari.pk, "stock_quantity": 9},
        {"id": bangle.pk, "name": "Lac kada"},
        "x",
    )
    body = response.json()
    assert (response.status_code, body["saved_count"], body["error_count"]) == (200, 3, 4)
    assert [(row["row"], row["changed"]) for row in body["saved"]] == [
        *[(0, True), (2, True), (5, False)]
    ]
    assert [(row["row"], row["errors"][0]["code"]) for row in body["errors"]] == [
        *[(1, "min_value"), (3, "invalid"), (4, "not_stocked"), (6, "invalid")]
    ]
    assert movements_of(bangle) == [("opening", 10, 10), ("count", -7, 3), ("count", 5, 8)]


def test_prices_in_bulk_are_an_admins(seller_api, admin_api, bangle):
    row = {"id": bangle.pk, "unit_price": 150, "stock_quantity": 1}
    assert refused(bulk(seller_api, row), 403) == [(None, "permission_denied")]
    assert (stock_of(bangle), Product.objects.get().unit_price) == (10, 120)
    assert bulk(admin_api, row).json()["saved_count"] == 1
    assert (stock_of(bangle), Product.objects.get().unit_price) == (1, 150)


# Categories ----------------------------------------------------------------------------------


def test_categories_are_made_renamed_and_taken_away(seller_api, admin_api, seller_user, bangle):
    made = seller_api.post("/api/staff/categories", {"name": "  Home   decor "}).json()
    assert (made["name"], made["slug"], made["product_count"]) == ("Home decor", "home-decor", 0)
    path = f"/api/staff/categories/{made['id']}"
    assert refused(seller_api.post("/api/staff/categories", {"name": "HOME DECOR"})) == [
        *[("name", "unique")]
    ]
    assert seller_api.patch(path, {"name": "For the home"}).json()["slug"] == "home-decor"
    seller_api.patch(f"/api/staff/products/{bangle.pk}", {"category_id": made["id"]})
    assert refused(admin_api.delete(path), 409) == [(None, "category_in_use")]
    seller_api.patch(f"/api/staff/products/{bangle.pk}", {"category_id": None})
    assert seller_api.delete(path).status_code == 403
    assert admin_api.delete(path).status_code == 204
    assert admin_api.delete(path).status_code == 404
    assert Category.history.filter(history_user=seller_user).count() == 2


def test_categories_of_other_scripts_and_of_one_name_get_slugs_of_their_own(seller_api, units):
    names = ["साड़ी", "कुर्ता", "Sa-ri", "Sa ri"]
    made = [seller_api.post("/api/staff/categories", {"name": name}).json() for name in names]
    assert [row["slug"] for row in made] == ["साड़ी", "कुर्ता", "sa-ri", "sa-ri-2"]
    shown = seller_api.get("/api/staff/categories").json()["categories"]
    assert {row["name"] for row in shown} == set(names)


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "  "}, {"name": []}, {"name": "x" * 81}]
)
def test_a_category_needs_a_name(seller_api, units, body):
    assert refused(seller_api.post("/api/staff/categories", body))[0][0] == "name"
