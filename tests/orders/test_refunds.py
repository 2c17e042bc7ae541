"""Money given back: all or a part of what was paid, with its reason; the ledger follows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.reconciling import find_faults
from customers.errors import InvalidInput
from customers.models import PaymentTerms
from khata.accounts import customer_account
from khata.models import LedgerTransaction
from orders.errors import AlreadyReversed, RefundTooLarge
from orders.lifecycle import cancel_order, confirm_order, return_items
from orders.models import Order, OrderStatus, Payment
from orders.payments import record_payment, refund, refund_all, reverse_payment
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import brought_to, placed, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", unit_price=Decimal("500.00"), stock=10)


@pytest.fixture
def order(lamp):
    return placed((lamp, 2))


def pay(order: Order, rupees: str, method: str = "upi") -> Payment:
    return record_payment(order, amount=Decimal(rupees), method=method, by=None)


def give_back(order: Order, rupees: str, by=None, reason: str = "Scratched") -> Payment:
    return refund(order, amount=Decimal(rupees), method="cash", reason=reason, by=by)


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).payment_status


def ledger_of(kind: str) -> Decimal:
    rows = LedgerTransaction.objects.filter(lines__account__kind=kind)
    return sum(
        (debit - credit for debit, credit in rows.values_list("lines__debit", "lines__credit")),
        Decimal(0),
    )


def test_a_part_goes_back_by_another_method_and_says_who_and_why(order, seller_user):
    pay(order, "1000")
    row = give_back(order, "250.50", by=seller_user)

    assert (row.amount, row.method, row.note, row.actor) == (
        Decimal("-250.50"),
        "cash",
        "Scratched",
        seller_user,
    )
    assert status_of(order) == "part_paid"
    event = order.events.get(kind="payment_refunded")
    assert (event.note, event.actor) == ("₹250.50 cash: Scratched", seller_user)
    assert order.history.first().history_user == seller_user


def test_no_more_goes_back_than_was_paid(order):
    pay(order, "600")
    give_back(order, "200")
    with pytest.raises(RefundTooLarge) as refusal:
        give_back(order, "400.01")
    assert refusal.value.data == {"paid": Decimal(400)}
    assert [row.amount for row in order.payments.all()] == [600, -200]


@pytest.mark.parametrize(
    ("rupees", "reason", "attr"),
    [
        ("0", "Torn", "amount"),
        ("-5", "Torn", "amount"),
        ("1.005", "Torn", "amount"),
        ("5", " ", "reason"),
    ],
)
def test_a_refund_needs_an_amount_and_a_reason(order, rupees, reason, attr):
    pay(order, "600")
    with pytest.raises(InvalidInput) as refusal:
        give_back(order, rupees, reason=reason)
    assert refusal.value.attr == attr
    assert order.payments.count() == 1


def test_a_refund_by_mistake_is_reversed_once(order):
    pay(order, "1000")
    row = give_back(order, "400")
    reversal = reverse_payment(row, by=None, note="Customer kept the lamp")
    assert (reversal.amount, status_of(order)) == (400, "paid")
    with pytest.raises(AlreadyReversed):
        reverse_payment(row, by=None, note="")


def test_cancelling_gives_all_the_money_back_at_once(order, lamp, seller_user):
    confirm_order(order, by=None)
    pay(order, "300"), pay(order, "200")

    cancelled = cancel_order(order, by=seller_user, reason="Wedding is off", refund_by="cash")

    assert (cancelled.status, cancelled.payment_status) == ("cancelled", "refunded")
    last = order.payments.last()
    assert (last.amount, last.method, last.note) == (-500, "cash", "Wedding is off")
    assert stock_of(lamp) == 10
    cancel_order(order, by=seller_user, reason="Wedding is off", refund_by="cash")
    assert order.payments.count() == 3


def test_a_cancellation_that_can_not_give_the_money_back_does_not_happen(order, lamp):
    pay(order, "300")
    with pytest.raises(InvalidInput):
        cancel_order(order, by=None, reason="", refund_by="cash")
    assert Order.objects.get().status == "pending"


def test_nothing_paid_is_nothing_to_give_back(order):
    assert refund_all(order, method="cash", reason="Wedding is off", by=None) is None
    assert not order.payments.exists()


def test_what_came_back_is_not_owed_and_its_money_goes_back(order):
    """Half of two lamps at 500, 100 off, and 80 for delivery: 450 came back, 530 stay owed."""
    Order.objects.filter(pk=order.pk).update(discount=100, delivery_fee=80, total=980)
    order = brought_to(order, OrderStatus.DELIVERED)
    pay(order, "980")
    return_items(order, {order.items.get().pk: Decimal(1)}, by=None, reason="Scratched")
    order.refresh_from_db()
    assert (order.returned_total, order.owed, order.payment_status) == (450, 530, "paid")

    give_back(order, "450")
    assert status_of(order) == "paid"
    give_back(order, "0.01")
    assert status_of(order) == "part_paid"


def test_the_ledger_of_a_credit_order_owes_again_what_went_back(lamp):
    customer = CustomerFactory(payment_terms=PaymentTerms.CREDIT)
    order = confirm_order(placed((lamp, 2), customer=customer), by=None).order
    pay(order, "700", "cash")
    row = give_back(order, "200")
    account = customer_account(customer)
    owes = lambda: sum(line.debit - line.credit for line in account.lines.all())  # noqa: E731
    assert (owes(), ledger_of("cash")) == (500, 500)
    reverse_payment(row, by=None, note="Counted wrongly")
    assert (owes(), ledger_of("cash")) == (300, 700)
    assert find_faults() == []


def test_the_ledger_of_a_cash_order_takes_it_from_sales(order):
    pay(order, "1000")
    give_back(order, "200")
    assert (ledger_of("bank"), ledger_of("cash"), ledger_of("sales")) == (1000, -200, -800)
    assert find_faults() == []


def test_a_refund_missing_in_the_ledger_is_found_and_posted(order, settings):
    pay(order, "1000")
    settings.ORDER_EVENT_HANDLERS = []
    give_back(order, "200")
    assert [fault.kind for fault in find_faults()] == ["payment_not_in_ledger"]

    from khata.backfilling import backfill_ledger

    assert backfill_ledger() == {"orders": 0, "payments": 1}
    assert ledger_of("cash") == -200
    assert find_faults() == []
