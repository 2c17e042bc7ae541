"""The catalogue over HTTP, open to anyone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.models import MetalRate, Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

KEYS = {
    *("id", "sku", "barcode", "name", "description", "aliases", "category", "categoryId"),
    *("brand", "parentId", "size", "color", "unit", "unitPrice", "bulkPrice", "bulkQuantity"),
    *("stockQuantity", "inStock", "reorderLevel", "weight", "priceBasis", "metal"),
    *("makingCharge", "taxRate", "hsnCode", "imageUrl", "isFeatured"),
}


@pytest.fixture
def shirt(units):
    """A parent with three children: M and L in white, M in blue, the last sold out."""
    parent = ProductFactory(
        sku="SHIRT", name="Linen shirt", has_variants=True, category=CategoryFactory()
    )
    for size, color, stock in (("M", "White", 4), ("L", "White", 3), ("M", "Blue", 0)):
        ProductFactory(
            sku=f"SHIRT-{size}-{color}".upper(),
            name="Linen shirt",
            parent=parent,
            size=size,
            color=color,
            stock=stock,
        )
    return parent


@pytest.fixture
def ring(units):
    """Twelve grams of 22k gold, with what making it costs."""
    return ProductFactory(
        sku="RING/22",
        name="Gold ring",
        aliases=["anguthi"],
        price_basis="gram",
        metal="gold_22k",
        weight=Decimal("12.345"),
        making_charge=Decimal(1500),
        unit_price=None,
        stock=2,
    )


@pytest.fixture
def kurta(units):
    return ProductFactory(
        sku="KURTA",
        barcode="8901234567894",
        name="Indigo kurta",
        brand="Khadi Bhandar",
        cost_price=Decimal(220),
        bulk_price=Decimal("399.50"),
        bulk_quantity=Decimal(10),
        stock=0,
    )


def rate(days_ago: int, rupees: str, metal: str = "gold_22k") -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    MetalRate.objects.create(metal=metal, date=day, rate=Decimal(rupees))


def skus(response) -> list[str]:
    assert response.status_code == 200
    return [row["sku"] for row in response.json()["results"]]


def test_a_product_is_answered_with_every_key(guest_api, kurta):
    body = guest_api.get(f"/api/products/{kurta.pk}").json()
    assert set(body) == KEYS | {"variants"}
    shown = ("unitPrice", "bulkPrice", "bulkQuantity", "stockQuantity", "inStock", "imageUrl")
    assert [body[key] for key in shown] == [450, 399.5, 10, 0, False, None]


def test_what_it_cost_is_told_to_staff_only(guest_api, buyer_api, seller_api, admin_api, kurta):
    for api in (guest_api, buyer_api):
        assert "costPrice" not in api.get(f"/api/products/{kurta.pk}").json()
        assert "costPrice" not in api.get("/api/products").json()["results"][0]
    for api in (seller_api, admin_api):
        assert api.get(f"/api/products/{kurta.pk}").json()["costPrice"] == 220


def test_a_parent_carries_its_children_and_the_sum_of_their_stock(guest_api, shirt):
    [body] = guest_api.get("/api/products").json()["results"]

    assert (body["sku"], body["stockQuantity"], body["inStock"]) == ("SHIRT", 7, True)
    assert body["category"] == "Kurtas"
    assert [set(variant) for variant in body["variants"]] == [KEYS] * 3
    assert [
        (v["size"], v["color"], v["stockQuantity"], v["inStock"]) for v in body["variants"]
    ] == [
        ("M", "White", 4, True),
        ("L", "White", 3, True),
        ("M", "Blue", 0, False),
    ]
    assert {v["parentId"] for v in body["variants"]} == {shirt.pk}


def test_a_child_is_found_by_its_own_id_and_sku(guest_api, shirt):
    child = shirt.variants.get(size="L")
    by_id = guest_api.get(f"/api/products/{child.pk}").json()
    assert (by_id["size"], by_id["variants"], by_id["stockQuantity"]) == ("L", [], 3)
    assert guest_api.get("/api/products/sku/SHIRT-L-WHITE").json() == by_id


def test_a_sku_with_a_slash_is_found(guest_api, ring):
    assert guest_api.get("/api/products/sku/RING/22").json()["id"] == ring.pk


def test_gold_costs_its_weight_at_the_latest_rate_up_to_today(guest_api, ring):
    path = f"/api/products/{ring.pk}"
    assert guest_api.get(path).json()["unitPrice"] is None
    rate(9, "6000")
    rate(2, "6543.21")
    rate(-1, "9999")
    rate(0, "95.10", metal="silver")
    assert guest_api.get(path).json()["unitPrice"] == 82275.93  # 12.345 × 6543.21 + 1500


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    guest_api, units, count, django_assert_num_queries
):
    rate(0, "6000")
    for _ in range(count):
        parent = ProductFactory(has_variants=True, category=CategoryFactory())
        for size in "SML":
            ProductFactory(parent=parent, size=size, stock=1)
    with django_assert_num_queries(4):  # rates, count, products, children
        assert len(skus(guest_api.get("/api/products"))) == count


def test_archived_products_are_gone(guest_api, shirt, kurta):
    Product.objects.filter(sku__in=["KURTA", "SHIRT-L-WHITE"]).update(archived_at=timezone.now())
    [body] = guest_api.get("/api/products").json()["results"]
    assert (body["stockQuantity"], [v["size"] for v in body["variants"]]) == (4, ["M", "M"])
    assert guest_api.get(f"/api/products/{kurta.pk}").status_code == 404
    assert guest_api.get("/api/products/sku/KURTA").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["RING/22", "KURTA", "SHIRT"]),
        ("search=kurta", ["KURTA"]),
        ("search=INDIGO khadi", ["KURTA"]),
        ("search=anguthi", ["RING/22"]),
        ("search=8901234567894", ["KURTA"]),
        ("search=shirt-l", ["SHIRT"]),
        ("search=indigo shirt", []),
        ("category=kurtas", ["SHIRT"]),
        ("category=KURTAS", ["SHIRT"]),
        ("category=shoes", []),
        ("category=" + "9" * 60, []),
        ("in_stock=true", ["RING/22", "SHIRT"]),
        ("inStock=False", ["KURTA"]),
        ("minPrice=1000", ["RING/22"]),
        ("maxPrice=1000", ["KURTA", "SHIRT"]),
        ("min_price=450&max_price=450", ["KURTA", "SHIRT"]),
        ("ordering=-unitPrice", ["RING/22", "KURTA", "SHIRT"]),
        ("ordering=stock_quantity", ["KURTA", "RING/22", "SHIRT"]),
        ("ordering=-name", ["SHIRT", "KURTA", "RING/22"]),
        ("ordering=-created_at&page_size=2", ["KURTA", "RING/22"]),
        ("page=2&page_size=2", ["SHIRT"]),
    ],
)
def test_products_are_found_by(guest_api, shirt, ring, kurta, query, found):
    rate(0, "6000")
    # Equal prices are sorted by id, the way the list runs.
    assert skus(guest_api.get(f"/api/products?{query}")) == found


@pytest.mark.parametrize(
    "query",
    [
        "in_stock=perhaps",
        "min_price=cheap",
        "min_price=NaN",
        "max_price=1e400",
        "ordering=cost_price",
        "search=" + "x" * 101,
        "category=%00",
    ],
)
def test_a_filter_that_makes_no_sense_is_a_400(guest_api, query):
    assert guest_api.get(f"/api/products?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["0", "-1", "nonsense", "9" * 30, "1.5", "sku/NONE", "sku/%E2%82%B9%20%27;--", "sku", "sku/"],
)
def test_what_there_is_not_answers_404(guest_api, kurta, path):
    response = guest_api.get(f"/api/products/{path}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "not_found")


def test_what_the_shop_puts_forward_is_listed_by_itself(guest_api, shirt, ring, kurta):
    Product.objects.filter(pk__in=[ring.pk, shirt.pk]).update(is_featured=True)
    Product.objects.filter(pk=shirt.pk).update(archived_at=timezone.now())
    assert skus(guest_api.get("/api/products/featured")) == ["RING/22"]
    assert guest_api.get("/api/products/featured").json()["results"][0]["isFeatured"] is True


def test_the_categories_are_listed_by_name(guest_api, units):
    CategoryFactory(name="Rings", slug="rings")
    kurtas = CategoryFactory()
    rows = guest_api.get("/api/categories").json()["results"]
    assert rows[0] == {"id": kurtas.pk, "name": "Kurtas", "slug": "kurtas"}
    assert [row["slug"] for row in rows] == ["kurtas", "rings"]
