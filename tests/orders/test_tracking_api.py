"""Looking an order up by reference and phone."""

from __future__ import annotations

import pytest

from orders.lifecycle import confirm_order
from tests.factories import ProductFactory
from tests.orders.desk import guest, placed

pytestmark = pytest.mark.django_db

PHONE = "+919822001144"


@pytest.fixture
def order(units):
    return placed((ProductFactory(stock=5, unit_price=450), 2), buyer=guest("Lata Pawar", PHONE))


def track(api, reference, phone):
    return api.get("/api/orders/track", {"reference": reference, "phone": phone})


def test_the_buyer_sees_how_far_it_is_and_nothing_about_the_person(guest_api, order):
    confirm_order(order, by=None)
    body = track(guest_api, order.order_reference, PHONE).json()
    assert set(body) == {
        *("orderReference", "status", "paymentStatus", "itemCount", "total"),
        *("trackingNumber", "carrier", "createdAt", "updatedAt"),
    }
    assert (body["status"], body["total"]) == ("confirmed", 900)


@pytest.mark.parametrize("phone", ["98220 01144", "0091 98220-01144", "919822001144"])
def test_both_may_be_written_otherwise(guest_api, order, phone):
    assert track(guest_api, f" {order.order_reference.lower()}", phone).status_code == 200


def test_a_number_kept_as_typed_is_found_by_its_digits(guest_api, units):
    order = placed((ProductFactory(), 1), buyer=guest("Lata Pawar", "+1234567890"))
    assert track(guest_api, order.order_reference, "123-456-7890").status_code == 200
    assert track(guest_api, order.order_reference, "123-456-7891").status_code == 404


def test_a_wrong_number_answers_what_an_unknown_reference_does(guest_api, seller_api, order):
    unknown = track(guest_api, "LEG-NONE-NONE", PHONE)
    assert unknown.status_code == 404
    for phone in ("+919822001145", "x", "%", "0"):
        wrong = track(guest_api, order.order_reference, phone)
        assert (wrong.status_code, wrong.json()) == (404, unknown.json())


def test_an_order_without_a_number_is_nobodys_to_track(guest_api, units):
    order = placed((ProductFactory(), 1), buyer=guest("Lata Pawar", ""))
    assert track(guest_api, order.order_reference, "-").status_code == 404


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, ["reference", "phone"]),
        ({"reference": "LEG-1", "phone": ""}, ["phone"]),
        ({"reference": "x" * 41, "phone": PHONE}, ["reference"]),
    ],
)
def test_what_is_not_asked_for_is_named(guest_api, asked, named):
    response = guest_api.get("/api/orders/track", asked)
    assert response.status_code == 400
    assert [error["attr"] for error in response.json()["errors"]] == named


def test_guessing_is_slow(guest_api, order, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "track": "2/min"}
    answers = [track(guest_api, order.order_reference, PHONE).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
