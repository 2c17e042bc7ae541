"""One order's page: selling what is there, editing while pending, money back, its story."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse

from customers.models import PaymentTerms
from orders.events import newest_event
from orders.lifecycle import confirm_order
from orders.models import Order, OrderStatus
from orders.payments import record_payment
from tests.conftest import desk_of
from tests.desk import said, text_of
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import brought_to, placed, stock_of
from tests.orders.racing import race

pytestmark = pytest.mark.django_db


def page_of(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def press(desk, order: Order, do: str, **sent):
    return desk.post(page_of(order), {"do": do, "seen": newest_event(order), **sent})


def shown(desk, order: Order) -> str:
    return text_of(desk.get(page_of(order)))


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", sku="LMP-1", unit_price="500.00", stock=3)


@pytest.fixture
def order(lamp):
    return placed((lamp, 2), customer=CustomerFactory(name="Nasreen Boutique"))


def test_what_is_there_is_sold_by_one_click_and_both_pages_lead_to_each_other(seller_desk, lamp):
    order = placed((lamp, 5))
    page = shown(seller_desk, order)
    assert "1 line is short" in page
    assert "needs 5, 3 left — sell 3 now and back-order 2" in page
    assert 'value="sell" data-primary' in page
    assert 'value="confirmed"' not in page

    answer = press(seller_desk, order, "sell")
    rest = Order.objects.get(back_order_of=order)
    assert said(answer) == [f"{order} confirmed. The rest waits as {rest}. Stock: Brass lamp 3 → 0"]
    assert f'href="{page_of(rest)}"' in shown(seller_desk, order)
    assert f'href="{page_of(order)}"' in shown(seller_desk, rest)


def test_with_nothing_there_no_button_sells(seller_desk, lamp):
    order = placed((ProductFactory(stock=0), 5))
    page = shown(seller_desk, order)
    assert "Nothing of it is there yet" in page
    assert ('value="sell"' in page, 'value="confirmed"' in page) == (False, False)
    [refusal] = said(press(seller_desk, order, "sell"))
    assert refusal.startswith("Nothing of this order is in stock")


def test_a_short_line_is_taken_out(seller_desk, lamp):
    order = placed((lamp, 2), (ProductFactory(name="Steel plate", stock=0), 1))
    item = order.items.get(product_name="Steel plate")
    assert said(press(seller_desk, order, "remove", item=item.pk)) == ["1 × Steel plate taken out."]
    assert "line is short" not in shown(seller_desk, order)


def test_quantity_and_price_are_changed_with_who_and_why(seller_desk, seller_user, order):
    item = order.items.get()
    sent = {"item": item.pk, "quantity": "3", "unit_price": "450", "price_reason": "Old customer"}
    press(seller_desk, order, "line", **sent)
    item = order.items.get()
    assert (item.quantity, item.unit_price, item.override.actor) == (3, 450, seller_user)
    page = shown(seller_desk, order)
    assert "2 × Brass lamp → 3 × Brass lamp" in page
    press(seller_desk, order, "line", item=item.pk, quantity="1", unit_price="450.00")
    assert order.items.get().override.reason == "Old customer"
    press(seller_desk, order, "line", item=item.pk, quantity="1", unit_price="")
    assert order.items.get().unit_price == 500


@pytest.mark.parametrize(
    ("do", "sent"),
    [
        ("pay", {"amount": "300", "method": "upi"}),
        ("refund", {"amount": "100", "method": "cash", "reason": "Scratched"}),
        ("add", {"product": "lamp", "quantity": "1"}),
    ],
)
def test_a_form_that_is_sent_twice_counts_once(seller_desk, order, lamp, do, sent):
    record_payment(order, amount=Decimal(200), method="cash", by=None)
    form = {**sent, "seen": newest_event(order)}
    if do == "add":
        form["product"] = lamp.pk
    assert f'name="seen" value="{form["seen"]}"' in shown(seller_desk, order)
    press(seller_desk, order, do, **form)
    counts = (order.payments.count(), order.items.count())
    refusal = said(press(seller_desk, order, do, **form))[-1]
    assert "has changed since this page was opened" in refusal
    assert (order.payments.count(), order.items.count()) == counts
    assert counts == ((1, 2) if do == "add" else (2, 1))


def test_goods_come_back_once_where_the_form_is_sent_twice(seller_desk, order, lamp):
    brought_to(order, OrderStatus.DELIVERED)
    form = {f"return-{order.items.get().pk}": "1", "reason": "Torn", "seen": newest_event(order)}
    press(seller_desk, order, "return", **form)
    press(seller_desk, order, "return", **form)
    assert stock_of(lamp) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_four_clicks_at_the_same_moment_record_a_payment_once(seller_user, units):
    order = placed((ProductFactory(unit_price="500.00", stock=3), 2))
    form = {"amount": "1000", "method": "cash", "seen": newest_event(order)}
    desks = [desk_of(seller_user) for _ in range(4)]
    race(*[partial(press, desk, order, "pay", **form) for desk in desks])
    assert [payment.amount for payment in order.payments.all()] == [1000]


def test_two_who_take_the_same_payment_record_it_once(seller_desk, admin_desk, order):
    form = {"amount": "1000", "method": "cash", "seen": newest_event(order)}
    press(seller_desk, order, "pay", **form)
    press(admin_desk, order, "pay", **form)
    assert [payment.amount for payment in order.payments.all()] == [1000]


@pytest.mark.parametrize("why", ["₹1.2.3 upi", "₹... cash: torn", "₹" + "9" * 60, "₹1.2.3"])
def test_a_reason_that_looks_like_money_is_shown_as_it_was_typed(seller_desk, order, why):
    press(seller_desk, order, "move", status="cancelled", reason=why)
    assert why in shown(seller_desk, order)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000, "²"])
def test_money_needs_to_know_which_page_it_was_typed_on(seller_desk, order, seen):
    answer = press(seller_desk, order, "pay", amount="100", method="cash", seen=seen)
    assert "has changed since this page was opened" in said(answer)[-1]
    assert not order.payments.exists()


def test_a_line_is_added(seller_desk, order):
    plate = ProductFactory(name="Steel plate", unit_price="80.00", stock=9)
    assert said(press(seller_desk, order, "add", product=plate.pk, quantity="2")) == [
        "2 × Steel plate added."
    ]
    order.refresh_from_db()
    assert order.total == 1160


@pytest.mark.parametrize(
    ("do", "sent"),
    [
        ("line", {"quantity": "3"}),
        ("line", {"item": "x", "quantity": "3"}),
        ("add", {"quantity": "2"}),
        ("add", {"product": "987654", "quantity": "2"}),
        ("details", {"discount": "much"}),
        ("details", {"discount": "5000"}),
        ("refund", {"amount": "5", "method": "cash"}),
        ("refund", {"amount": "5", "method": "cash", "reason": "Torn"}),
        ("move", {"status": "cancelled"}),
        ("move", {"status": "cancelled", "reason": "Torn", "refund_by": "shells"}),
    ],
)
def test_what_can_not_be_is_said_and_changes_nothing(seller_desk, order, do, sent):
    before = (order.events.count(), order.total)
    assert len(said(press(seller_desk, order, do, **sent))) >= 1
    order.refresh_from_db()
    assert (order.events.count(), order.total, order.status) == (*before, "pending")


def test_nothing_is_edited_once_the_stock_is_taken(seller_desk, order):
    confirm_order(order, by=None)
    page = shown(seller_desk, order)
    assert ('value="line"' in page, 'value="add"' in page) == (False, False)
    item = order.items.get()
    [refusal] = said(press(seller_desk, order, "line", item=item.pk, quantity="1"))
    assert "its lines stay as they are" in refusal


def test_address_notes_and_discount_are_saved(seller_desk, order):
    press(seller_desk, order, "details", address_city="Pune", notes="Ring twice", discount="100")
    order.refresh_from_db()
    assert (order.address_city, order.notes, order.total) == ("Pune", "Ring twice", 900)
    assert "<strong>Details changed</strong> notes, discount, city" in shown(seller_desk, order)


def test_money_goes_back_in_part_with_its_reason(seller_desk, order):
    record_payment(order, amount=Decimal(1000), method="upi", by=None)
    answer = press(seller_desk, order, "refund", amount="250", method="cash", reason="Scratched")
    assert said(answer) == ["₹250 given back."]
    page = shown(seller_desk, order)
    assert "<strong>Money given back</strong> ₹250 Cash: Scratched" in page
    assert "₹250.00</strong>" in page


def test_cancelling_gives_the_money_back_when_asked_to(seller_desk, order, lamp):
    record_payment(order, amount=Decimal(1000), method="upi", by=None)
    assert "₹1,000 was paid" in shown(seller_desk, order)
    sent = {"status": "cancelled", "reason": "Wedding is off", "refund_by": "upi"}
    assert said(press(seller_desk, order, "move", **sent)) == [
        f"{order} is cancelled and its money given back."
    ]
    order.refresh_from_db()
    assert (order.status, order.payment_status, stock_of(lamp)) == ("cancelled", "refunded", 3)


def test_the_page_says_what_the_customer_owes_of_how_much(seller_desk, lamp):
    customer = CustomerFactory(payment_terms=PaymentTerms.CREDIT, credit_limit=20000)
    order = confirm_order(placed((lamp, 2), customer=customer), by=None).order
    assert "Owes <strong>₹1,000</strong> of ₹20,000" in shown(seller_desk, order)


def test_buyers_press_nothing(buyer_desk, client, order):
    for desk in (buyer_desk, client):
        for do in ("sell", "refund", "line", "remove", "add", "details"):
            assert press(desk, order, do).url.startswith(reverse("admin:login"))
    order.refresh_from_db()
    assert (order.status, order.events.count()) == ("pending", 1)


def test_a_cancelled_order_asks_for_no_money(seller_desk, order):
    assert "To be paid" in shown(seller_desk, order)
    press(seller_desk, order, "move", status="cancelled", reason="Ordered twice")
    assert "To be paid" not in shown(seller_desk, order)


def test_a_changed_price_stands_in_the_story_with_what_it_was(seller_desk, order, lamp):
    """A line that reads the same before and after tells nobody what was done."""
    item = order.items.get(product=lamp)
    press(seller_desk, order, "line", item=item.pk, quantity="2", unit_price="125000.50")
    press(seller_desk, order, "line", item=item.pk, quantity="1", unit_price="125000.50")
    page = shown(seller_desk, order)
    assert "2 × Brass lamp, ₹500 → ₹1,25,000.50" in page
    assert "2 × Brass lamp → 1 × Brass lamp " in page


def test_more_money_than_the_order_costs_is_seen_at_once(seller_desk, order):
    """A slip of the finger: ten times the amount makes an order paid as well."""
    press(seller_desk, order, "pay", amount="10000", method="cash")
    assert "₹9,000 more than is owed" in shown(seller_desk, order)
    press(
        seller_desk, order, "refund", amount="9000", method="cash", reason="Typed a zero too many"
    )
    assert "more than is owed" not in shown(seller_desk, order)
