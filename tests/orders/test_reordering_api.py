"""The same again, at today's prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from orders.models import MetalRate, Order, Product
from orders.placing import NewLine, place_order
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import guest, placed

pytestmark = pytest.mark.django_db


def again(api, order):
    response = api.post(f"/api/orders/{order.pk}/reorder")
    assert response.status_code == 200
    return response.json()


def test_the_items_come_back_at_todays_prices_ready_to_post(seller_api, guest_api, units):
    kurta = ProductFactory(
        name="Indigo kurta", unit_price=450, bulk_price=400, bulk_quantity=10, stock=99
    )
    shirt = ProductFactory(
        name="Linen shirt", parent=ProductFactory(has_variants=True), size="M", unit_price=900
    )
    order = placed((kurta, 10), (shirt, 1))
    Product.objects.filter(pk=kurta.pk).update(bulk_price=Decimal("380.50"))

    body = again(seller_api, order)

    assert (body["total"], body["warnings"], Order.objects.count()) == (4705, [], 1)
    assert body["items"][0] == {
        "productId": kurta.pk,
        "productName": "Indigo kurta",
        "quantity": 10,
        "unitPrice": 380.5,
        "selectedSize": "",
        "selectedColor": "",
        "subtotal": 3805,
    }
    assert body["items"][1]["selectedSize"] == "M"
    sent = {"customerName": "Lata Pawar", "customerPhone": "9822001144", **body}
    posted = guest_api.post("/api/orders", sent).json()
    assert (posted["total"], posted["warnings"]) == (4705, [])


def test_what_can_not_be_ordered_today_is_a_warning(seller_api, seller_user, units):
    gone = ProductFactory(name="Indigo kurta")
    parent = ProductFactory(has_variants=True)
    child = ProductFactory(name="Linen shirt, M", parent=parent, size="M")
    ring = ProductFactory(
        name="Gold ring", price_basis="gram", metal="gold_22k", weight=1, unit_price=None
    )
    MetalRate.objects.create(metal="gold_22k", date="2026-01-01", rate=6000)
    lines = [NewLine(product, Decimal(1)) for product in (gone, child, ring)]
    custom = {"is_custom": True, "item_name": "Pendant", "unit_price": Decimal(10)}
    lines.append(NewLine(None, Decimal(1), **custom))
    order = place_order(lines, buyer=guest(), channel="counter", by=seller_user)
    Product.objects.filter(pk__in=[gone.pk, parent.pk]).update(archived_at=timezone.now())
    MetalRate.objects.all().delete()

    assert again(seller_api, order) == {
        "items": [],
        "total": 0,
        "warnings": [
            "Indigo kurta is not sold any more.",
            "Linen shirt, M is not sold any more.",
            "Gold ring has no price today.",
            "Pendant was made to order: please ask for it.",
        ],
    }


def test_the_owner_may(buyer_api, buyer_user, units):
    order = placed((ProductFactory(), 1), customer=CustomerFactory(user=buyer_user))
    assert len(again(buyer_api, order)["items"]) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_it_takes_the_same_queries_for_any_number_of_lines(
    seller_api, units, count, django_assert_num_queries
):
    order = placed(*((ProductFactory(), 1) for _ in range(count)))
    with django_assert_num_queries(5):
        again(seller_api, order)
