"""What an order says besides its lines, and until when that may change."""

from __future__ import annotations

from decimal import Decimal

import pytest

from customers.errors import InvalidInput
from orders.amending import change_item
from orders.details import change_details
from orders.errors import NotEditable
from orders.lifecycle import confirm_order
from orders.models import Order, OrderStatus
from orders.payments import record_payment
from tests.factories import ProductFactory
from tests.orders.desk import brought_to, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(units):
    return placed((ProductFactory(unit_price="500.00", stock=10), 2))


def test_address_and_notes_change_with_history_and_a_line_in_the_timeline(order, seller_user):
    changes = {
        "address_line1": " 12 Lamington Road ",
        "address_city": "Mumbai",
        "notes": "Ring twice",
    }
    change_details(order, changes, by=seller_user)
    order.refresh_from_db()
    assert order.customer_address == "12 Lamington Road, Mumbai"
    event = order.events.get(kind="details_changed")
    assert (event.note, event.actor) == ("address, city, notes", seller_user)
    assert order.history.first().history_user == seller_user
    assert order.history.first().prev_record.notes == ""


def test_the_same_again_leaves_no_trace(order, seller_user):
    change_details(order, {"notes": "", "discount": Decimal(0)}, by=seller_user)
    assert order.events.count() == order.history.count() == 1


def test_discount_and_delivery_change_the_total_while_it_is_pending(order):
    record_payment(order, amount=Decimal(950), method="cash", by=None)
    changed = change_details(
        order, {"discount": Decimal(100), "delivery_fee": Decimal(50)}, by=None
    )
    assert (changed.total, changed.payment_status) == (950, "paid")
    confirm_order(order, by=None)
    with pytest.raises(NotEditable):
        change_details(order, {"discount": Decimal(0)}, by=None)
    assert Order.objects.get().discount == 100


def test_the_address_stays_once_the_goods_travel_but_notes_do_not(order):
    brought_to(order, OrderStatus.SHIPPED)
    with pytest.raises(NotEditable) as refusal:
        change_details(order, {"address_city": "Pune"}, by=None)
    assert refusal.value.attr == "address_city"
    change_details(order, {"notes": "Left with the neighbour"}, by=None)
    assert Order.objects.get().notes == "Left with the neighbour"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discount", Decimal("1000.01")),
        ("discount", Decimal("-1")),
        ("delivery_fee", Decimal("0.001")),
        ("customer_name", " "),
        ("customer_email", "meenal at example"),
        ("address_city", "P" * 81),
        ("status", "delivered"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_changes(order, name, value):
    before = order.history.count()
    with pytest.raises(InvalidInput) as refusal:
        change_details(order, {name: value}, by=None)
    assert refusal.value.attr == name
    assert order.history.count() == before


def test_a_phone_is_kept_in_its_one_form(order):
    assert change_details(order, {"customer_phone": "098220 01155"}, by=None).customer_phone == (
        "+919822001155"
    )


def test_a_typed_price_stands_with_who_and_why_until_it_is_taken_back(order, seller_user):
    item = order.items.get()
    change_item(
        order, item.pk, {"unit_price": Decimal(450), "price_reason": "Old customer"}, by=seller_user
    )
    item = order.items.get()
    assert (item.unit_price, item.override.old_price, item.override.reason) == (
        450,
        500,
        "Old customer",
    )
    assert item.override.actor == seller_user
    change_item(order, item.pk, {"quantity": Decimal(3)}, by=seller_user)
    assert order.items.get().subtotal == 1350
    change_item(order, item.pk, {"unit_price": None}, by=seller_user)
    item = order.items.get()
    assert (item.unit_price, hasattr(item, "override")) == (500, False)
