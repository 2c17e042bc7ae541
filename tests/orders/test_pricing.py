"""Prices: by piece, in bulk, by weight; money rounded half up to paise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from orders.models import MetalRate, Product
from orders.pricing import (
    LineMoney,
    current_price,
    line_money,
    price_expression,
    rates_on,
)
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
DIWALI = date(2026, 11, 8)


@pytest.fixture
def ring(units):
    return ProductFactory(
        price_basis="gram",
        metal="gold_22k",
        unit_price=None,
        weight=Decimal("4.250"),
        making_charge=Decimal("850.00"),
    )


def rate(day: date, rupees: str, metal: str = "gold_22k") -> None:
    MetalRate.objects.create(metal=metal, date=day, rate=Decimal(rupees))


@pytest.mark.parametrize(
    ("quantity", "price"), [("1", "450"), ("11.999", "450"), ("12", "399.50"), ("500", "399.50")]
)
def test_the_bulk_price_applies_from_its_quantity(units, quantity, price):
    kurta = ProductFactory(bulk_price=Decimal("399.50"), bulk_quantity=Decimal(12))
    assert current_price(kurta, quantity=Decimal(quantity)) == Decimal(price)


def test_a_product_without_a_price_has_none(units):
    assert current_price(ProductFactory(unit_price=None)) is None


def test_by_weight_the_latest_rate_on_or_before_the_day_counts(ring):
    rate(DIWALI - timedelta(days=3), "6400.00")
    rate(DIWALI, "6500.50")
    rate(DIWALI + timedelta(days=1), "7000.00")
    rate(DIWALI, "92.00", metal="silver")

    assert current_price(ring, on=DIWALI - timedelta(days=4)) is None
    assert current_price(ring, on=DIWALI - timedelta(days=1)) == Decimal("28050.00")
    assert current_price(ring, on=DIWALI) == Decimal("28477.13")  # 4.250 × 6500.50 = 27627.125
    assert rates_on(DIWALI) == {"gold_22k": Decimal("6500.50"), "silver": Decimal("92.00")}


def test_the_weight_of_the_line_goes_before_the_products(ring):
    rate(DIWALI, "6000.00")
    assert current_price(ring, weight=Decimal(10), on=DIWALI) == Decimal("60850.00")
    ring.weight = None
    assert current_price(ring, on=DIWALI) is None
    assert current_price(ring, weight=Decimal(1), on=DIWALI) == Decimal("6850.00")


def test_without_a_day_it_is_today_in_the_shop(ring, django_assert_num_queries):
    rate(timezone.localdate(), "6000.00")
    with django_assert_num_queries(1):
        assert current_price(ring) == Decimal("26350.00")
    with django_assert_num_queries(0):
        assert current_price(ring, rates={}) is None


def test_the_database_prices_as_the_rule_does(ring):
    rate(DIWALI, "6500.50")
    ProductFactory(unit_price=None)
    ProductFactory(unit_price=Decimal("12.34"))
    ProductFactory(price_basis="gram", metal="gold_22k", weight=None, unit_price=Decimal(5))
    ProductFactory(price_basis="gram", metal="gold_22k", weight=0, unit_price=None)
    ProductFactory(price_basis="gram", metal="silver", weight=5, unit_price=Decimal(5))
    rates = rates_on(DIWALI)
    rows = Product.objects.annotate(price=price_expression(rates))
    assert {row.pk: row.price for row in rows} == {
        row.pk: current_price(row, rates=rates) for row in rows
    }


def test_without_any_rate_the_database_prices_too(ring):
    assert Product.objects.annotate(price=price_expression({})).get().price is None


@pytest.mark.parametrize(
    ("price", "quantity", "tax_rate", "subtotal", "tax"),
    [
        ("105.00", "1", "5", "105.00", "5.00"),
        ("99.99", "3", "18", "299.97", "45.76"),
        ("0.01", "0.5", "0", "0.01", "0.00"),  # 0.005 goes up
        ("1.15", "0.1", "0", "0.12", "0.00"),  # 0.115 goes up, not to the even 0.12 by luck
        ("1.25", "0.1", "0", "0.13", "0.00"),  # 0.125 goes up, not to the even 0.12
        ("450.50", "2.375", "12", "1069.94", "114.64"),
        ("100.00", "1", "100", "100.00", "50.00"),
        ("0.00", "7", "18", "0.00", "0.00"),
    ],
)
def test_a_line_is_rounded_half_up(price, quantity, tax_rate, subtotal, tax):
    money = line_money(Decimal(price), Decimal(quantity), Decimal(tax_rate))
    assert money == LineMoney(Decimal(subtotal), Decimal(tax))


@given(
    price=st.decimals(0, 10**9, places=2),
    quantity=st.decimals(0, 10**5, places=3),
    tax_rate=st.decimals(0, 100, places=2),
)
def test_tax_is_a_part_of_the_subtotal_and_both_are_whole_paise(price, quantity, tax_rate):
    money = line_money(price, quantity, tax_rate)
    assert 0 <= money.tax <= money.subtotal / 2 + Decimal("0.005")
    assert abs(money.subtotal - price * quantity) <= Decimal("0.005")
    assert money.subtotal == round(money.subtotal, 2)
