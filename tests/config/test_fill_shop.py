"""The bulk command fills a developer's desk with orders that are sound, and no other desk."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from config.reconciling import find_faults
from customers.imports.models import ImportJob
from customers.models import Customer
from orders.models import Order, OrderItem, Product
from orders.searching import search_orders
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def test_orders_have_lines_customers_payments_and_sums_that_add_up(units, capsys):
    call_command("fill_shop", orders=120)
    made = json.loads(capsys.readouterr().out)
    assert made == {"customers": 24, "products": 20, "orders": 120, "items": 600}
    assert (Order.objects.count(), OrderItem.objects.count()) == (120, 600)
    order = Order.objects.annotate(sum=Sum("items__subtotal")).latest("created_at")
    assert order.sum == order.total > 0
    assert order.customer.name == order.customer_name
    assert order.customer.name_sound
    assert len(set(Order.objects.values_list("status", flat=True))) == 5
    assert find_faults() == []


def test_what_comes_after_the_bulk_finds_its_keys_and_indexes(units):
    call_command("fill_shop", orders=10)
    assert CustomerFactory().pk > 2
    reference = Order.objects.first().order_reference
    assert search_orders(Order.objects.all(), reference[:8]).exists()


def test_a_desk_that_holds_anything_is_left_alone(units):
    CustomerFactory(name="Asha Pawar")
    with pytest.raises(CommandError, match="holds data already"):
        call_command("fill_shop", orders=10)
    assert not Product.objects.exists()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("orders", [0, -1, 10**9])
def test_a_number_that_cannot_be_meant_is_refused(orders):
    with pytest.raises(CommandError, match="is needed"):
        call_command("fill_shop", orders=orders)


def test_production_is_never_filled(units, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no place in production"):
        call_command("fill_shop", orders=10)
    assert not ImportJob.objects.exists()
    assert Order.objects.aggregate(sum=Sum("total"))["sum"] in (None, Decimal(0))
