"""Staff enter, change, ship, cancel and settle orders over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from customers.models import Customer
from khata.models import AccountBalance
from orders.models import Order, OrderStatus, Payment
from orders.payments import record_payment
from tests.factories import CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import brought_to, confirmed, placed, stock_of

pytestmark = pytest.mark.django_db

ORDERS = "/api/staff/orders"


@pytest.fixture
def lamp(units):
    return ProductFactory(sku="LAMP", name="Brass lamp", unit_price=Decimal("250"), stock=20)


def entered(**changes) -> dict:
    return {
        **{"delivery_name": "Sunita Deshpande", "delivery_address": "4 Tilak Road"},
        **{"delivery_city": "Pune", "delivery_state": "Maharashtra", "delivery_zip": "411030"},
        **{"delivery_phone": "98700 45612", "items": [{"sku": "LAMP", "quantity": 2}]},
        **changes,
    }


def refused(response, status: int) -> list[tuple[str | None, str]]:
    """(attr, code) of each error."""
    assert response.status_code == status, response.json()
    return [(error["attr"], error["code"]) for error in response.json()["errors"]]


def path_of(order: Order, *rest: str) -> str:
    return "/".join([ORDERS, str(order.pk), *rest])


# Entering ------------------------------------------------------------------------------------


def test_an_order_is_entered_for_a_customer_who_is_made_once(seller_api, seller_user, lamp):
    answer = seller_api.post(ORDERS, entered(delivery_company="Deshpande Stores"))
    order = answer.json()["order"]
    assert (answer.status_code, answer.json()["success"]) == (201, True)
    shown = {
        **{"status": "pending", "channel": "counter", "customer_verified": True},
        **{"delivery_name": "Sunita Deshpande", "delivery_first_name": "Sunita"},
        **{"delivery_last_name": "Deshpande", "delivery_phone": "+919870045612"},
        **{"delivery_zip": "411030", "delivery_company": "Deshpande Stores"},
        **{"subtotal": 500, "total_amount": 500, "assigned_to": "ravi", "payment_method": None},
        **{"sales_rep_id": seller_user.pk, "payment_status": "unpaid", "confirmed_at": None},
    }
    assert {key: order[key] for key in shown} == shown
    again = seller_api.post(ORDERS, entered()).json()["order"]
    assert again["customer_id"] == order["customer_id"]
    customer = Customer.objects.get()
    assert (customer.name, customer.company) == ("Sunita Deshpande", "Deshpande Stores")


def test_it_stands_at_once_where_staff_say_and_is_paid(seller_api, lamp):
    sent = entered(
        **{"status": "packed", "discount_amount": 50, "delivery_fee": "30", "order_number": "B-17"},
        **{"payment_method": "upi", "payment_status": "paid", "created_at": "2026-11-02T06:00:00Z"},
        items=[
            {"sku": "LAMP", "quantity": 2, "unit_price": 240},
            {"name": "Name engraved", "quantity": 1, "unit_price": 100},
        ],
    )
    order = seller_api.post(ORDERS, sent).json()["order"]
    assert (order["status"], order["payment_status"], order["payment_method"]) == (
        *("processing", "paid", "upi"),
    )
    assert (order["order_number"], order["total"], order["amount_paid"]) == ("B-17", 560, 560)
    assert order["created_at"].startswith("2026-11-02T06:00:00")
    assert stock_of(lamp) == 18


@pytest.mark.parametrize("method", ["net30", "credit"])
def test_what_goes_on_the_account_is_owed_there(seller_api, lamp, method):
    sent = entered(payment_method=method, status="confirmed")
    order = seller_api.post(ORDERS, sent).json()["order"]
    assert (order["payment_terms"], order["payment_method"]) == ("credit", "credit")
    assert AccountBalance.objects.get(account__customer=order["customer_id"]).balance == 500


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"items": []}, "items"),
        ({"items": [{"sku": "NONE", "quantity": 1}]}, "items.0.sku"),
        ({"items": [{"product_id": 987654, "quantity": 1}]}, "items.0.product_id"),
        ({"items": [{"sku": "LAMP", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"quantity": 1}]}, "items.0"),
        ({"items": ["x"]}, None),
        ({"delivery_name": ""}, "delivery_name"),
        ({"delivery_email": "no"}, "delivery_email"),
        ({"status": "lost"}, "status"),
        ({"assigned_to": "nobody"}, "assigned_to"),
        ({"customer_id": 987654}, "customer_id"),
        ({"created_at": "2999-01-01T00:00:00Z"}, "created_at"),
        ({"discount_amount": 5000}, "discount"),
        ({"payment_method": "net30", "payment_status": "paid"}, "payment_method"),
        ({"payment_method": "shells"}, "payment_method"),
        ({"upsert_customer": False, "payment_method": "credit"}, "payment_method"),
    ],
)
def test_what_cannot_be_meant_is_named_and_nothing_is_made(seller_api, lamp, changes, attr):
    [(named, _), *_] = refused(seller_api.post(ORDERS, entered(**changes)), 400)
    assert named == attr or (attr is None and named.startswith("items"))
    assert (Order.objects.count(), Customer.objects.count()) == (0, 0)


def test_what_is_short_makes_nothing(seller_api, lamp):
    sent = entered(status="confirmed", items=[{"sku": "LAMP", "quantity": 21}])
    assert refused(seller_api.post(ORDERS, sent), 409) == [(None, "short_stock")]
    assert (Order.objects.count(), Customer.objects.count(), stock_of(lamp)) == (0, 0, 20)


# Listing -------------------------------------------------------------------------------------


def test_the_list_is_found_by_staff_day_and_status(seller_api, seller_user, lamp):
    mine = placed((lamp, 1), by=seller_user)
    Order.objects.filter(pk=mine.pk).update(assigned_to=seller_user)
    confirmed((lamp, 1))
    body = seller_api.get(f"{ORDERS}?rep_id={seller_user.pk}").json()
    assert [row["id"] for row in body["orders"]] == [str(mine.pk)]
    assert (body["total"], body["page"], body["pages"]) == (1, 1, 1)
    assert seller_api.get(f"{ORDERS}?status=confirmed&per_page=1").json()["total"] == 1
    assert seller_api.get(f"{ORDERS}?to_date=2020-01-01").json()["orders"] == []
    assert seller_api.get(f"{ORDERS}?from_date=yesterday").status_code == 400


def test_the_list_asks_the_database_as_often_for_many(
    seller_api, lamp, django_assert_max_num_queries
):
    for _ in range(2):
        confirmed((lamp, 1))
    with django_assert_max_num_queries(6):
        seller_api.get(ORDERS)
    for _ in range(5):
        record_payment(confirmed((lamp, 1)), amount=Decimal(9), method="upi", by=None)
    with django_assert_max_num_queries(6):
        seller_api.get(ORDERS)


# Changing ------------------------------------------------------------------------------------


def test_an_address_is_changed_and_said_in_which_fields(seller_api, lamp):
    order = placed((lamp, 1))
    sent = {"delivery_last_name": "Jadhav", "delivery_city": "Satara", "delivery_zip": ""}
    body = seller_api.patch(path_of(order, "address"), sent).json()
    assert body["updated_fields"] == ["delivery_name", "delivery_city"]
    assert (body["order"]["delivery_name"], body["order"]["delivery_city"]) == (
        *("Lata Jadhav", "Satara"),
    )
    assert seller_api.patch(path_of(order, "address"), {}).json()["updated_fields"] == []
    shipped = brought_to(placed((lamp, 1)), OrderStatus.SHIPPED)
    answer = seller_api.patch(path_of(shipped, "address"), {"delivery_city": "Satara"})
    assert refused(answer, 409)[0][1] == "not_editable"


def test_a_tracking_number_ships_it(seller_api, admin_user, lamp):
    order = confirmed((lamp, 1))
    sent = {"staff_notes": "Fragile", "assigned_to": "meera", "tracking_number": " DTDC88 "}
    shown = seller_api.patch(path_of(order, "notes"), {**sent, "shipping_cost": 42.5}).json()
    order = shown["order"]
    assert (order["status"], order["tracking_number"], order["staff_notes"]) == (
        *("shipped", "DTDC88", "Fragile"),
    )
    assert (order["assigned_to"], order["shipping_cost"]) == ("meera", 42.5)
    assert order["shipped_at"] is not None
    assert refused(seller_api.patch(path_of(placed((lamp, 1)), "notes"), sent), 409)[0][1] == (
        "move_not_allowed"
    )


def test_cancelling_gives_back_stock_and_money(seller_api, lamp):
    order = confirmed((lamp, 3))
    record_payment(order, amount=Decimal(200), method="upi", by=None)
    sent = {"status": "Cancelled", "staff_notes": "Did not want it"}
    body = seller_api.patch(path_of(order, "status"), sent).json()
    assert (body["order"]["status"], body["order"]["payment_status"]) == ("cancelled", "refunded")
    assert (body["refund"]["amount"], body["refund"]["status"]) == (200, "refunded")
    refund = Payment.objects.get(pk=body["refund"]["refund_id"])
    assert (refund.amount, refund.method, stock_of(lamp)) == (-200, "upi", 20)
    again = seller_api.patch(path_of(order, "status"), {"status": "cancelled"}).json()
    assert "refund" not in again
    assert Payment.objects.count() == 2


def test_money_may_stay_and_moves_that_are_not_allowed_are_refused(seller_api, lamp):
    order = confirmed((lamp, 1))
    record_payment(order, amount=Decimal(50), method="cash", by=None)
    answer = seller_api.patch(path_of(order, "status"), {"status": "delivered"})
    assert refused(answer, 409) == [(None, "move_not_allowed")]
    sent = {"status": "cancelled", "refund_method": "none"}
    body = seller_api.patch(path_of(order, "status"), sent).json()
    assert (body["refund"]["status"], body["order"]["amount_paid"]) == ("kept", 50)
    for wrong in ({}, {"status": 7}, {"status": "lost"}, {"status": None}):
        assert seller_api.patch(path_of(order, "status"), wrong).status_code == 400


def test_only_an_admin_deletes_and_only_what_left_no_trace(seller_api, admin_api, lamp):
    pending, sold = placed((lamp, 1)), confirmed((lamp, 1))
    assert seller_api.delete(path_of(pending)).status_code == 403
    assert admin_api.delete(path_of(pending)).json() == {"success": True}
    assert admin_api.delete(path_of(pending)).status_code == 404
    assert refused(admin_api.delete(path_of(sold)), 409) == [(None, "order_kept")]
    assert list(Order.objects.all()) == [sold]


# Settling ------------------------------------------------------------------------------------


def credit(api, customer) -> Decimal:
    return api.get(f"/api/staff/credit/{customer.pk}").json()["credit_balance"]


def test_what_is_paid_beyond_the_price_becomes_store_credit(seller_api, lamp):
    customer = CustomerFactory(company="Kale and Sons")
    order = placed((lamp, 2), customer=customer)
    sent = {"payment_method": "cheque", "amount_received": 620, "note": "No. 4471"}
    body = seller_api.post(path_of(order, "mark-paid"), sent).json()
    assert (body["order"]["payment_status"], body["overpayment_credited"]) == ("paid", 120)
    assert credit(seller_api, customer) == 120
    history = seller_api.get(f"/api/staff/credit/{customer.pk}").json()["history"]
    assert [(row["amount"], row["created_by"]) for row in history] == [(120, "ravi")]
    again = seller_api.post(path_of(order, "mark-paid"), {}).json()
    assert again["overpayment_credited"] == 0
    assert Payment.objects.count() == 1


def test_paying_a_part_and_then_what_is_due(seller_api, lamp):
    order = placed((lamp, 2))
    first = seller_api.post(path_of(order, "mark-paid"), {"amount_received": 100}).json()
    assert first["order"]["payment_status"] == "part_paid"
    rest = seller_api.post(path_of(order, "mark-paid"), {"payment_method": "bank"}).json()
    assert (rest["order"]["payment_status"], rest["order"]["payment_method"]) == ("paid", "bank")


def test_more_than_due_needs_somebody_to_credit(seller_api, lamp):
    order = placed((lamp, 1))
    answer = seller_api.post(path_of(order, "mark-paid"), {"amount_received": 300})
    assert refused(answer, 409) == [(None, "nobody_to_credit")]
    for wrong in ({"amount_received": -1}, {"payment_method": "store_credit"}, {"note": []}):
        assert seller_api.post(path_of(order, "mark-paid"), wrong).status_code == 400
    assert Payment.objects.count() == 0


def test_credit_is_given_spent_and_never_below_zero(seller_api, lamp):
    customer = CustomerFactory()
    path = f"/api/staff/credit/{customer.pk}"
    given = seller_api.post(path, {"amount": 300, "note": "Late delivery"}).json()
    assert (given["credit_balance"], given["transaction"]["note"]) == (300, "Late delivery")
    order = placed((lamp, 2), customer=customer)
    body = seller_api.post(path_of(order, "apply-credit"), {"amount": 180.5}).json()
    assert (body["credit_applied"], body["new_order_total"], body["credit_balance"]) == (
        *(180.5, 319.5, 119.5),
    )
    assert (body["transaction"]["method"], body["order"]["payment_status"]) == (
        *("store_credit", "part_paid"),
    )
    for amount in (119.51, 400):
        answer = seller_api.post(path_of(order, "apply-credit"), {"amount": amount})
        assert answer.status_code == 409
    assert refused(seller_api.post(path, {"amount": -119.51}), 409) == [
        *[(None, "not_enough_credit")]
    ]
    assert seller_api.post(path, {"amount": -119.5}).json()["credit_balance"] == 0
    for wrong in (0, "x", None, "1e30"):
        assert seller_api.post(path, {"amount": wrong}).status_code == 400
    assert AccountBalance.objects.get(account__customer=customer).balance == 0


def test_the_same_key_gives_credit_once(seller_api, units):
    customer = CustomerFactory()
    for _ in range(2):
        path, key = f"/api/staff/credit/{customer.pk}", {"Idempotency-Key": "diwali-1"}
        body = seller_api.post(path, {"amount": 50}, headers=key).json()
    assert body["credit_balance"] == 50


def test_an_order_on_the_account_uses_what_came_there_without_moving_it(seller_api, lamp):
    customer = CustomerFactory(payment_terms="credit")
    seller_api.post(f"/api/staff/credit/{customer.pk}", {"amount": 200})
    order = brought_to(placed((lamp, 2), customer=customer), OrderStatus.CONFIRMED)
    assert credit(seller_api, customer) == 0  # the debt of 500 has used it up
    answer = seller_api.post(path_of(order, "apply-credit"), {"amount": 200.01})
    assert refused(answer, 409) == [(None, "not_enough_credit")]
    body = seller_api.post(path_of(order, "apply-credit"), {"amount": 200}).json()
    assert (body["new_order_total"], body["credit_balance"]) == (300, 0)
    assert AccountBalance.objects.get(account__customer=customer).balance == 300
    cash = placed((lamp, 1), customer=CustomerFactory())
    assert seller_api.post(path_of(cash, "apply-credit"), {"amount": 1}).status_code == 409


def test_what_was_paid_with_credit_goes_back_there(seller_api, lamp):
    customer = CustomerFactory()
    seller_api.post(f"/api/staff/credit/{customer.pk}", {"amount": 250})
    order = placed((lamp, 1), customer=customer)
    seller_api.post(path_of(order, "apply-credit"), {"amount": 250})
    assert credit(seller_api, customer) == 0
    body = seller_api.patch(path_of(order, "status"), {"status": "cancelled"}).json()
    assert body["refund"]["amount"] == 250
    assert credit(seller_api, customer) == 250


def test_an_unverified_order_spends_nobodys_credit(seller_api, lamp):
    order = placed((lamp, 1))
    answer = seller_api.post(path_of(order, "apply-credit"), {"amount": 5})
    assert refused(answer, 409) == [(None, "nobody_to_credit")]
    assert seller_api.get("/api/staff/credit/987654").status_code == 404


def test_somebody_inactive_is_assigned_nothing(seller_api, lamp):
    UserFactory(username="gone", is_active=False)
    answer = seller_api.patch(path_of(placed((lamp, 1)), "notes"), {"assigned_to": "gone"})
    assert refused(answer, 400) == [("assigned_to", "invalid")]
