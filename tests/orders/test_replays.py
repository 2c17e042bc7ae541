"""The same post twice makes one order; the same key with other data makes none."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.sweeping import sweep
from orders.checkout import Basket, BasketLine, check_out
from orders.lifecycle import confirm_order
from orders.locking import got_lock
from orders.models import Checkout, Order
from tests.conftest import client_of
from tests.factories import ProductFactory, UserFactory
from tests.orders.desk import guest, placed
from tests.orders.racing import kinds, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", unit_price=Decimal("450.50"), stock=10)


def post(api, product, quantity=1, *, key="", address="203.0.113.7", unit_price=450.5, **fields):
    line = {"productId": product.pk, "quantity": quantity, "unitPrice": unit_price}
    body = {"customerName": "Lata Pawar", "customerPhone": "+919822001144", "items": [line]}
    headers = {"Idempotency-Key": key} if key else {}
    return api.post("/api/orders", body | fields, headers=headers, REMOTE_ADDR=address)


def statuses(*responses) -> tuple[list[int], int]:
    """What each was answered, and how many orders there are then."""
    return [response.status_code for response in responses], Order.objects.count()


@pytest.mark.parametrize("sent", [{"key": "cart-81"}, {"orderReference": "LEG-TEST-0001"}])
def test_the_same_again_answers_the_order_as_it_is_now(guest_api, kurta, sent):
    first = post(guest_api, kurta, **sent)
    confirm_order(Order.objects.get(), by=None)
    again = post(guest_api, kurta, "1.000", unit_price=7, total=9, **sent)

    assert statuses(first, again) == ([201, 200], 1)
    assert again.json()["id"] == first.json()["id"]
    assert (again.json()["status"], again.json()["warnings"]) == ("confirmed", [])


@pytest.mark.parametrize("sent", [{"key": "cart-81"}, {"orderReference": "LEG-TEST-0001"}])
@pytest.mark.parametrize(
    "other",
    [
        {"quantity": 2},
        {"notes": "Gift wrap"},
        {"customerName": "Latha Pawar"},
        {"customerAddress": "12 Gandhi Road"},
    ],
)
def test_other_data_is_a_409(guest_api, kurta, sent, other):
    answers = [post(guest_api, kurta, **sent), post(guest_api, kurta, **sent, **other)]
    assert statuses(*answers) == ([201, 409], 1)
    assert answers[1].json()["errors"][0]["code"] == "key_used_with_other_data"


def test_a_replay_is_answered_when_the_product_is_gone_meanwhile(guest_api, kurta):
    first = post(guest_api, kurta, key="cart-81")
    type(kurta).objects.update(archived_at="2026-01-01T00:00Z")
    assert statuses(first, post(guest_api, kurta, key="cart-81")) == ([201, 200], 1)


def test_a_key_counts_for_its_guest_only(guest_api, kurta):
    answers = [
        post(guest_api, kurta, key="cart-81"),
        post(guest_api, kurta, key="cart-81", address="203.0.113.8"),
        post(guest_api, kurta, key="cart-81", customerPhone="+919822001155"),
    ]
    assert statuses(*answers) == ([201, 201, 201], 3)


def test_a_key_counts_for_its_account_only(guest_api, buyer_api, kurta):
    other = client_of(UserFactory(role="buyer"))
    answers = [post(api, kurta, key="cart-81") for api in (guest_api, buyer_api, other)]
    assert statuses(*answers) == ([201, 201, 201], 3)
    # An account may move between addresses.
    assert post(buyer_api, kurta, key="cart-81", address="203.0.113.9").status_code == 200


def test_a_reference_of_another_account_is_a_409(buyer_api, kurta):
    other = client_of(UserFactory(role="buyer"))
    answers = [post(api, kurta, orderReference="LEG-TEST-0001") for api in (buyer_api, other)]
    assert statuses(*answers) == ([201, 409], 1)


def test_a_reference_that_the_desk_gave_away_is_a_409(guest_api, kurta):
    order = placed((kurta, 1), buyer=guest("Lata Pawar", "+919822001144"))
    again = post(guest_api, kurta, orderReference=order.order_reference)
    assert statuses(again) == ([409], 1)
    assert again.json()["errors"][0]["code"] == "reference_taken"


def test_a_new_key_on_a_known_reference_belongs_to_that_order_from_then_on(guest_api, kurta):
    reference = {"orderReference": "LEG-TEST-0001"}
    answers = [
        post(guest_api, kurta, **reference),
        post(guest_api, kurta, key="cart-81", **reference),
        post(guest_api, kurta, key="cart-81"),
    ]
    assert statuses(*answers) == ([201, 200, 409], 1)


def test_what_was_refused_may_be_tried_again_under_the_same_key(guest_api, kurta):
    refusal = post(guest_api, kurta, 2.5, key="cart-81")
    assert statuses(refusal) == ([400], 0)
    assert not Checkout.objects.exists()
    assert post(guest_api, kurta, 2, key="cart-81").status_code == 201


def test_without_a_key_or_reference_every_post_is_an_order(guest_api, kurta):
    assert statuses(post(guest_api, kurta), post(guest_api, kurta)) == ([201, 201], 2)
    assert not Checkout.objects.exists()


def test_a_key_that_is_too_long_is_a_400(guest_api, kurta):
    assert statuses(post(guest_api, kurta, key="x" * 256)) == ([400], 0)


def test_a_checkout_keeps_nobodys_address(guest_api, kurta):
    post(guest_api, kurta, key="cart-81")
    row = Checkout.objects.get()
    assert "203.0.113" not in row.scope
    assert "98220" not in row.scope


# At once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
@pytest.mark.parametrize("sent", [{"key": "cart-81"}, {"orderReference": "LEG-TEST-0001"}])
def test_of_16_same_posts_at_once_one_places_the_order(kurta, sent):
    responses = race(*[lambda: post(client_of(None), kurta, 2, **sent)] * 16)

    codes = [response.status_code for response in responses]
    assert (codes.count(201), Order.objects.count()) == (1, 1)
    assert set(codes) <= {200, 201, 409}
    assert {r.json()["errors"][0]["code"] for r in responses if r.status_code == 409} <= {
        "still_running"
    }
    shown = {r.json()["orderReference"] for r in responses if r.status_code != 409}
    assert len(shown) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_while_the_first_still_runs_the_second_is_told_so(kurta):
    lines = [BasketLine(kurta.pk, Decimal(1))]
    basket = Basket("Lata Pawar", "+919822001144", lines, reference="LEG-TEST-0001")

    def hold_and_post():
        from threading import Thread

        from django.db import connection, transaction

        answers = []

        def second():
            answers.extend(race(lambda: check_out(basket, user=None)))

        with transaction.atomic():
            assert got_lock("checkout reference LEG-TEST-0001")
            thread = Thread(target=second)
            thread.start()
            thread.join()
        connection.close()
        return answers

    assert kinds(hold_and_post()) == {"StillRunning": 1}
    assert not check_out(basket, user=None).replayed
    assert check_out(basket, user=None).replayed


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_an_accounts_first_orders_at_once_make_one_customer(kurta, buyer_user):
    responses = race(*[lambda: post(client_of(buyer_user), kurta)] * 8)
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["customerId"] for response in responses}) == 1


# Forgetting ---------------------------------------------------------------------------------


def test_a_key_is_forgotten_after_a_week_and_an_order_reference_never(guest_api, kurta):
    post(guest_api, kurta, key="cart-81")
    post(guest_api, kurta, orderReference="LEG-TEST-0001")
    Checkout.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))
    post(guest_api, kurta, key="cart-82")

    assert sweep(timezone.now())["keys_forgotten"] == 1
    assert statuses(
        post(guest_api, kurta, orderReference="LEG-TEST-0001"),
        post(guest_api, kurta, key="cart-82"),
        post(guest_api, kurta, key="cart-81"),
    ) == ([200, 200, 201], 4)
