"""Checking out over HTTP: a guest's order, an account's, and what can't be meant."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from customers.models import Customer
from orders.models import MetalRate, Order, OrderItem, Product
from orders.stock import StockMovement
from tests.conftest import client_of
from tests.factories import CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import stock_of

pytestmark = pytest.mark.django_db

PHONE = "+919822001144"


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", unit_price=Decimal("450.50"), stock=10)


@pytest.fixture
def shirt(units):
    """Comes in M and L white, and M blue."""
    parent = ProductFactory(name="Linen shirt", has_variants=True)
    for size, color in (("M", "White"), ("L", "White"), ("M", "Blue")):
        ProductFactory(name="Linen shirt", parent=parent, size=size, color=color, unit_price=900)
    return parent


def basket(*items, **fields) -> dict:
    return {
        "customerName": "Lata Pawar",
        "customerPhone": "98220 01144",
        "customerAddress": "12 Gandhi Road, Surat 395003",
        "items": list(items),
        **fields,
    }


def item(product: Product, quantity=1, **fields) -> dict:
    return {"productId": product.pk, "quantity": quantity, **fields}


def post(api, *items, headers=None, **fields):
    return api.post("/api/orders", basket(*items, **fields), headers=headers or {})


def refused(response, status: int = 400) -> list[tuple[str, str]]:
    """(attr, code) of each error, once it is clear that nothing was stored."""
    assert response.status_code == status, response.json()
    assert not Order.objects.exists()
    assert not Customer.objects.exists()
    return [(error["attr"], error["code"]) for error in response.json()["errors"]]


# A guest ---------------------------------------------------------------------------------


def test_a_guest_orders_at_the_shops_prices_and_stock_stays(guest_api, kurta):
    response = post(guest_api, item(kurta, 2), orderReference="LEG-TEST-0001", notes="Call first")

    body = response.json()
    assert response.status_code == 201
    shown = ("orderReference", "status", "total", "itemCount", "channel", "notes", "warnings")
    assert [body[key] for key in shown] == [
        *("LEG-TEST-0001", "pending", 901, 2, "storefront", "Call first", [])
    ]
    assert body["customerAddress"] == "12 Gandhi Road, Surat 395003"
    assert stock_of(kurta) == 10


def test_a_guest_is_linked_by_the_normalised_number_but_proves_nothing(guest_api, kurta):
    farhan = CustomerFactory(phone=PHONE, payment_terms="credit", user=UserFactory(role="buyer"))
    body = post(guest_api, item(kurta)).json()
    assert (body["customerPhone"], body["customerId"]) == (PHONE, farhan.pk)
    assert (body["customerVerified"], body["paymentTerms"], body["user"]) == (False, "cash", None)
    theirs = client_of(farhan.user).get("/api/orders/my-orders").json()
    assert theirs["results"] == []


def test_a_new_number_makes_a_customer_once(guest_api, kurta):
    first = post(guest_api, item(kurta)).json()
    second = post(guest_api, item(kurta), customerPhone="+91-98220-01144", customerName="L. Pawar")
    assert second.json()["customerId"] == first["customerId"]
    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.user) == ("Lata Pawar", PHONE, None)


@pytest.mark.parametrize("typed", ["+1987650432", "12345678901234", "+99 999 999 999 99"])
def test_an_impossible_number_is_kept_as_typed_with_a_warning(guest_api, kurta, typed):
    body = post(guest_api, item(kurta), customerPhone=typed).json()
    assert (body["customerPhone"], body["customerId"]) == (typed, None)
    assert body["warnings"] == [
        f"{typed} is no phone number anybody could have, so it leads to no customer."
    ]
    assert not Customer.objects.exists()


def test_a_reference_is_made_where_none_is_sent(guest_api, kurta):
    references = [
        post(guest_api, item(kurta), **sent).json()["orderReference"]
        for sent in ({}, {"orderReference": None}, {"orderReference": ""})
    ]
    assert len(set(references)) == 3
    assert all(reference.startswith("LEG-") for reference in references)


def test_an_address_may_come_in_its_parts(guest_api, kurta):
    parts = {"line1": "Flat 4", "city": "Pune", "pincode": 411004, "line2": None}
    response = post(guest_api, item(kurta), customerAddress=parts)
    assert response.json()["customerAddress"] == "Flat 4, Pune, 411004"


def test_snake_case_and_a_trailing_slash_do_as_well(guest_api, kurta):
    body = {
        "customer_name": "Lata Pawar",
        "customer_phone": PHONE,
        "items": [{"product_id": kurta.pk, "quantity": "2", "selected_size": None}],
    }
    response = guest_api.post("/api/orders/", body)
    assert (response.status_code, response.json()["itemCount"]) == (201, 2)


def test_html_and_sql_are_plain_text(guest_api, kurta):
    words = "<script>alert(1)</script>'; DROP TABLE orders_order;--"
    body = post(guest_api, item(kurta), customerName=words, notes=words).json()
    assert (body["customerName"], body["notes"]) == (words, words)


# Prices that were sent ---------------------------------------------------------------------


def test_amounts_that_were_sent_are_warnings_when_they_differ(guest_api, kurta):
    response = post(
        guest_api,
        item(kurta, 2, unitPrice=1, price="9", subtotal="901.00"),
        item(kurta, 1, unitPrice="450.50"),
        total=2,
        discount=0,
        deliveryFee="free",
        itemCount=99,
    )
    body = response.json()
    assert (response.status_code, body["total"]) == (201, 1351.5)
    assert body["warnings"] == [
        "The order: the total is 1351.50, not 2 as was sent.",
        "The order: the delivery fee is 0, not free as was sent.",
        "Line 1: the unit price is 450.50, not 1 as was sent.",
        "Line 1: the price that was sent, 9, is not taken over.",
    ]
    assert Order.objects.get().warnings == body["warnings"]


def test_staff_who_check_out_get_the_shops_prices_too(seller_api, seller_user, kurta):
    body = post(seller_api, item(kurta, 1, unitPrice=5)).json()
    assert (body["total"], body["user"]) == (450.5, seller_user.pk)
    assert len(body["warnings"]) == 1


def test_warnings_stay_few_however_many_amounts_are_sent(guest_api, kurta):
    body = post(guest_api, *[item(kurta, 1, unitPrice=1, mrpPrice=2)] * 200).json()
    assert (len(body["warnings"]), body["warnings"][-1][:3]) == (100, "301")


@pytest.mark.parametrize("amount", [True, [1], {"a": 1}])
def test_an_amount_that_is_none_is_a_400(guest_api, kurta, amount):
    assert refused(post(guest_api, item(kurta), total=amount)) == [("total", "invalid")]


# Signed in ---------------------------------------------------------------------------------


def test_an_account_without_a_customer_gets_one_that_has_no_phone(buyer_api, buyer_user, kurta):
    """The typed number is another customer's: it must not lead there, nor be taken."""
    owner = CustomerFactory(phone=PHONE)
    body = post(buyer_api, item(kurta), customerName="Farida Shaikh").json()

    own = Customer.objects.get(user=buyer_user)
    assert (body["customerId"], body["user"]) == (own.pk, buyer_user.pk)
    assert (body["customerVerified"], body["customerPhone"]) == (True, PHONE)
    assert (own.name, own.phone, own != owner) == ("Farida Shaikh", None, True)
    post(buyer_api, item(kurta))
    assert Customer.objects.filter(user=buyer_user).count() == 1


