"""How old debts are: payments pay the oldest first, and nothing is owed that is not owed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khata.accounts import customer_account
from khata.ageing import Aged, added_up, aged, weekly_receivables
from khata.models import LedgerTransaction
from khata.posting import post_entry, reverse_transaction
from khata.sealing import seal_all
from khata.snapshots import take_snapshots
from tests.factories import CustomerFactory
from tests.khata.books import owes, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db):
    return CustomerFactory(name="Lakhani Stores")


def post(customer, debit=None, credit=None, *, ago=0, **fields):
    debit, credit = (None if side is None else Decimal(side) for side in (debit, credit))
    key = f"test:{LedgerTransaction.objects.count()}"
    day = today() - dt.timedelta(days=ago)
    given = {"customer": customer, "date": day, "key": key, "by": None}
    return post_entry(debit=debit, credit=credit, **{**given, **fields})


def of(customer, **asked) -> Aged:
    return aged(**asked).get(customer_account(customer).pk, Aged())


def parts(found: Aged) -> tuple[int, ...]:
    return tuple(int(part) for part in (found.to_30, found.to_60, found.to_90, found.older))


@pytest.mark.parametrize(
    ("ago", "bucket"),
    [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (400, 3)],
)
def test_a_debt_is_as_old_as_its_day(customer, ago, bucket):
    post(customer, 100, ago=ago)
    found = of(customer)
    assert [n for n, part in enumerate(parts(found)) if part] == [bucket]
    assert found.oldest == today() - dt.timedelta(days=ago)
    assert found.overdue == (0 if bucket == 0 else 100)


def test_payments_pay_the_oldest_debt_first_whenever_they_came(customer):
    post(customer, credit=150, ago=95)
    post(customer, 100, ago=100)
    post(customer, 200, ago=70)
    post(customer, 400, ago=5)

    found = of(customer)
    assert (parts(found), found.balance) == ((400, 0, 150, 0), 550)


def test_nothing_paid_too_much_or_in_other_units_ages(customer):
    post(customer, 100, ago=50)
    post(customer, credit=300)
    post(customer, "5.5", ago=50, unit="silver")
    assert aged() == {}
    assert [row.to_60 for row in aged(unit="silver").values()] == [Decimal("5.5")]


def test_a_payment_that_is_reversed_leaves_the_debt_as_old_as_it_was(customer):
    post(customer, 100, ago=80)
    payment = post(customer, credit=100, ago=2)
    assert aged() == {}
    reverse_transaction(payment, by=None, reason="The cheque bounced")
    assert parts(of(customer)) == (0, 0, 100, 0)


def test_a_debt_that_is_reversed_leaves_the_others_as_they_were(customer):
    post(customer, 100, ago=80)
    reverse_transaction(post(customer, 70, ago=1), by=None, reason="Typed twice")
    assert parts(of(customer)) == (0, 0, 100, 0)


def test_the_books_can_be_aged_as_they_stood(customer):
    debt = post(customer, 100, ago=40)
    post(customer, credit=60, ago=3)
    reverse_transaction(debt, by=None, reason="Other customer")
    assert parts(of(customer, on=today() - dt.timedelta(days=5))) == (0, 100, 0, 0)
    assert parts(of(customer, on=today() - dt.timedelta(days=10))) == (100, 0, 0, 0)
    assert aged(on=today() - dt.timedelta(days=41)) == {}
    assert aged() == {}


def test_all_of_them_add_up(customer):
    other = CustomerFactory()
    post(customer, 100, ago=80)
    post(other, 50, ago=10)
    total = added_up(aged().values())
    assert (parts(total), total.balance) == ((50, 0, 100, 0), 150)
    assert total.oldest == today() - dt.timedelta(days=80)
    assert added_up([]) == Aged()
    assert list(aged(accounts=[customer_account(other).pk])) == [customer_account(other).pk]


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(1, 10_000), st.integers(0, 120), st.booleans()),
    max_size=10,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_was_posted_the_ages_add_up_to_what_is_owed(db, steps):
    customer = CustomerFactory()
    for is_debit, amount, ago, undone in steps:
        side = {"debit" if is_debit else "credit": amount}
        posted = post(customer, **side, ago=ago)
        if undone:
            reverse_transaction(posted, by=None, reason="No")
    found = of(customer)
    assert found.balance == max(owes(customer), 0)
    assert sum(parts(found)) == found.balance


# Over time -------------------------------------------------------------------------------


def weekly(weeks=3):
    return [int(owed) for _, owed in weekly_receivables(weeks)]


def test_what_was_owed_week_by_week(customer):
    post(customer, 100, ago=20)
    post(customer, 50, ago=7)
    post(customer, credit=120, ago=1)
    other = CustomerFactory()
    post(other, credit=500, ago=30)
    post(other, 600, ago=8)

    assert weekly() == [0, 100, 250, 130]
    assert [day for day, _ in weekly_receivables(1)] == [today() - dt.timedelta(days=7), today()]
    seal_all()
    take_snapshots()
    assert weekly() == [0, 100, 250, 130]


def test_without_a_ledger_nothing_was_owed(db):
    assert weekly() == [0, 0, 0, 0]
