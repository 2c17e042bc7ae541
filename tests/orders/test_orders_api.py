"""Orders over HTTP: who sees and moves what, and what each call answers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.lifecycle import cancel_order
from orders.models import Order, OrderStatus
from orders.placing import Buyer, NewLine, place_order
from tests.conftest import client_of
from tests.factories import CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import brought_to, confirmed, guest, placed, stock_of

pytestmark = pytest.mark.django_db

KEYS = {
    *("id", "orderReference", "customerId", "customerVerified", "customerName", "customerPhone"),
    *("customerEmail", "customerAddress", "user", "status", "paymentStatus", "paymentTerms"),
    *("subtotal", "discount", "tax", "deliveryFee", "total", "itemCount", "items", "channel"),
    *("trackingNumber", "carrier", "notes", "warnings", "createdAt", "updatedAt"),
}
ITEM_KEYS = {
    *("id", "productId", "parentId", "productName", "productBarcode", "productImage", "quantity"),
    *("unit", "unitPrice", "selectedSize", "selectedColor", "weight", "slipNumber", "isCustom"),
    *("subtotal", "returnedQuantity"),
}


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", unit_price=Decimal("450.50"), stock=10)


@pytest.fixture
def order(kurta):
    return placed((kurta, 2))


@pytest.fixture
def farida(buyer_user):
    """The buyer's own customer, proven."""
    return CustomerFactory(name="Farida Shaikh", user=buyer_user)


@pytest.fixture
def other_api(units):
    return client_of(UserFactory(username="jignesh", role="buyer"))


def url(order: Order, action: str = "") -> str:
    return f"/api/orders/{order.pk}" + (f"/{action}" if action else "")


def references(response) -> list[str]:
    assert response.status_code == 200
    return [row["orderReference"] for row in response.json()["results"]]


# Reading -----------------------------------------------------------------------


def test_an_order_is_answered_with_every_key(seller_api, kurta):
    size_m = ProductFactory(
        name="Linen shirt", parent=ProductFactory(has_variants=True), size="M", unit_price=900
    )
    customer = CustomerFactory(name="Farhan Textiles", phone="+919811122233")
    buyer = Buyer(
        customer=customer,
        verified=True,
        name="Farhan Textiles",
        phone="+919811122233",
        address_line1="12 Gandhi Road",
        address_city="Surat",
        address_pincode="395003",
    )
    lines = [NewLine(product=kurta, quantity=Decimal(2)), NewLine(size_m, Decimal(1))]
    order = place_order(lines, buyer=buyer, channel="counter", by=None, reference="LEG-7K2M-0042")

    body = seller_api.get(url(order)).json()

    assert set(body) == KEYS
    assert {key: body[key] for key in ("orderReference", "customerId", "status", "total")} == {
        "orderReference": "LEG-7K2M-0042",
        "customerId": customer.pk,
        "status": "pending",
        "total": 1801,
    }
    assert body["customerAddress"] == "12 Gandhi Road, Surat, 395003"
    assert (body["itemCount"], body["paymentStatus"], body["channel"]) == (3, "unpaid", "counter")
    assert [set(item) for item in body["items"]] == [ITEM_KEYS] * 2
    assert [(i["productId"], i["parentId"], i["selectedSize"]) for i in body["items"]] == [
        (kurta.pk, None, ""),
        (size_m.pk, size_m.parent_id, "M"),
    ]
    assert (body["items"][0]["unitPrice"], body["items"][0]["subtotal"]) == (450.5, 901)
    assert body["items"][0]["unit"] == "pc"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    seller_api, kurta, count, django_assert_num_queries
):
    for _ in range(count):
        placed((kurta, 1), (kurta, 2))
    with django_assert_num_queries(3):  # count, orders, items
        assert len(references(seller_api.get("/api/orders"))) == count


@pytest.mark.parametrize("count", [1, 3])
def test_confirming_takes_two_queries_more_for_each_product(
    seller_api, units, count, django_assert_num_queries
):
    order = placed(*((ProductFactory(stock=5), 1) for _ in range(count)))
    with django_assert_num_queries(19 + 2 * count):
        assert seller_api.post(url(order, "confirm")).status_code == 200


