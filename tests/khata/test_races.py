"""Many at once: a debt once, a reversal once, no posting past a closing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest

from khata.errors import AlreadyReversed, PeriodClosed
from khata.models import Account, LedgerTransaction
from khata.periods import close_period
from khata.posting import post_entry, reverse_transaction
from tests.factories import CustomerFactory
from tests.khata.books import owes, today
from tests.orders.racing import kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
YESTERDAY = today() - dt.timedelta(days=1)


@pytest.fixture
def customer(units):
    return CustomerFactory(name="Nirmal Saree Centre")


def udhaar(customer, key, date=None):
    return partial(
        post_entry,
        customer=customer,
        date=date or today(),
        debit=Decimal(100),
        key=key,
        by=None,
    )


def test_the_same_key_eight_times_at_once_posts_once(customer):
    results = race(*[udhaar(customer, "khata:row:7")] * 8)

    assert len({result.pk for result in results}) == 1
    assert LedgerTransaction.objects.count() == 1
    assert owes(customer) == 100


def test_the_first_eight_entries_of_a_customer_at_once_share_one_account(customer):
    race(*[udhaar(customer, f"khata:row:{number}") for number in range(8)])

    assert Account.objects.filter(customer=customer).count() == 1
    assert owes(customer) == 800


def test_of_six_reversals_at_once_one_is_posted(customer):
    posted = udhaar(customer, "once")()
    undo = partial(reverse_transaction, posted, by=None, reason="Typed twice")

    results = race(*[undo] * 6)

    assert kinds(results) == {"AlreadyReversed": 5, "LedgerTransaction": 1}
    assert all(isinstance(r, AlreadyReversed | LedgerTransaction) for r in results)
    assert owes(customer) == 0


def test_a_closing_and_postings_at_once_leave_nothing_behind_the_line(customer):
    rows = [udhaar(customer, f"row:{number}", YESTERDAY) for number in range(6)]

    results = race(partial(close_period, YESTERDAY, by=None), *rows)

    refused = sum(isinstance(result, PeriodClosed) for result in results)
    assert owes(customer) == 100 * (6 - refused)
    with pytest.raises(PeriodClosed):
        udhaar(customer, "late", YESTERDAY)()
