"""Posting: balanced, once a key, never into closed days; reversing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.errors import DeskError, InvalidInput
from khata.accounts import customer_account, shop_account
from khata.errors import AlreadyReversed, InvalidEntry, PeriodClosed, Unbalanced
from khata.models import Account, LedgerLine, LedgerTransaction
from khata.periods import close_period
from khata.posting import (
    NewLine,
    find_posted,
    post_entry,
    post_transaction,
    reverse_transaction,
)
from orders.errors import OtherData
from tests.factories import CustomerFactory
from tests.khata.books import holds, owes, sides, today

pytestmark = pytest.mark.django_db
YESTERDAY = today() - dt.timedelta(days=1)


@pytest.fixture
def customer(db):
    return CustomerFactory(name="Nirmal Saree Centre")


def udhaar(customer, debit=None, credit=None, **fields):
    given = {"date": today(), "key": f"test:{LedgerTransaction.objects.count()}", "by": None}
    debit, credit = (None if x is None else Decimal(x) for x in (debit, credit))
    return post_entry(customer=customer, debit=debit, credit=credit, **{**given, **fields})


def test_a_debit_raises_what_the_customer_owes_against_sales(customer, seller_user):
    posted = udhaar(customer, debit="1250.50", particulars="2 sarees", by=seller_user)

    assert sides(posted) == [
        ("Nirmal Saree Centre", Decimal("1250.50"), 0),
        ("Sales", 0, Decimal("1250.50")),
    ]
    assert (posted.memo, posted.actor, posted.date) == ("2 sarees", seller_user, today())
    assert (owes(customer), holds("sales")) == (Decimal("1250.50"), Decimal("-1250.50"))


def test_a_credit_lowers_it_against_cash_or_whatever_is_said(customer):
    udhaar(customer, debit=900)
    udhaar(customer, credit=300)
    udhaar(customer, credit=200, against="bank")
    udhaar(customer, credit=50, against="discount")

    assert owes(customer) == 350
    assert (holds("cash"), holds("bank"), holds("discount")) == (300, 200, 50)


def test_grams_are_an_account_of_their_own_unit(customer):
    udhaar(customer, debit="12.345", unit="gold_22k")
    udhaar(customer, credit="2.005", unit="gold_22k")

    assert owes(customer, "gold_22k") == Decimal("10.340")
    assert holds("metal", "gold_22k") == Decimal("-10.340")
    assert owes(customer) == 0


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"debit": "1e15"}, "debit"),
        ({"debit": "-5"}, "debit"),
        ({"credit": "NaN"}, "credit"),
        ({"credit": "sNaN"}, "credit"),
        ({"credit": "Infinity"}, "credit"),
        ({"debit": "10", "credit": "10"}, "credit"),
        ({"debit": "0"}, "debit"),
        ({}, "debit"),
        ({"debit": "10.005"}, "debit"),
        ({"debit": "1.0005", "unit": "silver"}, "debit"),
        ({"debit": "10", "against": "customer"}, "against"),
        ({"debit": "10", "against": "metal"}, "against"),
        ({"debit": "10", "against": "cash", "unit": "silver"}, "against"),
        ({"debit": "10", "date": today() + dt.timedelta(days=1)}, "date"),
        ({"debit": "10", "date": dt.date(1899, 12, 31)}, "date"),
        ({"debit": "10", "particulars": "x" * 301}, "particulars"),
        ({"debit": "10", "slip_number": "9" * 25}, "slip_number"),
        ({"debit": "10", "key": ""}, "key"),
    ],
)
def test_what_can_not_be_meant_is_refused_and_nothing_is_posted(customer, fields, attr):
    with pytest.raises(InvalidInput) as refusal:
        udhaar(customer, **fields)

    assert refusal.value.attr == attr
    assert LedgerTransaction.objects.count() == 0


def test_sides_that_differ_are_refused(customer):
    rupees, cash = customer_account(customer), shop_account("cash")
    gold = customer_account(customer, "gold_22k")
    lines = [
        [NewLine(rupees, debit=Decimal(10)), NewLine(cash, credit=Decimal(9))],
        [NewLine(rupees, debit=Decimal(10)), NewLine(gold, credit=Decimal(10))],
        [NewLine(rupees, debit=Decimal(10))],
        [],
    ]
    for wrong in lines:
        with pytest.raises(Unbalanced):
            post_transaction(date=today(), lines=wrong, source="manual", key="k", memo="", by=None)
    assert LedgerTransaction.objects.count() == 0


def test_the_same_key_posts_once(customer):
    first = udhaar(customer, debit=100, key="khata:row:7")
    again = udhaar(customer, debit=100, key="khata:row:7")

    assert again == first
    assert owes(customer) == 100


@pytest.mark.parametrize("other", [{"debit": 101}, {"credit": 100}, {"date": YESTERDAY}])
def test_the_same_key_with_other_data_is_refused(customer, other):
    udhaar(customer, debit=100, key="khata:row:7")
    with pytest.raises(OtherData):
        udhaar(
            customer, **{"debit": None if "credit" in other else 100, "key": "khata:row:7"} | other
        )
    assert owes(customer) == 100


# Reversing -------------------------------------------------------------------------


def test_a_mistake_is_reversed_by_its_mirror_image_of_today(customer, admin_user):
    posted = udhaar(customer, debit=800, date=YESTERDAY, particulars="Kurta", slip_number="A-9")
    reversal = reverse_transaction(posted, by=admin_user, reason="Wrong customer")

    assert (reversal.date, reversal.reversal_of, reversal.actor) == (today(), posted, admin_user)
    assert reversal.memo == "Reversal of Kurta: Wrong customer"
    assert sides(reversal) == [("Nirmal Saree Centre", 0, 800), ("Sales", 800, 0)]
    assert (owes(customer), holds("sales")) == (0, 0)
    posted.refresh_from_db()
    assert posted.is_reversed


def test_nothing_is_reversed_twice_nor_a_reversal_itself(customer):
    posted = udhaar(customer, debit=800)
    reversal = reverse_transaction(posted, by=None, reason="Typed twice")
    for row in (posted, reversal):
        with pytest.raises(AlreadyReversed):
            reverse_transaction(row, by=None, reason="Again")
    assert LedgerTransaction.objects.count() == 2


def test_a_reversal_wants_a_reason(customer):
    with pytest.raises(InvalidInput) as refusal:
        reverse_transaction(udhaar(customer, debit=8), by=None, reason=" ")
    assert refusal.value.attr == "reason"


# Periods ---------------------------------------------------------------------------


def test_nothing_is_posted_into_a_closed_period(customer, admin_user):
    posted = udhaar(customer, debit=10, date=YESTERDAY, key="early")
    close_period(YESTERDAY, by=admin_user, note="October is done")

    with pytest.raises(PeriodClosed) as refusal:
        udhaar(customer, debit=10, date=YESTERDAY)
    assert refusal.value.data == {"closed_through": YESTERDAY.isoformat()}
    assert udhaar(customer, debit=10, date=YESTERDAY, key="early") == posted
    reverse_transaction(posted, by=admin_user, reason="Too late to change it")
    assert owes(customer) == 0


def test_today_is_never_closed_nor_a_day_twice(admin_user):
    with pytest.raises(InvalidEntry):
        close_period(today(), by=admin_user)
    close_period(YESTERDAY, by=admin_user)
    with pytest.raises(PeriodClosed):
        close_period(YESTERDAY - dt.timedelta(days=3), by=admin_user)


# Already in the ledger ---------------------------------------------------------------


def test_what_is_posted_is_found_by_customer_day_and_amount(customer):
    posted = udhaar(customer, debit=450, date=YESTERDAY)

    assert find_posted(customer, YESTERDAY, Decimal("450.00"), None, "") == posted
    assert find_posted(customer, YESTERDAY, None, Decimal(450), None) is None
    assert find_posted(customer, today(), Decimal(450), None, None) is None
    assert find_posted(CustomerFactory(), YESTERDAY, Decimal(450), None, None) is None
    assert find_posted(None, None, None, None, "x" * 60) is None


def test_what_is_posted_is_found_by_its_slip_number_on_the_same_side(customer):
    posted = udhaar(customer, debit=450, slip_number="sl-7")

    assert find_posted(None, None, Decimal(999), None, " SL-007 ") == posted
    assert find_posted(customer, today(), None, Decimal(450), "SL-007") is None


def test_what_was_reversed_is_not_found(customer):
    reverse_transaction(udhaar(customer, debit=450, slip_number="9"), by=None, reason="No")
    assert find_posted(customer, today(), Decimal(450), None, "9") is None
    assert find_posted(customer, today(), None, Decimal(450), "") is None


# Always ------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["debit", "credit", "reverse", "replay"]),
        st.integers(0, 2),
        st.decimals("-1", "5000000", places=2),
        st.sampled_from([None, "cash", "bank", "discount", "opening"]),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_done_debits_equal_credits_and_balances_are_sums(db, steps):
    people = [CustomerFactory() for _ in range(3)]
    start = LedgerTransaction.objects.count()
    expected = dict.fromkeys(people, Decimal(0))
    done = []
    for index, (what, who, amount, against) in enumerate(steps):
        try:
            if what == "reverse":
                posted = done[who]
                reverse_transaction(posted[0], by=None, reason="Random")
                expected[posted[1]] -= posted[2]
            elif what == "replay":
                udhaar(done[who][1], debit=done[who][2], key=done[who][0].key)
            else:
                key = f"{start}:{index}"
                row = udhaar(people[who], **{what: amount}, against=against, key=key)
                signed = amount if what == "debit" else -amount
                expected[people[who]] += signed
                done.append((row, people[who], signed))
        except (DeskError, IndexError):
            continue

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    lines = LedgerLine.objects.all()
    assert sum(line.debit - line.credit for line in lines) == 0
    assert sum(row.standing.balance for row in Account.objects.select_related("standing")) == 0
    assert {person: owes(person) for person in people} == expected