def test_staff_see_all_orders_and_buyers_their_own(
    seller_api, admin_api, buyer_api, other_api, kurta, farida, buyer_user
):
    while_signed_in = placed((kurta, 1), buyer=Buyer(None, True, "Farida", user=buyer_user))
    at_the_counter = placed((kurta, 1), customer=farida)
    # Somebody typed Farida's number: linked to her, but proven by nothing.
    typed = placed((kurta, 1), buyer=Buyer(farida, False, "Farida?", farida.phone))
    everything = [o.order_reference for o in (typed, at_the_counter, while_signed_in)]

    assert references(seller_api.get("/api/orders")) == everything
    assert references(admin_api.get("/api/orders")) == everything
    assert references(buyer_api.get("/api/orders")) == everything[1:]
    assert references(buyer_api.get("/api/orders/my-orders")) == everything[1:]
    assert references(other_api.get("/api/orders")) == []
    assert references(seller_api.get("/api/orders/my-orders")) == []
    assert buyer_api.get(url(at_the_counter)).status_code == 200
    assert buyer_api.get(url(typed)).status_code == 404


def test_an_order_of_somebody_else_answers_as_if_there_were_none(buyer_api, order):
    for method, path in [
        ("get", ""),
        ("get", "timeline"),
        ("post", "cancel"),
        ("post", "reorder"),
    ]:
        theirs = getattr(buyer_api, method)(url(order, path))
        nobodys = getattr(buyer_api, method)(url(Order(pk=uuid.uuid4()), path))
        assert (theirs.status_code, theirs.json()) == (404, nobodys.json())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("patch", ""),
        ("post", "confirm"),
        ("post", "cancel"),
        ("post", "return"),
        ("get", "timeline"),
    ],
)
def test_nobody_is_let_in_without_a_token(guest_api, order, method, path):
    assert getattr(guest_api, method)(url(order, path)).status_code == 401
    assert guest_api.get("/api/orders").status_code == 401
    assert guest_api.get("/api/orders/my-orders").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "", {"status": "shipped"}),
        ("post", "confirm", {}),
        ("post", "return", {"lines": []}),
    ],
)
def test_a_buyer_can_not_do_what_is_staffs(buyer_api, kurta, farida, method, path, body):
    order = placed((kurta, 1), customer=farida)
    assert getattr(buyer_api, method)(url(order, path), body).status_code == 403
    assert Order.objects.get(pk=order.pk).status == "pending"