def test_an_account_orders_as_its_proven_customer_on_its_terms(buyer_api, buyer_user, kurta):
    farida = CustomerFactory(user=buyer_user, payment_terms="credit")
    body = post(buyer_api, item(kurta)).json()
    assert (body["customerId"], body["customerVerified"]) == (farida.pk, True)
    assert body["paymentTerms"] == "credit"
    mine = buyer_api.get("/api/orders/my-orders").json()["results"]
    assert [row["id"] for row in mine] == [body["id"]]


def test_staff_vouch_for_the_number_they_type(seller_api, kurta):
    farhan = CustomerFactory(phone=PHONE)
    body = post(seller_api, item(kurta)).json()
    assert (body["customerId"], body["customerVerified"]) == (farhan.pk, True)
    assert not Customer.objects.filter(user__isnull=False).exists()


# What can't be meant ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity", [0, -1, 1e9, 1e400, 2.5, "x", "", None, True, [2], {"a": 2}, 0.0001]
)
def test_a_quantity_that_can_not_be_meant_names_its_line(guest_api, kurta, quantity):
    body = json.dumps(basket(item(kurta), item(kurta, quantity))).replace("Infinity", "1e400")
    response = guest_api.post("/api/orders", body, content_type="application/json")
    assert [attr for attr, _ in refused(response)] == ["items.1.quantity"]


def test_numbers_may_come_as_text_and_what_is_weighed_in_parts(guest_api, kurta, units):
    rice = ProductFactory(name="Basmati rice", unit=units["kg"], unit_price=Decimal("99.99"))
    body = post(guest_api, item(kurta, "2"), item(rice, 2.5)).json()
    assert [line["quantity"] for line in body["items"]] == [2, 2.5]
    assert body["items"][1]["subtotal"] == 249.98  # 249.975 rounded half up


def test_every_bad_line_is_named(guest_api, kurta, shirt):
    gone = ProductFactory(archived_at="2026-01-01T00:00Z")
    response = post(
        guest_api, item(kurta), item(gone), item(shirt), item(kurta, 2.5), {"productId": 4242424}
    )
    assert refused(response) == [("items.4.quantity", "required")]
    lines = [item(kurta), item(gone), item(shirt), item(kurta, 2.5), item(Product(pk=4242424))]
    assert refused(post(guest_api, *lines)) == [
        ("items.1.productId", "invalid_line"),
        ("items.2.productId", "variant_needed"),
        ("items.3.quantity", "invalid_line"),
        ("items.4.productId", "invalid_line"),
    ]


@pytest.mark.parametrize("bad", [0, -1, 10**30, "x", None, True, [1], 1.5])
def test_a_product_id_of_the_wrong_kind_is_a_400(guest_api, kurta, bad):
    assert [attr for attr, _ in refused(post(guest_api, {"productId": bad, "quantity": 1}))] == [
        "items.0.productId"
    ]


