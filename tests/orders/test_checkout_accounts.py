"""An account made at the end of the checkout, with the order that a guest just placed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import User
from orders.models import Order
from tests.factories import ProductFactory
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

PATH = "/api/auth/register/checkout"
ACCOUNT = {
    "email": "sunita@example.in",
    "password": "saffron-monsoon-77",
    "deliveryName": "Sunita Rao",
    "deliveryAddress": "12 Gandhi Road",
    "deliveryCity": "Surat",
    "deliveryState": "Gujarat",
    "deliveryZip": "395003",
    "deliveryPhone": "98200 41234",
    "deliveryCompany": "Rao Saris",
}


@pytest.fixture
def order(units, guest_api) -> Order:
    """What a guest placed a moment ago."""
    basket = {
        "customerName": "Sunita Rao",
        "customerPhone": "98200 41234",
        "customerEmail": "Sunita@example.in",
        "items": [{"productId": ProductFactory(stock=5).pk, "quantity": 1}],
    }
    guest_api.post("/api/orders", basket, format="json")
    return Order.objects.get()


def test_the_account_has_the_order_and_the_address_at_once(guest_api, order):
    body = {**ACCOUNT, "orderNumber": order.order_reference}
    response = guest_api.post(PATH, body)
    assert response.status_code == 201
    made = response.json()
    assert (made["success"], made["orderLinked"]) == (True, True)
    assert made["user"]["username"] == made["user"]["email"] == "sunita@example.in"
    assert (made["user"]["firstName"], made["user"]["phone"]) == ("Sunita", "+919820041234")
    user = User.objects.get()
    assert (user.customer.name, user.customer.company) == ("Sunita Rao", "Rao Saris")
    assert str(user.customer.addresses.get()) == "12 Gandhi Road, Surat, Gujarat, 395003"
    buyer = APIClient()
    buyer.force_authenticate(user)
    assert [one["id"] for one in buyer.get("/api/orders").json()["results"]] == [str(order.pk)]
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["My shop: Confirm your e-mail"]


@pytest.mark.parametrize(
    ("change", "age"),
    [
        ({"email": "somebody@else.example"}, 0),
        ({"deliveryPhone": "98200 41299"}, 0),
        ({"orderNumber": "LEG-0000-0000"}, 0),
        ({}, 61),
    ],
)
def test_an_order_that_is_not_certainly_theirs_stays_nobodys(guest_api, order, change, age):
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=age))
    response = guest_api.post(PATH, {**ACCOUNT, "orderNumber": order.order_reference, **change})
    assert (response.status_code, response.json()["orderLinked"]) == (201, False)
    order.refresh_from_db()
    assert order.customer_verified is False


def test_an_order_of_another_account_is_not_given_away(guest_api, order):
    body = {**ACCOUNT, "orderNumber": order.order_reference}
    guest_api.post(PATH, body)
    User.objects.update(email="", username="sunita")
    again = guest_api.post(PATH, body)
    assert again.json()["orderLinked"] is False
    assert Order.objects.get().customer.user.username == "sunita"


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"password": "12345678"}, "weak_password", "password"),
        ({"email": "farida@example.in"}, "unique", "email"),
        ({"deliveryCity": ""}, "blank", "deliveryCity"),
    ],
)
def test_what_is_refused_makes_no_account(guest_api, buyer_user, change, code, attr):
    response = guest_api.post(PATH, {**ACCOUNT, **change})
    [error] = response.json()["errors"]
    assert (response.status_code, error["code"], error["attr"]) == (400, code, attr)
    assert User.objects.count() == 1