@pytest.mark.parametrize("garbage", ["1", "nonsense", "0" * 40, "%F0%9F%92%8D", "my_orders"])
def test_an_id_that_is_none_answers_404(seller_api, garbage):
    response = seller_api.get(f"/api/orders/{garbage}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "not_found")


# Lists ---------------------------------------------------------------------------


@pytest.fixture
def shelf_of_orders(kurta):
    """Four orders that differ in each thing that can be filtered by."""
    customer = CustomerFactory(name="Chandni Saris", phone="+919833344455")
    plain = placed((kurta, 1), buyer=guest("Lata Pawar", "+919822001144"))
    dear = placed((kurta, 9), customer=customer)
    line = NewLine(product=kurta, quantity=Decimal(1), slip_number="SL-017")
    slip = place_order([line], buyer=guest("Omkar Jadhav"), channel="whatsapp", by=None)
    done = cancel_order(placed((kurta, 2), buyer=guest("Pinky Bansal")), by=None)
    orders = {"plain": plain, "dear": dear, "slip": slip, "done": done}
    for day, order in enumerate(orders.values(), start=1):
        # 20:00 in UTC is the next day in the shop.
        moment = datetime(2026, 10, day, 20, tzinfo=UTC)
        Order.objects.filter(pk=order.pk).update(created_at=moment)
    Order.objects.filter(pk=dear.pk).update(payment_status="paid")
    return orders, customer


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["done", "slip", "dear", "plain"]),
        ("status=cancelled", ["done"]),
        ("status=cancelled&status=pending&ordering=createdAt", ["plain", "dear", "slip", "done"]),
        ("paymentStatus=paid", ["dear"]),
        ("payment_status=paid", ["dear"]),
        ("channel=whatsapp", ["slip"]),
        ("search=lata", ["plain"]),
        ("search=9833344455", ["dear"]),
        ("search=sl-017", ["slip"]),
        ("search=PAW+lat", ["plain"]),
        ("search=awar", []),
        ("search=33344", ["dear"]),
        ("search=98333+444", ["dear"]),
        ("search=--", []),
        ("search=lata'%3A*+%26+\\\\", ["plain"]),
        ("ordering=status", ["done", "slip", "dear", "plain"]),
        ("ordering=-status", ["plain", "dear", "slip", "done"]),
        ("channel=storefront", ["done", "dear", "plain"]),
        ("dateFrom=2026-10-03", ["done", "slip", "dear"]),
        ("dateTo=2026-10-03", ["dear", "plain"]),
        ("date_from=2026-10-04&date_to=2026-10-04", ["slip"]),
        ("ordering=-total", ["dear", "done", "plain", "slip"]),
        ("page_size=1&page=2", ["slip"]),
    ],
)
def test_orders_are_found_by(seller_api, shelf_of_orders, query, found):
    orders, _ = shelf_of_orders
    names = {order.order_reference: name for name, order in orders.items()}
    got = [names[ref] for ref in references(seller_api.get(f"/api/orders?{query}"))]
    # Equal totals are sorted by id, which is random.
    assert (sorted(got) if "total" in query else got) == (
        sorted(found) if "total" in query else found
    )


def test_orders_are_found_by_customer_and_reference(seller_api, shelf_of_orders):
    orders, customer = shelf_of_orders
    reference = orders["plain"].order_reference
    by_customer = seller_api.get(f"/api/orders?customer={customer.pk}")
    assert references(by_customer) == [orders["dear"].order_reference]
    assert references(seller_api.get(f"/api/orders?search={reference.lower()}")) == [reference]
    assert reference in references(seller_api.get(f"/api/orders?search={reference[:-3].lower()}"))


def test_the_beginning_of_a_reference_finds_no_order_by_its_middle(seller_api, shelf_of_orders):
    orders, _ = shelf_of_orders
    begins, holds = orders["plain"], orders["dear"]
    Order.objects.filter(pk=begins.pk).update(order_reference="KH26-0419")
    Order.objects.filter(pk=holds.pk).update(order_reference="BILL-KH26-0419")
    assert references(seller_api.get("/api/orders?search=kh26-04")) == ["KH26-0419"]
    assert references(seller_api.get("/api/orders?search=0419")) == ["BILL-KH26-0419", "KH26-0419"]


def test_a_name_that_very_many_have_is_found_all_the_same(seller_api, shelf_of_orders, monkeypatch):
    monkeypatch.setattr("orders.searching.MOST_AT_ONCE", 1)
    orders, _ = shelf_of_orders
    for name in ("plain", "dear", "slip"):
        Order.objects.filter(pk=orders[name].pk).update(customer_name="Sunanda Gokhale")
    found = references(seller_api.get("/api/orders?search=sunanda+gok"))
    assert sorted(found) == sorted(orders[n].order_reference for n in ("plain", "dear", "slip"))


@pytest.mark.parametrize(
    "query",
    [
        "status=paid",
        "status=%00",
        "payment_status=no",
        "channel=fax",
        "customer=x",
        "customer=" + "9" * 30,
        "customer=-1",
        "dateFrom=yesterday",
        "date_to=2026-13-01",
        "ordering=password",
        "search=" + "x" * 101,
    ],
)
def test_a_filter_that_makes_no_sense_is_a_400(seller_api, query):
    assert seller_api.get(f"/api/orders?{query}").status_code == 400


