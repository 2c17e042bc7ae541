"""Taking in what was sold before there was a ledger; and reconcile, which notices."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.reconciling import find_faults
from customers.models import PaymentTerms
from khata.models import LedgerTransaction
from khata.periods import close_period
from khata.posting import reverse_transaction
from orders.lifecycle import cancel_order, confirm_order, return_items
from orders.models import Order, OrderEvent, OrderStatus, Payment
from orders.payments import record_payment, reverse_payment
from tests.factories import CustomerFactory, ProductFactory
from tests.khata.books import holds, owes, today
from tests.orders.desk import brought_to, placed

pytestmark = pytest.mark.django_db
LAST_WEEK = timezone.now() - dt.timedelta(days=7)


@pytest.fixture
def customer(db):
    return CustomerFactory(payment_terms=PaymentTerms.CREDIT)


@pytest.fixture
def kurta(units):
    return ProductFactory(unit_price=Decimal(450), stock=100)


@pytest.fixture
def past(kurta, customer, settings):
    """A delivered credit order of which one of three came back, and a paid cash order."""
    handlers, settings.ORDER_EVENT_HANDLERS = settings.ORDER_EVENT_HANDLERS, []
    order = brought_to(placed((kurta, 3), customer=customer), OrderStatus.DELIVERED)
    return_items(order, {order.items.get().pk: Decimal(1)}, by=None, reason="Torn")
    record_payment(order, amount=Decimal(300), method="cash", by=None)
    cash = confirm_order(placed((kurta, 1)), by=None).order
    record_payment(cash, amount=Decimal(450), method="upi", by=None)
    bounced = record_payment(cash, amount=Decimal(5), method="upi", by=None)
    reverse_payment(bounced, by=None, note="Bounced")
    cancel_order(confirm_order(placed((kurta, 1), customer=customer), by=None).order, by=None)
    OrderEvent.objects.update(created_at=LAST_WEEK)
    Payment.objects.update(created_at=LAST_WEEK)
    settings.ORDER_EVENT_HANDLERS = handlers
    return order


def kinds() -> list[str]:
    return sorted(fault.kind for fault in find_faults())


def test_the_past_is_posted_on_its_own_days_once(past, customer, capsys):
    assert kinds() == ["payment_not_in_ledger"] * 2 + ["sale_not_in_ledger"]

    call_command("backfill_ledger")
    assert json.loads(capsys.readouterr().out) == {"orders": 1, "payments": 2}
    assert (owes(customer), holds("cash"), holds("bank")) == (600, 300, 450)
    sale = LedgerTransaction.objects.get(key=f"order:{past.pk}:sale")
    assert sale.date == timezone.localdate(LAST_WEEK)
    assert kinds() == []

    call_command("backfill_ledger")
    assert json.loads(capsys.readouterr().out) == {"orders": 0, "payments": 0}


def test_closed_days_give_way_to_the_first_open_one(past):
    close_period(today() - dt.timedelta(days=3), by=None)
    call_command("backfill_ledger")
    days = set(LedgerTransaction.objects.exclude(memo__startswith="Goods").values_list("date"))
    assert days == {(today() - dt.timedelta(days=2),)}


def test_reconcile_notices_what_should_have_been_reversed(kurta, customer):
    order = confirm_order(placed((kurta, 3), customer=customer), by=None).order
    payment = record_payment(order, amount=Decimal(300), method="cash", by=None)
    assert kinds() == []
    Order.objects.filter(pk=order.pk).update(status="cancelled")
    Payment.objects.create(order=order, amount=-300, method="cash", reverses=payment)
    found = {"sale_not_reversed", "payment_not_reversed"}
    assert found <= set(kinds())

    for posted in LedgerTransaction.objects.all():
        reverse_transaction(posted, by=None, reason="By hand")
    assert not found & set(kinds())
