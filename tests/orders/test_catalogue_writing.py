"""Staff write the catalogue over HTTP."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from orders.errors import ProductGone, Taken
from orders.lifecycle import confirm_order
from orders.models import Product
from orders.products import archive_product, create_product, update_product
from tests.factories import CategoryFactory, ProductFactory
from tests.orders.desk import movements_of, placed, stock_of
from tests.orders.racing import kinds, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def kurta(units):
    return ProductFactory(sku="KURTA", name="Indigo kurta", unit_price=Decimal("450.50"), stock=10)


@pytest.fixture
def shirt(units):
    parent = ProductFactory(sku="SHIRT", name="Linen shirt", has_variants=True, unit_price=900)
    for size in "ML":
        ProductFactory(sku=f"SHIRT-{size}", parent=parent, size=size, stock=2)
    return parent


def refused(response, status: int = 400) -> list[tuple[str, str]]:
    """(attr, code) of each error."""
    assert response.status_code == status, response.json()
    return [(error["attr"], error["code"]) for error in response.json()["errors"]]


def row(product: Product) -> dict:
    return Product.objects.filter(pk=product.pk).values().get()


# Making --------------------------------------------------------------------------------------


def test_staff_put_a_product_with_its_stock_on_the_shelf(seller_api, seller_user, units):
    CategoryFactory()
    response = seller_api.post(
        "/api/products",
        {
            "sku": "DUP-1",
            "name": "Silk dupatta",
            "aliases": ["odhani"],
            "category": "kurtas",
            "unitPrice": "1250.50",
            "bulkPrice": 1100,
            "bulkQuantity": 5,
            "barcode": "",
            "stockQuantity": 12,
            "costPrice": 800,
            "taxRate": 5,
        },
    )
    body = response.json()
    assert response.status_code == 201
    shown = ("sku", "name", "category", "unitPrice", "stockQuantity", "inStock", "costPrice")
    assert [body[key] for key in shown] == [
        *("DUP-1", "Silk dupatta", "Kurtas", 1250.5, 12, True, 800)
    ]
    product = Product.objects.get()
    assert (product.barcode, product.unit_id) == (None, "pc")
    assert movements_of(product) == [("opening", 12, 12)]
    assert product.history.get().history_user == seller_user


def test_a_product_in_sizes_is_made_at_once_and_gets_more(seller_api, units):
    body = seller_api.post(
        "/api/products",
        {
            "sku": "TOP",
            "name": "Cotton top",
            "unitPrice": 300,
            "variants": [
                {"sku": "TOP-S", "size": "S", "stockQuantity": 3},
                {"sku": "TOP-XL", "size": "XL", "unitPrice": 350},
            ],
        },
    ).json()
    assert (body["stockQuantity"], body["variants"][0]["name"]) == (3, "Cotton top")
    assert [v["unitPrice"] for v in body["variants"]] == [300, 350]
    more = seller_api.post("/api/products", {"sku": "TOP-M", "size": "M", "parentId": body["id"]})
    assert (more.status_code, more.json()["parentId"]) == (201, body["id"])
    assert more.json()["unitPrice"] == 300


@pytest.mark.parametrize(
    ("sent", "attr", "code"),
    [
        ({"sku": ""}, "sku", "blank"),
        ({"sku": "KURTA"}, "sku", "unique"),
        ({"barcode": "8901"}, "barcode", "unique"),
        ({"name": ""}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": "x" * 201}, "name", "max_length"),
        ({"unitPrice": -1}, "unitPrice", "min_value"),
        ({"unitPrice": "1.234"}, "unitPrice", "max_decimal_places"),
        ({"unitPrice": "cheap"}, "unitPrice", "invalid"),
        ({"unitPrice": "NaN"}, "unitPrice", "invalid"),
        ({"bulkPrice": 5}, "bulkQuantity", "invalid_line"),
        ({"bulkPrice": 5, "bulkQuantity": 0}, "bulkQuantity", "invalid_line"),
        ({"priceBasis": "gram"}, "metal", "invalid_line"),
        ({"priceBasis": "dozen"}, "priceBasis", "invalid_choice"),
        ({"metal": "tin"}, "metal", "invalid_choice"),
        ({"weight": 0}, "weight", "invalid_line"),
        ({"taxRate": 101}, "taxRate", "max_value"),
        ({"unit": "furlong"}, "unit", "invalid"),
        ({"category": "shoes"}, "category", "invalid"),
        ({"categoryId": 10**30}, "categoryId", "max_value"),
        ({"parentId": 4242424}, "parentId", "invalid"),
        ({"stockQuantity": 2.5}, "stockQuantity", "invalid_line"),
        ({"variants": [{"sku": "A", "size": "S"}], "stockQuantity": 5}, "stockQuantity", None),
        ({"variants": [{"sku": "A"}, {"sku": "A", "size": "S"}]}, "variants.1.sku", "unique"),
        ({"variants": [{"size": "S"}]}, "variants.0.sku", "required"),
        (
            {"variants": [{"sku": "A", "size": "S"}, {"sku": "B", "size": "S"}]},
            "variants.1.size",
            "unique",
        ),
    ],
)
def test_what_can_not_be_on_a_shelf_is_named_and_nothing_is_made(
    seller_api, kurta, sent, attr, code
):
    Product.objects.filter(pk=kurta.pk).update(barcode="8901")
    body = {"sku": "NEW-1", "name": "New", "unitPrice": 10, **sent}
    response = seller_api.post("/api/products", body)
    assert response.status_code in (400, 409), response.json()
    [error, *_] = response.json()["errors"]
    assert error["attr"] == attr
    assert code in (None, error["code"])
    assert Product.objects.count() == 1


def test_an_archived_product_keeps_its_sku(admin_api, kurta):
    admin_api.delete(f"/api/products/{kurta.pk}")
    body = {"sku": "KURTA", "name": "Another", "unitPrice": 1}
    assert refused(admin_api.post("/api/products", body)) == [("sku", "unique")]


# Changing ---------------------------------------------------------------------------------------


def test_staff_change_what_they_name_and_the_history_says_who(seller_api, seller_user, kurta):
    response = seller_api.patch(
        f"/api/products/{kurta.pk}", {"unitPrice": 475, "name": "Indigo kurta, long"}
    )
    assert (response.status_code, response.json()["unitPrice"]) == (200, 475)
    kurta.refresh_from_db()
    assert (kurta.name, kurta.stock_quantity) == ("Indigo kurta, long", 10)
    latest = kurta.history.first()
    assert (latest.history_user, latest.prev_record.unit_price) == (seller_user, Decimal("450.50"))


def test_the_whole_product_may_be_sent_back(seller_api, shirt, kurta):
    for product in (shirt, kurta):
        before = row(product)
        body = seller_api.get(f"/api/products/{product.pk}").json()
        assert seller_api.patch(f"/api/products/{product.pk}", body).status_code == 200
        assert row(product) == before


def test_stock_is_not_typed_over(seller_api, kurta):
    response = seller_api.patch(f"/api/products/{kurta.pk}", {"stockQuantity": 99})
    assert refused(response) == [("stockQuantity", "fixed")]
    assert stock_of(kurta) == 10


def test_a_unit_that_can_not_be_divided_does_not_fit_half_of_one(seller_api, units):
    rice = ProductFactory(unit=units["kg"], stock="2.5")
    response = seller_api.patch(f"/api/products/{rice.pk}", {"unit": "pc"})
    assert refused(response) == [("unit", "invalid_line")]


def test_another_size_of_the_same_name_is_refused(seller_api, shirt):
    large = shirt.variants.get(size="L")
    response = seller_api.patch(f"/api/products/{large.pk}", {"size": "M"})
    assert refused(response) == [("size", "unique")]


# Archiving --------------------------------------------------------------------------------------


def test_an_admin_archives_and_orders_and_movements_keep_it(
    admin_api, seller_api, guest_api, admin_user, kurta
):
    order = placed((kurta, 2))
    assert seller_api.delete(f"/api/products/{kurta.pk}").status_code == 403
    assert guest_api.get(f"/api/products/{kurta.pk}").status_code == 200

    assert admin_api.delete(f"/api/products/{kurta.pk}").status_code == 204

    for path in (f"/api/products/{kurta.pk}", "/api/products/sku/KURTA"):
        assert guest_api.get(path).status_code == 404
    assert guest_api.get("/api/products").json()["results"] == []
    line = {"productId": kurta.pk, "quantity": 1}
    body = {"customerName": "Lata", "customerPhone": "9822001144", "items": [line]}
    assert refused(guest_api.post("/api/orders", body)) == [("items.0.productId", "invalid_line")]
    assert confirm_order(order, by=None).order.status == "confirmed"
    assert seller_api.get(f"/api/orders/{order.pk}").json()["items"][0]["productId"] == kurta.pk
    assert stock_of(kurta) == 8
    assert Product.objects.get().history.first().history_user == admin_user
    assert admin_api.delete(f"/api/products/{kurta.pk}").status_code == 404
    assert admin_api.patch(f"/api/products/{kurta.pk}", {"name": "x"}).status_code == 404


def test_a_parent_takes_its_sizes_with_it(admin_api, guest_api, shirt):
    admin_api.delete(f"/api/products/{shirt.pk}")
    assert not Product.objects.on_sale().exists()
    child = shirt.variants.first()
    assert guest_api.get(f"/api/products/{child.pk}").status_code == 404


def test_one_size_goes_alone_and_may_come_again(admin_api, guest_api, shirt):
    admin_api.delete(f"/api/products/{shirt.variants.get(size='M').pk}")
    body = guest_api.get(f"/api/products/{shirt.pk}").json()
    assert ([v["size"] for v in body["variants"]], body["stockQuantity"]) == (["L"], 2)
    again = {"sku": "SHIRT-M2", "size": "M", "parentId": shirt.pk}
    assert admin_api.post("/api/products", again).status_code == 201


# Many at once -----------------------------------------------------------------------------------


def test_many_are_changed_each_row_by_itself(admin_api, kurta, shirt):
    rows = [
        {"id": kurta.pk, "unitPrice": 500},
        {"sku": "SHIRT", "isFeatured": True},
        {"sku": "SHIRT-M", "size": "M"},
        {"sku": "NONE", "name": "x"},
        {"id": shirt.pk, "name": ""},
        {"name": "of nothing"},
        {"sku": "SHIRT-L", "bulkPrice": 5},
        "nonsense",
        {"id": kurta.pk, "sku": "SHIRT"},
    ]
    response = admin_api.post("/api/products/bulk", {"products": rows})
    body = response.json()
    assert response.status_code == 200
    assert [r["row"] for r in body["updated"]] == [0, 1]
    assert body["skipped"] == [{"row": 2, "id": None, "sku": "SHIRT-M"}]
    assert (body["updatedCount"], body["skippedCount"], body["errorCount"]) == (2, 1, 6)
    assert [(r["row"], r["errors"][0]["attr"]) for r in body["errors"]] == [
        *[(3, "id"), (4, "name"), (5, "id"), (6, "bulkQuantity")],
        *[(7, "nonFieldErrors"), (8, "sku")],
    ]
    kurta.refresh_from_db()
    assert (kurta.unit_price, kurta.sku) == (500, "KURTA")


def test_prices_in_bulk_are_an_admins(seller_api, kurta, shirt):
    rows = [{"id": shirt.pk, "isFeatured": True}, {"id": kurta.pk, "unitPrice": 1}]
    response = seller_api.post("/api/products/bulk", {"products": rows})
    assert refused(response, 403) == [(None, "permission_denied")]
    assert not Product.objects.filter(is_featured=True).exists()
    rows[1]["unitPrice"] = 450.5  # as it is
    response = seller_api.post("/api/products/bulk", {"products": rows})
    assert (response.json()["updatedCount"], response.json()["skippedCount"]) == (1, 1)


@pytest.mark.parametrize("products", [None, [], {}, "x", [{"id": 1}] * 501])
def test_a_bulk_that_is_none_is_a_400(admin_api, units, products):
    response = admin_api.post("/api/products/bulk", {"products": products})
    assert [attr for attr, _ in refused(response)] == ["products"]


# Stock ------------------------------------------------------------------------------------------


def stock(api, product, **change):
    return api.patch(f"/api/products/{product.pk}/stock", change)


def test_goods_come_in_and_break(seller_api, kurta):
    body = stock(seller_api, kurta, delta=5, reason="Came in").json()
    assert (body["stockQuantity"], body["inStock"]) == (15, True)
    body = stock(seller_api, kurta, delta="-15", reason="Fire").json()
    assert (body["stockQuantity"], body["inStock"]) == (0, False)
    assert movements_of(kurta)[1:] == [("adjustment", 5, 15), ("adjustment", -15, 0)]


def test_a_count_that_is_stale_is_a_409(seller_api, kurta):
    assert stock(seller_api, kurta, counted=8, expected=10).json()["stockQuantity"] == 8
    response = stock(seller_api, kurta, counted=7, expected=10, reason="Shelf")
    assert refused(response, 409) == [(None, "stale_count")]
    assert (response.json()["stockQuantity"], stock_of(kurta)) == (8, 8)


def test_more_than_there_is_can_not_go(seller_api, kurta):
    response = stock(seller_api, kurta, delta=-11, reason="Lost")
    assert refused(response, 409) == [(None, "short_stock")]
    assert stock_of(kurta) == 10


def test_a_parent_has_no_stock_to_move(seller_api, shirt):
    assert refused(stock(seller_api, shirt, delta=1, reason="x"), 409) == [(None, "not_stocked")]


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({}, "counted"),
        ({"delta": 1}, "reason"),
        ({"delta": 0, "reason": "x"}, "delta"),
        ({"delta": 2.5, "reason": "x"}, "delta"),
        ({"delta": "x", "reason": "x"}, "delta"),
        ({"delta": None, "reason": "x"}, "delta"),
        ({"delta": 1, "counted": 2, "reason": "x"}, "delta"),
        ({"counted": 2}, "expected"),
        ({"counted": -2, "expected": 10}, "counted"),
        ({"counted": 1e9, "expected": 10}, "counted"),
        ({"delta": 1, "reason": "x" * 201}, "reason"),
    ],
)
def test_a_change_of_stock_that_can_not_be_meant_is_named(seller_api, kurta, change, attr):
    assert refused(stock(seller_api, kurta, **change))[0][0] == attr
    assert stock_of(kurta) == 10


# Who may, and at once ---------------------------------------------------------------------------


def test_guests_and_buyers_write_nothing(guest_api, buyer_api, kurta):
    before = row(kurta)
    for api, status in ((guest_api, 401), (buyer_api, 403)):
        body = {"sku": "X", "name": "X", "unitPrice": 1}
        assert api.post("/api/products", body).status_code == status
        assert api.patch(f"/api/products/{kurta.pk}", body).status_code == status
        assert api.delete(f"/api/products/{kurta.pk}").status_code == status
        assert api.post("/api/products/bulk", {"products": [body]}).status_code == status
        assert stock(api, kurta, delta=1, reason="x").status_code == status
    assert (row(kurta), Product.objects.count()) == (before, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_same_sku_at_once_is_made_once(units):
    fields = {"sku": "DUP-1", "name": "Silk dupatta", "unit_price": Decimal(10)}
    results = race(*[partial(create_product, fields, by=None)] * 8)
    assert kinds(results) == {"Product": 1, "Taken": 7}
    assert all(error.attr == "sku" for error in results if isinstance(error, Taken))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_changes_at_once_lose_nothing_and_archiving_ends_them(units):
    kurta = ProductFactory(stock=1)
    race(
        partial(update_product, kurta, {"name": "Long kurta"}, by=None),
        partial(update_product, kurta, {"brand": "Khadi Bhandar"}, by=None),
    )
    kurta.refresh_from_db()
    assert (kurta.name, kurta.brand) == ("Long kurta", "Khadi Bhandar")
    assert kinds(race(*[partial(archive_product, kurta, by=None)] * 4)) == {
        "NoneType": 1,
        "ProductGone": 3,
    }
    with pytest.raises(ProductGone):
        update_product(kurta, {"name": "x"}, by=None)