def test_choices_are_counted_without_sorting_all_columns(seller_api, order):
    """DISTINCT over every column took seconds at a million orders."""
    with CaptureQueriesContext(connection) as asked:
        answer = seller_api.get("/api/orders?status=pending&status=delivered&channel=counter")
    assert answer.status_code == 200
    assert not [query["sql"] for query in asked if "DISTINCT" in query["sql"]]


# Confirming ------------------------------------------------------------------------


def test_confirming_answers_what_it_took(seller_api, order, kurta, seller_user):
    response = seller_api.post(url(order, "confirm"))

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"message", "order", "stockUpdates"}
    assert body["message"] == f"Order {order} is confirmed."
    assert body["stockUpdates"] == [
        {"productId": kurta.pk, "productName": "Indigo kurta", "before": 10, "after": 8}
    ]
    assert (body["order"]["status"], len(body["order"]["items"])) == ("confirmed", 1)
    assert order.events.last().actor == seller_user


def test_confirming_again_answers_200_and_takes_nothing(admin_api, order, kurta):
    admin_api.post(url(order, "confirm"))
    body = admin_api.post(url(order, "confirm/")).json()
    assert (body["message"], body["stockUpdates"]) == (f"Order {order} was confirmed before.", [])
    assert stock_of(kurta) == 8


def test_a_short_order_is_a_409_that_names_every_short_line(seller_api, kurta):
    order = placed((kurta, 6), (kurta, 5))
    response = seller_api.post(url(order, "confirm"))

    line = {"productId": kurta.pk, "productName": "Indigo kurta", "available": 10}
    assert response.status_code == 409
    assert response.json() == {
        "type": "client_error",
        "errors": [
            {
                "code": "short_stock",
                "detail": "Not enough stock: Indigo kurta (6 wanted, 10 available); "
                "Indigo kurta (5 wanted, 10 available).",
                "attr": None,
            }
        ],
        "lines": [{**line, "wanted": 6}, {**line, "wanted": 5}],
    }
    assert stock_of(kurta) == 10


def test_a_cancelled_order_is_not_confirmed(seller_api, order):
    cancel_order(order, by=None)
    response = seller_api.post(url(order, "confirm"))
    assert (response.status_code, response.json()["allowed"]) == (409, [])


# Moving on ---------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["confirmed", "Confirmed", "CONFIRMED"])
def test_patching_to_confirmed_does_and_answers_what_confirming_does(seller_api, kurta, sent):
    patched = seller_api.patch(url(placed((kurta, 1))), {"status": sent}).json()
    posted = seller_api.post(url(placed((kurta, 1)), "confirm")).json()

    assert set(patched) == set(posted)
    assert [u["after"] for u in patched["stockUpdates"] + posted["stockUpdates"]] == [9, 8]


def test_patching_moves_the_order_along(seller_api, order):
    seller_api.post(url(order, "confirm"))
    for status in ("processing", "Processing", "SHIPPED", "delivered"):
        response = seller_api.patch(url(order), {"status": status})
        assert (response.status_code, response.json()["status"]) == (200, status.lower())


def test_patching_to_cancelled_gives_back(seller_api, kurta):
    order = confirmed((kurta, 4))
    body = seller_api.patch(url(order), {"status": "cancelled", "reason": "No answer"}).json()
    assert (body["status"], stock_of(kurta)) == ("cancelled", 10)
    assert order.events.last().note == "No answer"


def test_patching_to_returned_takes_all_that_is_left(seller_api, kurta):
    order = brought_to(placed((kurta, 4)), OrderStatus.DELIVERED)
    body = seller_api.patch(url(order), {"status": "returned"}).json()
    assert (body["status"], stock_of(kurta)) == ("returned", 10)


