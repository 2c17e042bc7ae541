"""Shipping with carrier and tracking number, over the API and in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from orders.errors import MoveNotAllowed
from orders.models import Order
from orders.shipping import ship_order
from tests.desk import said, text_of
from tests.factories import ProductFactory
from tests.orders.desk import confirmed, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(units) -> Order:
    return confirmed((ProductFactory(name="Indigo kurta", stock=5), 1))


def travels(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.status, order.carrier, order.tracking_number


def test_who_hears_of_the_shipping_hears_the_number(order, settings, seller_user):
    settings.ORDER_EVENT_HANDLERS = [f"{__name__}.hear"]
    HEARD.clear()
    ship_order(order, carrier=" Delhivery ", tracking_number="7781204416", by=seller_user)
    assert HEARD == [("shipped", "Delhivery", "7781204416")]
    assert travels(order) == ("shipped", "Delhivery", "7781204416")
    assert order.history.filter(tracking_number="7781204416").first().history_user == seller_user


HEARD: list[tuple[str, str, str]] = []


def hear(*, order, event, by, **data):
    HEARD.append((event, order.carrier, order.tracking_number))


def test_a_number_can_be_mended_afterwards_and_nothing_is_told_twice(order, settings):
    ship_order(order, carrier="Delhivery", tracking_number="77", by=None)
    settings.ORDER_EVENT_HANDLERS = [f"{__name__}.hear"]
    HEARD.clear()
    ship_order(order, tracking_number="7781204416", by=None)
    assert (travels(order), HEARD) == (("shipped", "Delhivery", "7781204416"), [])


def test_what_can_not_be_shipped_keeps_no_number(units):
    order = placed((ProductFactory(stock=1), 1))
    with pytest.raises(MoveNotAllowed):
        ship_order(order, tracking_number="7781204416", by=None)
    assert travels(order) == ("pending", "", "")


def test_over_the_api_in_either_case(order, seller_api):
    body = {"status": "shipped", "carrier": "Delhivery", "trackingNumber": "7781204416"}
    answer = seller_api.patch(f"/api/orders/{order.pk}", body)
    assert (answer.status_code, answer.json()["trackingNumber"]) == (200, "7781204416")
    assert travels(order) == ("shipped", "Delhivery", "7781204416")


def test_with_another_status_a_number_is_ignored(order, seller_api):
    body = {"status": "processing", "trackingNumber": "7781204416"}
    assert seller_api.patch(f"/api/orders/{order.pk}", body).status_code == 200
    assert travels(order) == ("processing", "", "")


def test_a_number_of_more_than_80_letters_is_refused(order, seller_api):
    body = {"status": "shipped", "trackingNumber": "7" * 81}
    answer = seller_api.patch(f"/api/orders/{order.pk}", body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "trackingNumber")
    assert travels(order) == ("confirmed", "", "")


def test_in_the_admin_the_shipped_button_takes_both(order, seller_desk):
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert 'name="tracking_number"' in text_of(seller_desk.get(page))
    sent = {"do": "move", "status": "shipped", "carrier": "Delhivery", "tracking_number": "778120"}
    assert said(seller_desk.post(page, sent)) == [f"{order} is on its way."]
    assert travels(order) == ("shipped", "Delhivery", "778120")
    assert "Travels with Delhivery <strong>778120</strong>" in text_of(seller_desk.get(page))


def test_in_the_admin_too_long_a_number_is_refused(order, seller_desk):
    page = reverse("admin:orders_order_change", args=[order.pk])
    sent = {"do": "move", "status": "shipped", "tracking_number": "7" * 81}
    assert "80 characters" in said(seller_desk.post(page, sent))[0]
    assert travels(order) == ("confirmed", "", "")
