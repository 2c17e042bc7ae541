"""The customer portal's two calls, to the letter as the portal knows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from customers.consent import consent_history, may_notify, record_opt_out
from customers.models import ConsentEvent, Customer, PaymentTerms
from customers.phones import normalise_phone
from orders.models import Order, OrderStatus
from orders.payments import record_payment
from orders.placing import Buyer, NewLine, place_order
from tests.conftest import client_of
from tests.factories import CustomerFactory, IdentityFactory, ProductFactory, UserFactory
from tests.orders.desk import brought_to, guest, placed

pytestmark = pytest.mark.django_db

PHONE = "+919822001144"
FAILED = {"error": "failed to update customers", "reason": "no entry exist in customer table"}


@pytest.fixture(params=["", "/_ah"])
def base(request) -> str:
    return request.param


@pytest.fixture
def kurta(units):
    return ProductFactory(
        name="Indigo kurta", sku="KUR-IN", unit_price=450, stock=9, brand="Khadi Ghar", weight=240
    )


@pytest.fixture
def order(kurta) -> Order:
    buyer = Buyer(
        customer=CustomerFactory(name="Lata Pawar", phone=PHONE),
        verified=False,
        name="Lata Pawar",
        phone=PHONE,
        email="Lata@example.in",
        address_line1="12 Gandhi Road",
        address_city="Surat",
        address_state="Gujarat",
        address_pincode="395003",
    )
    lines = [NewLine(product=kurta, quantity=Decimal(2))]
    return place_order(lines, buyer=buyer, channel="storefront", by=None)


def path(order: Order, base: str = "") -> str:
    return f"{base}/api/esb/v2/order/{order.pk}"


def sent(**changes) -> dict:
    return {
        "contactPhone": "98220 01144",
        "customerName": "Lata Pawar",
        "email": "lata@EXAMPLE.in",
        "accountId": "1",
        "whatsAppStatus": "ACTIVE",
        **changes,
    }


# GET ----------------------------------------------------------------------------------


def test_the_order_is_told_in_the_portals_keys_and_order(guest_api, order, base):
    Order.objects.filter(pk=order.pk).update(created_at=datetime(2026, 11, 20, 5, 12, 44, 0, UTC))
    order.events.update(created_at=datetime(2026, 11, 20, 5, 12, 44, 0, UTC))
    item = str(order.items.get().pk)
    answer = guest_api.get(path(order, base), {"phone": "098220-01144"})
    assert json.loads(answer.content, object_pairs_hook=list) == json.loads(
        json.dumps(
            {
                "customerOrderNumber": order.order_reference,
                "vendorOrderNumber": order.order_reference,
                "orderDate": "2026-11-20 10:42:44.0",
                "isCOD": 1,
                "paymentType": "COD",
                "taxAmount": 0.0,
                "subTotal": 900.0,
                "orderTotal": 900.0,
                "balanceDue": 900.0,
                "shippingAddress": {
                    "city": "Surat",
                    "postalCode": "395003",
                    "addressLine1": "12 Gandhi Road",
                    "state": "Gujarat",
                    "contactPhone": PHONE,
                    "customerName": "Lata Pawar",
                    "email": "Lata@example.in",
                },
                "items": [
                    {
                        "orderItemID": item,
                        "statusUpdatedAt": "2026-11-20 10:42:44",
                        "lineItemTotal": 900.0,
                        "forwardTrackingTimeline": {
                            "statusLog": [{"status": "pending", "updatedAt": "2026-11-20 10:42:44"}]
                        },
                        "timeLine": "forwardTrackingTimeline",
                        "productName": "Indigo kurta",
                        "itemID": "KUR-IN",
                        "latestStatus": "pending",
                        "id": item,
                        "sku": "KUR-IN",
                        "quantity": 2,
                        "isRefunded": "false",
                        "returnPolicy": {"isReturnable": False},
                        "customerPrice": 450.0,
                        "taxRate": 0.0,
                        "lineItemSequenceNumber": 1,
                        "additionalProductInfo": {
                            "productDetails": {
                                "unitPrice": 450.0,
                                "weight": 240.0,
                                "sku": "KUR-IN",
                                "brand": "Khadi Ghar",
                                "weightUnit": "g",
                            }
                        },
                        "taxAmount": 0.0,
                        "cancellationPolicy": {"isCancellable": True},
                    }
                ],
                "orderId": str(order.pk),
                "isWhatsAppEnabledForNotifications": "0",
            }
        ),
        object_pairs_hook=list,
    )


MASKED = {
    "city": "Surat",
    "postalCode": "39***",
    "addressLine1": "***",
    "state": "Gujarat",
    "contactPhone": "***44",
    "customerName": "L***",
    "email": "L***",
}


@pytest.mark.parametrize("phone", [None, "", "98220 01145", "x", "44"])
def test_contact_fields_are_masked_for_whoever_has_only_the_id(guest_api, order, phone):
    asked = {} if phone is None else {"phone": phone}
    assert guest_api.get(path(order), asked).json()["shippingAddress"] == MASKED


def test_staff_and_the_owner_see_them_and_another_buyer_does_not(order, seller_api, buyer_api):
    owner = UserFactory(username="lata", role="buyer")
    Order.objects.filter(pk=order.pk).update(user=owner)
    assert client_of(owner).get(path(order)).json()["shippingAddress"]["contactPhone"] == PHONE
    assert seller_api.get(path(order)).json()["shippingAddress"]["contactPhone"] == PHONE
    assert buyer_api.get(path(order)).json()["shippingAddress"] == MASKED


def test_an_order_without_a_phone_has_no_key_to_it(guest_api, kurta):
    order = placed((kurta, 1), buyer=guest("Lata Pawar", ""))
    address = guest_api.get(path(order), {"phone": "-"}).json()["shippingAddress"]
    assert address == {"customerName": "L***"}


def test_a_delivered_paid_order_says_so(guest_api, order):
    record_payment(order, amount=Decimal(900), method="upi", by=None)
    Order.objects.filter(pk=order.pk).update(carrier="Delhivery", tracking_number="DLV4471920")
    brought_to(order, OrderStatus.DELIVERED)
    body = guest_api.get(path(order)).json()
    assert (body["isCOD"], body["paymentType"], body["balanceDue"]) == (0, "PREPAID", 0)
    [item] = body["items"]
    timeline = item["forwardTrackingTimeline"]
    assert (timeline["courierName"], timeline["trackingID"]) == ("Delhivery", "DLV4471920")
    assert [entry["status"] for entry in timeline["statusLog"]] == [
        *("pending", "confirmed", "processing", "shipped", "delivered"),
    ]
    assert (item["returnPolicy"], item["cancellationPolicy"]) == (
        {"isReturnable": True},
        {"isCancellable": False},
    )


def test_a_credit_order_is_not_paid_at_the_door(guest_api, kurta):
    customer = CustomerFactory(payment_terms=PaymentTerms.CREDIT)
    body = guest_api.get(path(placed((kurta, 1), customer=customer))).json()
    assert (body["isCOD"], body["paymentType"]) == (0, "CREDIT")


def test_an_unknown_order_is_not_found(guest_api, order, base):
    unknown = f"{base}/api/esb/v2/order/5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11"
    assert guest_api.get(unknown).status_code == 404
    assert guest_api.get(f"{base}/api/esb/v2/order/44212809").status_code == 404


def test_a_long_order_costs_as_many_queries_as_a_short_one(
    guest_api, units, django_assert_max_num_queries
):
    def cost(lines: int) -> int:
        order = placed(*[(ProductFactory(), 1) for _ in range(lines)])
        with django_assert_max_num_queries(20) as queries:
            guest_api.get(path(order))
        return len(queries)

    assert cost(1) == cost(8)


# POST ---------------------------------------------------------------------------------


def test_ticking_the_checkbox_is_answered_to_the_letter(guest_api, order, base):
    answer = guest_api.post(path(order, base), sent())
    assert answer.status_code == 200
    assert answer.content == (
        b'{"contactPhone":"98220 01144","customerName":"Lata Pawar","email":"lata@EXAMPLE.in",'
        b'"accountId":"1","whatsAppStatus":"ACTIVE","status":"updated successfully "}'
    )
    assert guest_api.get(path(order, base)).json()["isWhatsAppEnabledForNotifications"] == "1"
    word = ConsentEvent.objects.get()
    assert (word.customer, word.state, word.how, word.phone, word.by, word.note) == (
        order.customer,
        "opted_in",
        "checkbox",
        PHONE,
        None,
        f"Order {order.order_reference}",
    )


def test_it_can_be_taken_back(guest_api, order):
    for status in ("ACTIVE", "INACTIVE"):
        assert guest_api.post(path(order), sent(whatsAppStatus=status)).status_code == 200
    assert guest_api.get(path(order)).json()["isWhatsAppEnabledForNotifications"] == "0"
    assert [w.state for w in consent_history(order.customer)] == ["opted_out", "opted_in"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"contactPhone": "98220 01145"},
        {"contactPhone": "-"},
        {"email": "other@example.in"},
        {"email": ""},
        {"accountId": "2"},
        {"accountId": "1489"},
    ],
)
def test_what_is_not_the_orders_finds_no_customer(guest_api, order, base, wrong):
    answer = guest_api.post(path(order, base), sent(**wrong))
    assert (answer.status_code, answer.json(), list(answer.json())) == (
        404,
        FAILED,
        ["error", "reason"],
    )
    assert not ConsentEvent.objects.exists()


def test_an_unknown_order_answers_the_same(guest_api, order):
    unknown = "/api/esb/v2/order/5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11"
    answer = guest_api.post(unknown, sent())
    assert (answer.status_code, answer.json()) == (404, FAILED)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"whatsAppStatus": "active"}, "whatsAppStatus"),
        ({"whatsAppStatus": "MAYBE"}, "whatsAppStatus"),
        ({"whatsAppStatus": None}, "whatsAppStatus"),
        ({"contactPhone": ""}, "contactPhone"),
        ({"accountId": [1]}, "accountId"),
    ],
)
def test_what_can_not_be_meant_is_named(guest_api, order, wrong, named):
    answer = guest_api.post(path(order), sent(**wrong))
    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == [named]
    assert not ConsentEvent.objects.exists()


def test_the_account_may_be_a_number_and_names_be_in_snake_case(guest_api, order, settings):
    settings.ESB_ACCOUNT_ID = "1489"
    body = {"contact_phone": PHONE, "email": "lata@example.in", "account_id": 1489}
    answer = guest_api.post(path(order), {**body, "whats_app_status": "ACTIVE"})
    assert (answer.status_code, answer.json()["accountId"]) == (200, "1489")


def test_an_order_without_an_email_asks_for_none(guest_api, kurta):
    order = placed((kurta, 1))
    assert guest_api.post(path(order), sent(email="")).status_code == 200
    assert may_notify(Customer.objects.get(phone=PHONE))


def test_the_yes_is_of_whoever_has_the_number_not_of_the_account_that_ordered(guest_api, kurta):
    """A signed-in buyer's customer has no phone: the number is only typed."""
    mine = CustomerFactory(name="Lata's account", phone=None)
    buyer = Buyer(customer=mine, verified=True, name="Lata Pawar", phone=PHONE)
    order = placed((kurta, 1), buyer=buyer)
    person = IdentityFactory(customer=CustomerFactory(phone=None), phone=PHONE).customer
    guest_api.post(path(order), sent(email=""))
    assert (may_notify(person), may_notify(mine)) == (True, False)
    assert guest_api.get(path(order)).json()["isWhatsAppEnabledForNotifications"] == "1"