def test_a_move_that_is_not_allowed_is_a_409_that_lists_those_that_are(seller_api, order):
    response = seller_api.patch(url(order), {"status": "delivered"})
    assert response.status_code == 409
    assert response.json()["allowed"] == ["confirmed", "cancelled"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": None},
        {"status": 3},
        {"status": True},
        {"status": ["shipped"]},
        {"status": {"value": "shipped"}},
        {"status": "sent"},
        {"status": ""},
        {"status": "x" * 10_000},
    ],
)
def test_what_is_no_status_is_a_400_that_lists_them(seller_api, order, body):
    response = seller_api.patch(url(order), body)
    assert response.status_code == 400
    assert response.json()["allowed"] == list(OrderStatus.values)
    assert response.json()["errors"][0]["attr"] == "status"


@pytest.mark.parametrize("raw", ["", "[]", "null", "3", '"shipped"', "{", "[[1]]"])
@pytest.mark.parametrize("path", ["", "cancel", "return"])
def test_a_body_that_is_no_object_is_a_400(seller_api, order, raw, path):
    call = seller_api.post if path else seller_api.patch
    response = call(url(order, path), raw, content_type="application/json")
    if raw == "" and path == "cancel":
        assert response.status_code == 200  # nothing needs to be said to cancel
    else:
        assert response.status_code == 400


# Cancelling and returning ------------------------------------------------------------------


def test_the_owner_cancels_while_it_is_pending(buyer_api, kurta, farida, buyer_user):
    order = placed((kurta, 1), customer=farida)
    response = buyer_api.post(url(order, "cancel"), {"reason": "Found it at home"})
    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    assert order.events.last().actor == buyer_user


def test_the_owner_can_not_cancel_what_the_shop_confirmed(buyer_api, seller_api, kurta, farida):
    order = placed((kurta, 1), customer=farida)
    seller_api.post(url(order, "confirm"))
    assert buyer_api.post(url(order, "cancel")).status_code == 409
    assert (seller_api.post(url(order, "cancel")).status_code, stock_of(kurta)) == (200, 10)


def test_cancelling_twice_gives_back_once(seller_api, kurta):
    order = confirmed((kurta, 4))
    codes = [seller_api.post(url(order, "cancel")).status_code for _ in range(2)]
    assert (codes, stock_of(kurta)) == ([200, 200], 10)


def test_goods_are_taken_back_by_line(seller_api, kurta):
    order = brought_to(placed((kurta, 4)), OrderStatus.DELIVERED)
    line = {"id": str(order.items.get().pk), "quantity": "3"}
    body = seller_api.post(url(order, "return"), {"lines": [line], "reason": "small"}).json()
    assert (body["status"], stock_of(kurta)) == ("delivered", 9)
    assert body["items"][0]["returnedQuantity"] == 3


@pytest.mark.parametrize("quantity", [0, -1, 5, 0.5, 1e9, "x", None, "NaN"])
def test_what_can_not_come_back_is_a_400(seller_api, kurta, quantity):
    order = brought_to(placed((kurta, 4)), OrderStatus.DELIVERED)
    line = {"id": str(order.items.get().pk), "quantity": quantity}
    response = seller_api.post(url(order, "return"), {"lines": [line]})
    assert (response.status_code, stock_of(kurta)) == (400, 6)
    assert response.json()["errors"][0]["attr"] == "lines.0.quantity"


def test_a_line_named_twice_does_not_come_back(seller_api, kurta):
    order = brought_to(placed((kurta, 4)), OrderStatus.DELIVERED)
    line = {"id": str(order.items.get().pk), "quantity": 1}
    assert seller_api.post(url(order, "return"), {"lines": [line, line]}).status_code == 400


# Timeline --------------------------------------------------------------------------------


def test_the_timeline_names_its_actors_to_staff_only(seller_api, buyer_api, kurta, farida):
    order = placed((kurta, 1), customer=farida)
    seller_api.post(url(order, "confirm"))

    shown = seller_api.get(url(order, "timeline")).json()["results"]
    to_buyer = buyer_api.get(url(order, "timeline")).json()["results"]

    assert [(e["kind"], e["fromStatus"], e["toStatus"], e["actor"]) for e in shown] == [
        ("placed", "", "pending", None),
        ("confirmed", "pending", "confirmed", "ravi"),
    ]
    assert [e["actor"] for e in to_buyer] == [None, None]