def test_more_than_500_lines_are_refused(guest_api, kurta):
    assert refused(post(guest_api, *[item(kurta)] * 10_000)) == [("items", "max_length")]
    assert post(guest_api, *[item(kurta)] * 500).status_code == 201
    assert OrderItem.objects.count() == 500


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customerName", ""),
        ("customerName", "  "),
        ("customerName", None),
        ("customerName", "x" * 121),
        ("customerPhone", "12345"),
        ("customerPhone", "1234567890123456"),
        ("customerPhone", "no phone"),
        ("customerPhone", None),
        ("customerEmail", "nobody"),
        ("customerAddress", "x" * 501),
        ("customerAddress", True),
        ("customerAddress", ["x"]),
        ("orderReference", "x" * 41),
        ("orderReference", "LEG 1\n2"),
        ("orderReference", {"a": 1}),
        ("notes", "x" * 2001),
        ("items", []),
        ("items", None),
        ("items", "x"),
        ("items", {"0": 1}),
        ("items", [5]),
    ],
)
def test_a_field_that_can_not_be_meant_is_named(guest_api, kurta, field, value):
    body = {**basket(item(kurta)), field: value}
    errors = refused(guest_api.post("/api/orders", body))
    assert errors[0][0].split(".")[0] == field


@pytest.mark.parametrize("field", ["customerName", "customerPhone", "items"])
def test_a_missing_field_is_named(guest_api, kurta, field):
    body = basket(item(kurta))
    del body[field]
    assert refused(guest_api.post("/api/orders", body)) == [(field, "required")]


@pytest.mark.parametrize(
    "body", ["{", "", "[]", "null", '"x"', "5", '{"items": [], "items": []}', "{'a': 1}"]
)
def test_a_body_that_is_no_order_is_a_400(guest_api, kurta, body):
    refused(guest_api.post("/api/orders", body, content_type="application/json"))


def test_a_body_of_5_mb_is_a_413(guest_api, kurta):
    refused(post(guest_api, item(kurta), notes="x" * 5_000_000), 413)


def test_a_product_without_a_price_today_is_a_409(guest_api, units):
    ring = ProductFactory(
        name="Gold ring", price_basis="gram", metal="gold_22k", weight=10, unit_price=None
    )
    assert refused(post(guest_api, item(ring)), 409) == [("items.0.unitPrice", "no_price")]
    MetalRate.objects.create(metal="gold_22k", date="2026-01-01", rate=6000)
    assert post(guest_api, item(ring)).json()["total"] == 60000


# Sizes and colours -------------------------------------------------------------------------


def test_size_and_colour_choose_the_child(guest_api, shirt):
    body = post(guest_api, item(shirt, selectedSize="l", selectedColor="WHITE")).json()
    child = shirt.variants.get(size="L")
    line = body["items"][0]
    assert (line["productId"], line["parentId"]) == (child.pk, shirt.pk)
    assert (line["selectedSize"], line["selectedColor"]) == ("L", "White")
    assert post(guest_api, item(child)).json()["items"][0]["productId"] == child.pk


@pytest.mark.parametrize(
    ("asked", "code", "listed"),
    [
        ({}, "variant_needed", "M White, L White, M Blue"),
        ({"selectedColor": "White"}, "variant_needed", "M White, L White"),
        ({"selectedSize": "XXL"}, "no_such_variant", "M White, L White, M Blue"),
        ({"selectedSize": "L", "selectedColor": "Blue"}, "no_such_variant", "M White, L White"),
    ],
)
def test_a_size_or_colour_that_is_missing_lists_those_there_are(
    guest_api, shirt, asked, code, listed
):
    response = post(guest_api, item(shirt, **asked))
    assert refused(response) == [("items.0.productId", code)]
    assert listed in response.json()["errors"][0]["detail"]
    assert {"productId", "size", "color"} == set(response.json()["options"][0])


# Who may -----------------------------------------------------------------------------------


def test_guests_of_one_address_are_slowed_down_and_accounts_are_not(
    guest_api, buyer_api, kurta, settings
):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "guest_checkout": "2/min"}
    answers = [post(guest_api, item(kurta)).status_code for _ in range(3)]
    assert answers == [201, 201, 429]
    assert post(buyer_api, item(kurta)).status_code == 201
    assert guest_api.get("/api/products").status_code == 200


def test_a_broken_token_is_a_401_and_places_nothing(guest_api, kurta):
    refused(post(guest_api, item(kurta), headers={"Authorization": "Bearer x.y.z"}), 401)


@pytest.mark.parametrize("count", [1, 5])
def test_placing_takes_the_same_queries_for_any_number_of_lines(
    guest_api, units, count, django_assert_num_queries
):
    products = [ProductFactory() for _ in range(count)]
    post(guest_api, item(products[0]))
    with django_assert_num_queries(22):
        assert post(guest_api, *map(item, products)).status_code == 201
    assert not StockMovement.objects.exists()
