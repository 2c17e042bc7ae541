"""Payments: rows that are added and reversed, and the status they add up to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError

from customers.errors import InvalidInput
from orders.errors import AlreadyReversed
from orders.lifecycle import cancel_order
from orders.models import Order, Payment
from orders.payments import record_payment, reverse_payment
from tests.factories import ProductFactory
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db
HEARD: list[tuple] = []


def hear(*, order, event, by, **data):
    HEARD.append((event, order.payment_status, data["payment"].amount, by.username))


@pytest.fixture
def order(units):
    return placed((ProductFactory(unit_price=Decimal("500.00")), 2))


def pay(order: Order, rupees: str, by=None) -> Payment:
    return record_payment(order, amount=Decimal(rupees), method="upi", by=by)


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).payment_status


def test_the_status_follows_what_was_paid(order):
    seen = [status_of(order)]
    for rupees in ("0.01", "999.98", "0.01", "50.00"):
        pay(order, rupees)
        seen.append(status_of(order))
    assert seen == ["unpaid", "part_paid", "part_paid", "paid", "paid"]


def test_reversing_adds_a_row_and_goes_back(order, seller_user):
    first, second = pay(order, "400"), pay(order, "600")

    reversal = reverse_payment(second, by=seller_user, note="Wrong order")

    assert status_of(order) == "part_paid"
    assert (reversal.amount, reversal.reverses, reversal.actor) == (-600, second, seller_user)
    assert list(order.payments.values_list("amount", flat=True)) == [400, 600, -600]
    reverse_payment(first, by=None, note="")
    assert status_of(order) == "unpaid"


def test_money_given_back_for_a_cancelled_order_is_a_refund_whichever_came_first(units):
    product = ProductFactory()
    before, after = placed((product, 1)), placed((product, 1))

    reverse_payment(pay(before, "450"), by=None, note="")
    cancel_order(before, by=None)
    payment = pay(after, "450")
    cancel_order(after, by=None)
    assert status_of(after) == "paid"
    reverse_payment(payment, by=None, note="")

    assert (status_of(before), status_of(after)) == ("refunded", "refunded")


def test_a_payment_is_reversed_once_and_a_reversal_never(order):
    payment = pay(order, "400")
    reversal = reverse_payment(payment, by=None, note="")
    for row in (payment, reversal):
        with pytest.raises(AlreadyReversed):
            reverse_payment(row, by=None, note="")
    assert order.payments.count() == 2


@pytest.mark.parametrize("rupees", ["0", "-5", "1.005", "NaN", "Infinity", "1e12"])
def test_amounts_that_can_not_be_are_refused(order, rupees):
    with pytest.raises(InvalidInput) as refusal:
        pay(order, rupees)
    assert refusal.value.attr == "amount"
    assert not order.payments.exists()


def test_an_unknown_method_is_refused(order):
    with pytest.raises(InvalidInput) as refusal:
        record_payment(order, amount=Decimal(1), method="barter", by=None)
    assert refusal.value.attr == "method"


def test_each_payment_is_in_the_timeline_and_announced(order, seller_user, settings):
    settings.ORDER_EVENT_HANDLERS = ["tests.orders.test_payments.hear"]
    HEARD.clear()
    payment = pay(order, "1000", by=seller_user)
    reverse_payment(payment, by=seller_user, note="")

    assert HEARD == [
        ("payment_recorded", "paid", 1000, "ravi"),
        ("payment_reversed", "unpaid", -1000, "ravi"),
    ]
    kinds = list(order.events.values_list("kind", "note", "actor__username"))[1:]
    assert kinds == [
        ("payment_recorded", "₹1000 upi", "ravi"),
        ("payment_reversed", "₹1000 upi", "ravi"),
    ]
    assert order.history.first().history_user == seller_user


@pytest.mark.parametrize("amount", [0, -1])
def test_only_a_reversal_or_a_refund_with_its_reason_is_negative(order, amount):
    with pytest.raises(IntegrityError, match="payment_received_reversed_or_refunded"):
        Payment.objects.create(order=order, amount=amount, method="cash")
