"""Numbers and times as people in a shop say them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from config.wording import ago, duration, goods_name, plain_number, rupees
from orders.models import Product

INDIA = ZoneInfo("Asia/Kolkata")
NOW = dt.datetime(2026, 11, 20, 18, 30, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "₹0"),
        ("7", "₹7"),
        ("999", "₹999"),
        ("1000", "₹1,000"),
        ("99999.9", "₹99,999.90"),
        ("125000.5", "₹1,25,000.50"),
        ("12345678.995", "₹1,23,45,679"),
        ("-84200", "−₹84,200"),
    ],
)
def test_rupees_are_grouped_as_in_india(amount, said):
    assert rupees(Decimal(amount)) == said


def test_columns_always_show_paise_and_no_amount_is_a_dash():
    assert rupees(Decimal("1250"), paise=True) == "₹1,250.00"
    assert rupees(Decimal("1250.40"), paise=False) == "₹1,250"
    assert rupees(None) == "—"


@pytest.mark.parametrize(
    ("value", "said"), [("2.000", "2"), ("2.50", "2.5"), ("100", "100"), ("0.000", "0")]
)
def test_quantities_have_no_idle_zeros(value, said):
    assert plain_number(Decimal(value)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (1440, "1 day"), (4400, "3 days")],
)
def test_waiting_is_said_in_its_largest_unit(minutes, said):
    assert duration(dt.timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "just now"),
        (NOW - dt.timedelta(minutes=12), "12 min ago"),
        (NOW - dt.timedelta(hours=3), "today 15:30"),
        (NOW - dt.timedelta(hours=20), "yesterday 22:30"),
        (NOW - dt.timedelta(days=3), "Tue 18:30"),
        (NOW - dt.timedelta(days=17), "3 Nov"),
        (NOW - dt.timedelta(days=400), "16 Oct 2025"),
    ],
)
def test_a_moment_is_said_as_people_say_it(moment, said):
    assert ago(moment, now=NOW) == said


def test_a_products_size_is_named_once():
    assert goods_name(Product(name="Anarkali kurta M", size="M", color="Rust")) == (
        "Anarkali kurta M · Rust"
    )