def test_whoever_moved_to_another_number_agrees_for_that_one(guest_api, order):
    moved = Customer.objects.get(phone=PHONE)
    Customer.objects.filter(pk=moved.pk).update(phone="+919822007788")
    guest_api.post(path(order), sent())
    word = ConsentEvent.objects.get()
    assert (word.customer, word.phone) == (moved, "+919822007788")
    assert guest_api.get(path(order)).json()["isWhatsAppEnabledForNotifications"] == "1"
    assert not Customer.objects.filter(phone=PHONE).exists()


def test_a_number_that_nobody_could_have_leads_to_no_customer(guest_api, kurta):
    assert normalise_phone("+1987650432") is None
    order = placed((kurta, 1), buyer=guest("Lata Pawar", "+1987650432"))
    answer = guest_api.post(path(order), sent(contactPhone="+1987650432", email=""))
    assert (answer.status_code, answer.json()) == (404, FAILED)


def test_staff_who_tick_it_are_named(seller_api, seller_user, order):
    seller_api.post(path(order), sent())
    assert ConsentEvent.objects.get().by == seller_user


def test_a_stop_shows_the_checkbox_again(guest_api, order):
    guest_api.post(path(order), sent())
    record_opt_out(order.customer, how="keyword")
    assert guest_api.get(path(order)).json()["isWhatsAppEnabledForNotifications"] == "0"


@pytest.mark.parametrize("method", ["get", "post"])
def test_guessing_is_slow(guest_api, order, settings, method):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "track": "2/min"}
    wrong = {} if method == "get" else sent(contactPhone="98220 01145")
    call = getattr(guest_api, method)
    answers = [call(path(order), wrong) for _ in range(3)]
    assert [answer.status_code for answer in answers][2] == 429
    assert int(answers[2]["Retry-After"]) > 0
