"""The day book and the cash summary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from customers.errors import InvalidInput
from khata.accounts import customer_account, shop_account
from khata.daybook import Movement, cash_summary, day_book
from khata.posting import reverse_transaction
from tests.factories import CustomerFactory
from tests.khata.books import moved, today

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 4, 6)
TUESDAY, WEDNESDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)


@pytest.fixture
def books(db):
    """Three days: credit and cash on Monday, a payment by bank and an expense on Wednesday."""
    theirs = customer_account(CustomerFactory(name="Lakhani Stores"))
    cash, bank, sales = (shop_account(kind) for kind in ("cash", "bank", "sales"))
    return [
        moved(theirs, sales, "900.50", date=MONDAY),
        moved(cash, sales, 400, date=MONDAY),
        moved(bank, theirs, 300, date=WEDNESDAY),
        moved(sales, cash, 150, date=WEDNESDAY),
        moved(cash, theirs, 100, date=WEDNESDAY),
    ]


def test_a_days_book_has_what_was_posted_and_how_the_drawers_stand(books):
    day = day_book(WEDNESDAY)
    assert day.transactions == books[2:]
    assert day.drawers == {
        "cash": Movement(Decimal(400), Decimal(100), Decimal(150)),
        "bank": Movement(Decimal(0), Decimal(300), Decimal(0)),
    }
    assert (day.drawers["cash"].closing, day.drawers["bank"].closing) == (350, 300)
    assert (day.given_on_credit, day.paid_back) == (0, 400)
    assert day_book(MONDAY).given_on_credit == Decimal("900.50")


def test_a_day_without_anything_is_empty(books):
    day = day_book(TUESDAY)
    assert (day.transactions, day.given_on_credit, day.paid_back) == ([], 0, 0)
    assert day.drawers["cash"] == Movement(Decimal(400), Decimal(0), Decimal(0))


def test_cash_is_added_up_day_by_day(books):
    found = cash_summary(MONDAY, WEDNESDAY)
    assert [day.day for day in found.days] == [MONDAY, WEDNESDAY]
    assert [day.drawers["cash"].closing for day in found.days] == [400, 350]
    assert found.drawers == {
        "cash": Movement(Decimal(0), Decimal(500), Decimal(150)),
        "bank": Movement(Decimal(0), Decimal(300), Decimal(0)),
    }
    later = cash_summary(TUESDAY, TUESDAY)
    assert (later.drawers["cash"].opening, later.days) == (400, [])


def test_a_reversal_stands_in_the_book_of_the_day_it_was_made(books):
    reversal = reverse_transaction(books[1], by=None, reason="Counted twice")
    assert day_book(today()).transactions == [reversal]
    assert cash_summary(MONDAY, today()).drawers["cash"].closing == -50


@pytest.mark.parametrize(
    ("first", "last", "attr"),
    [(TUESDAY, MONDAY, "last"), (MONDAY, MONDAY + dt.timedelta(days=366), "first")],
)
def test_no_range_is_turned_round_or_endless(first, last, attr):
    with pytest.raises(InvalidInput) as refused:
        cash_summary(first, last)
    assert refused.value.attr == attr


def test_the_book_takes_the_same_queries_for_any_day(books, django_assert_num_queries):
    with django_assert_num_queries(7):
        for posted in day_book(WEDNESDAY).transactions:
            assert [str(line.account) for line in posted.lines.all()]
    with django_assert_num_queries(2):
        cash_summary(MONDAY, WEDNESDAY)
