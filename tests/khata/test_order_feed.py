"""What each event of an order writes into the ledger, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from customers.models import PaymentTerms
from khata.accounts import customer_account
from khata.days import as_of
from khata.errors import InvalidEntry
from khata.models import AccountKind, LedgerTransaction
from khata.order_feed import on_order_event
from khata.posting import reverse_transaction
from orders.lifecycle import cancel_order, confirm_order, return_items
from orders.models import Order, OrderStatus
from orders.payments import record_payment, reverse_payment
from tests.factories import CustomerFactory, ProductFactory
from tests.khata.books import holds, owes, sides, today
from tests.orders.desk import brought_to, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Cotton kurta", unit_price=Decimal(450), stock=100)


@pytest.fixture
def customer(db):
    return CustomerFactory(name="Nirmal Saree Centre", payment_terms=PaymentTerms.CREDIT)


@pytest.fixture
def order(kurta, customer):
    return placed((kurta, 3), customer=customer)


def posted() -> list[LedgerTransaction]:
    return list(LedgerTransaction.objects.order_by("pk"))


def test_confirming_on_credit_debits_the_customer_and_credits_sales(order, seller_user):
    assert posted() == []
    confirm_order(order, by=seller_user)

    (sale,) = posted()
    assert sides(sale) == [("Nirmal Saree Centre", 1350, 0), ("Sales", 0, 1350)]
    assert (sale.order, sale.actor, sale.date) == (order, seller_user, today())
    assert sale.memo == f"Order {order.order_reference}"


def test_a_discount_stands_on_its_own_account(order, customer):
    Order.objects.filter(pk=order.pk).update(discount=50, delivery_fee=80, total=1380)
    confirm_order(order, by=None)

    assert sides(posted()[0]) == [
        ("Nirmal Saree Centre", 1380, 0),
        ("Discount", 50, 0),
        ("Sales", 0, 1430),
    ]


@pytest.mark.parametrize(
    ("method", "drawer"), [("cash", "cash"), ("upi", "bank"), ("cheque", "bank")]
)
def test_a_payment_credits_the_customer_against_cash_or_bank(order, customer, method, drawer):
    confirm_order(order, by=None)
    record_payment(order, amount=Decimal(500), method=method, by=None)

    assert (owes(customer), holds(drawer), holds("sales")) == (850, 500, -1350)


def test_an_advance_before_confirming_is_the_customers(order, customer):
    record_payment(order, amount=Decimal(500), method="cash", by=None)
    assert owes(customer) == -500
    confirm_order(order, by=None)
    assert owes(customer) == 850


def test_cancelling_reverses_the_sale_and_leaves_the_payment(order, customer):
    confirm_order(order, by=None)
    payment = record_payment(order, amount=Decimal(500), method="cash", by=None)
    cancel_order(order, by=None)
    assert (owes(customer), holds("cash"), holds("sales")) == (-500, 500, 0)

    reverse_payment(payment, by=None, note="Given back")
    assert (owes(customer), holds("cash"), holds("sales")) == (0, 0, 0)
    assert posted()[-1].memo.endswith(": Given back")


def test_cancelling_what_was_never_confirmed_posts_nothing(order):
    cancel_order(order, by=None)
    assert posted() == []


def test_returns_credit_what_came_back_to_the_paisa(order, customer):
    Order.objects.filter(pk=order.pk).update(discount=100, delivery_fee=80, total=1330)
    order = brought_to(order, OrderStatus.DELIVERED)
    item = order.items.get()

    return_items(order, {item.pk: Decimal(1)}, by=None, reason="Torn")
    assert owes(customer) == Decimal("913.33")
    return_items(order, {item.pk: Decimal(1)}, by=None, reason="Torn")
    assert owes(customer) == Decimal("496.67")
    return_items(order, None, by=None, reason="All torn")
    assert owes(customer) == 80


def test_an_event_told_twice_is_posted_once(order, customer):
    order = brought_to(order, OrderStatus.DELIVERED)
    payment = record_payment(order, amount=Decimal(500), method="cash", by=None)
    return_items(order, {order.items.get().pk: Decimal(1)}, by=None, reason="Torn")
    reversal = reverse_payment(payment, by=None, note="Bounced")
    before = posted()

    for day in (today(), today() - dt.timedelta(days=400)):
        with as_of(day):
            for event in (*OrderStatus, "placed"):
                if event != OrderStatus.CANCELLED:
                    on_order_event(order=order, event=event, by=None, stock_updates=[])
            for event, row in (("payment_recorded", payment), ("payment_reversed", reversal)):
                on_order_event(order=order, event=event, by=None, payment=row)

    assert posted() == before
    assert owes(customer) == 900


def test_a_cash_order_enters_the_ledger_when_its_money_does(kurta):
    order = confirm_order(placed((kurta, 2)), by=None).order
    assert posted() == []

    payment = record_payment(order, amount=Decimal(900), method="upi", by=None)
    assert sides(posted()[0]) == [("Bank", 900, 0), ("Sales", 0, 900)]
    reverse_payment(payment, by=None, note="Wrong order")
    assert (holds("bank"), holds("sales")) == (0, 0)
    assert not LedgerTransaction.objects.filter(lines__account__kind=AccountKind.CUSTOMER).exists()


def test_what_an_admin_reversed_is_not_reversed_or_credited_again(order, customer, admin_user):
    order = brought_to(order, OrderStatus.DELIVERED)
    payment = record_payment(order, amount=Decimal(500), method="cash", by=None)
    for row in posted():
        reverse_transaction(row, by=admin_user, reason="Belongs to another shop")
    return_items(order, None, by=None, reason="Torn")
    reverse_payment(payment, by=None, note="")

    assert (owes(customer), holds("cash"), holds("sales")) == (0, 0, 0)


def test_an_order_given_away_posts_nothing(kurta, customer):
    order = placed((kurta, 1), customer=customer)
    Order.objects.filter(pk=order.pk).update(discount=450, total=0)
    confirm_order(order, by=None)
    assert posted() == []


def test_an_amount_that_the_ledger_can_not_hold_vetoes_the_confirmation(order, kurta):
    huge = Decimal("200000000000")
    Order.objects.filter(pk=order.pk).update(subtotal=huge, total=huge)
    order.refresh_from_db()
    with pytest.raises(InvalidEntry):
        confirm_order(order, by=None)
    order.refresh_from_db()
    kurta.refresh_from_db()
    assert (order.status, kurta.stock_quantity, posted()) == ("pending", 100, [])
    assert customer_account(order.customer).lines.count() == 0
