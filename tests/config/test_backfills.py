"""Backfills: what an older desk left undone is set right, again and again, beside open business."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from config.reconciling import find_faults
from customers.models import Customer
from orders import backfilling
from orders.lifecycle import confirm_order
from orders.models import Order, Product
from orders.placing import Buyer, NewLine, place_order
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.racing import race


def ordered(product, *, quantity=1, phone="+919820012345", name="Asha", reference=None) -> Order:
    buyer = Buyer(customer=None, verified=False, name=name, phone=phone)
    line = NewLine(product, Decimal(quantity))
    return place_order([line], buyer=buyer, channel="counter", by=None, reference=reference)


def run(capsys, command: str, *options: str) -> dict:
    call_command(command, *options)
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def ring(units):
    return ProductFactory(sku="R1", stock=10)


@pytest.mark.django_db
def test_orders_of_nobody_get_the_customer_of_their_phone(capsys, ring):
    known = CustomerFactory(name="Kamala", phone="+919820012345")
    ordered(ring)
    ordered(ring, phone="+919820012346", name="Bharat")
    ordered(ring, phone="+919820012346", name="Bharat")
    ordered(ring, phone="123", name="Nobody")
    looked = run(capsys, "backfill_customers", "--dry-run")
    assert (looked["linked"], looked["made"]) == (3, 1)
    assert not Order.objects.exclude(customer=None).exists()
    assert Customer.objects.count() == 1

    done = run(capsys, "backfill_customers")
    assert (done["linked"], done["made"], done["no_match"]) == (3, 1, 1)
    assert known.orders.get().customer_verified is False
    assert Customer.objects.get(phone="+919820012346").orders.count() == 2
    assert known.orders.get().history.first().history_change_reason == "backfill_customers"
    assert run(capsys, "backfill_customers")["linked"] == 0


@pytest.mark.django_db
def test_stock_becomes_what_the_movements_add_up_to(capsys, ring):
    right = ProductFactory(sku="R2", stock=4)
    Product.objects.filter(pk=ring.pk).update(stock_quantity=0)
    looked = run(capsys, "backfill_stock", "--dry-run")
    assert [change["after"] for change in looked["changes"]] == ["10"]
    assert find_faults() != []
    assert run(capsys, "backfill_stock")["changed"] == 1
    ring.refresh_from_db()
    right.refresh_from_db()
    assert (ring.stock_quantity, ring.in_stock, right.stock_quantity) == (10, True, 4)
    assert find_faults() == []
    assert run(capsys, "backfill_stock")["changed"] == 0


@pytest.mark.django_db
def test_movements_below_nothing_are_left_to_a_person(capsys, ring):
    ring.movements.update(quantity=-3)
    done = run(capsys, "backfill_stock")
    assert (done["changed"], done["refused"]) == (0, 1)
    ring.refresh_from_db()
    assert ring.stock_quantity == 10


@pytest.mark.django_db
def test_totals_become_what_the_lines_add_up_to(capsys, ring):
    order, right = ordered(ring, quantity=2), ordered(ring)
    Order.objects.filter(pk=order.pk).update(
        subtotal=1, tax=7, total=1, item_count=9, payment_status="paid"
    )
    untouched = right.updated_at
    assert run(capsys, "backfill_totals", "--dry-run")["changed"] == 1
    done = run(capsys, "backfill_totals")
    assert (done["seen"], done["changed"]) == (2, 1)
    order.refresh_from_db()
    right.refresh_from_db()
    assert (order.subtotal, order.tax, order.total, order.item_count) == (900, 0, 900, 2)
    assert order.payment_status == "unpaid"
    assert right.updated_at == untouched
    assert find_faults() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_a_recount_beside_confirmations_loses_no_movement(units):
    rings = [ProductFactory(sku=f"R{n}", stock=100) for n in range(4)]
    orders = [ordered(ring, quantity=3) for ring in rings for _ in range(8)]
    for _ in range(2):
        Product.objects.filter(pk=rings[0].pk).update(stock_quantity=50)
        some, orders = orders[:16], orders[16:]
        race(
            *(lambda order=order: confirm_order(order, by=None) for order in some[:8]),
            backfilling.backfill_stock,
            *(lambda order=order: confirm_order(order, by=None) for order in some[8:]),
            backfilling.backfill_totals,
        )
        backfilling.backfill_stock()
        assert find_faults() == []
    assert sum(Product.objects.values_list("stock_quantity", flat=True)) == 400 - 32 * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_backfills_of_customers_make_each_customer_once(units):
    ring = ProductFactory(sku="R1", stock=10)
    for number in range(30):
        ordered(ring, phone=f"+9198200123{number % 5:02}")
    race(backfilling.backfill_customers, backfilling.backfill_customers)
    assert Customer.objects.count() == 5
    assert not Order.objects.filter(customer=None).exists()
