"""The call list: who is on it, in which order and why, and what a call's outcome changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from customers.errors import CustomerGone, InvalidInput
from orders.calling import Wanted, due_calls, log_call, talking_points
from orders.models import CallOutcome, OrderStatus, SalesCall
from orders.scoring import compute_scores
from orders.usual import bought_with, habits_of, upsells
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory
from tests.orders.history import sold

pytestmark = pytest.mark.django_db


def ago(*numbers: int) -> list[dt.date]:
    return [timezone.localdate() - dt.timedelta(number) for number in numbers]


def buyer(*days: int, **fields):
    """A customer who bought on these days before today, scored."""
    total = fields.pop("total", 500)
    customer = CustomerFactory(**fields)
    sold(customer, *ago(*days), total=total)
    compute_scores()
    return customer


def listed(**wanted) -> list[int]:
    return [customer.pk for customer in due_calls(Wanted(**wanted))]


def called(customer, outcome: CallOutcome, *, days_ago: int, back_in: int | None = None, by):
    call = log_call(customer.pk, outcome=outcome, by=by)
    back = None if back_in is None else timezone.localdate() + dt.timedelta(back_in)
    at = timezone.now() - dt.timedelta(days=days_ago)
    SalesCall.objects.filter(pk=call.pk).update(called_at=at, callback_date=back)


def test_who_is_overdue_is_called_before_who_is_not(units):
    late, early = buyer(60, 50, 40), buyer(90, 55, 20)
    first, second = due_calls(Wanted())
    assert [first.pk, second.pk] == [late.pk, early.pk]
    assert (first.days_since, first.interval_days, first.times_overdue) == (40, 10, 4)
    assert first.priority_score == first.times_overdue * first.value_weight


def test_a_customer_of_much_money_weighs_more_up_to_a_bound(units):
    small, big = buyer(40, 30, 20, total=100), buyer(40, 30, 20, total=90_000)
    first, second = due_calls(Wanted())
    assert (first.pk, second.pk) == (big.pk, small.pk)
    assert (first.value_weight, second.value_weight) == (pytest.approx(2, abs=0.1), 0.5)


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ({}, True),
        ({"min_days_since_order": 20}, True),
        ({"min_days_since_order": 21}, False),
        ({"max_days_since_order": 19}, False),
        ({"min_order_count": 3}, False),
    ],
)
def test_the_list_keeps_to_what_is_wanted(units, wanted, there):
    customer = buyer(40, 20)
    assert listed(**wanted) == ([customer.pk] if there else [])


def test_who_asked_not_to_be_called_never_is(units, seller_user):
    customer = buyer(40, 20)
    log_call(customer.pk, outcome="dnc_requested", by=seller_user)
    customer.refresh_from_db()
    assert customer.do_not_call
    assert customer.history.first().history_user == seller_user
    SalesCall.objects.all().delete()
    assert listed(cooldown_days=0, min_days_since_order=0, max_days_since_order=9_999) == []


def test_without_a_number_or_with_an_order_waiting_nobody_is_called(units):
    buyer(40, 20, phone=None)
    waiting = buyer(40, 20)
    sold(waiting, *ago(1), status=OrderStatus.PENDING)
    assert listed() == []


@pytest.mark.parametrize(("days_ago", "there"), [(0, False), (9, False), (10, True)])
def test_after_a_call_there_is_rest_for_ten_days(units, seller_user, days_ago, there):
    customer = buyer(40, 20)
    called(customer, CallOutcome.NO_ANSWER, days_ago=days_ago, by=seller_user)
    assert bool(listed()) is there


@pytest.mark.parametrize(
    ("days_ago", "back_in", "there"), [(2, 0, True), (2, 1, False), (30, 3, False), (30, -1, True)]
)
def test_a_day_that_was_agreed_on_decides_instead(units, seller_user, days_ago, back_in, there):
    customer = buyer(40, 20)
    called(customer, CallOutcome.BUSY_CALLBACK, days_ago=days_ago, back_in=back_in, by=seller_user)
    assert bool(listed()) is there


def test_a_wrong_number_is_not_called_until_it_is_another(units, seller_user):
    customer = buyer(40, 20)
    called(customer, CallOutcome.WRONG_NUMBER, days_ago=30, by=seller_user)
    assert listed() == []
    customer.phone = "+919870011223"
    customer.save()
    assert listed() == [customer.pk]


def test_an_unknown_sort_is_refused():
    with pytest.raises(InvalidInput, match="sort must be one of"):
        due_calls(Wanted(sort="random"))


# Logging -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "attr"),
    [
        ({"outcome": "shouted"}, "outcome"),
        ({"outcome": "sale_made", "callback_date": ago(-3)[0]}, "callback_date"),
        ({"outcome": "busy_callback", "callback_date": ago(1)[0]}, "callback_date"),
        ({"outcome": "busy_callback", "callback_date": ago(-400)[0]}, "callback_date"),
        ({"outcome": "sale_made", "order_reference": "LEG-NOBODYS"}, "order_number"),
    ],
)
def test_an_outcome_that_cant_be_is_refused_and_not_kept(units, seller_user, sent, attr):
    customer = CustomerFactory()
    with pytest.raises(InvalidInput) as refusal:
        log_call(customer.pk, by=seller_user, **sent)
    assert refusal.value.attr == attr
    assert not SalesCall.objects.exists()


def test_a_call_to_nobody_is_refused(seller_user):
    with pytest.raises(CustomerGone):
        log_call(987654, outcome="no_answer", by=seller_user)


# What to say -------------------------------------------------------------------------------


def test_habits_say_what_is_due_and_how_much(units):
    customer = CustomerFactory()
    oil = ProductFactory(name="Mustard oil", sku="OIL-1", category=CategoryFactory())
    salt = ProductFactory(name="Salt", sku="SALT-1")
    sold(customer, *ago(60, 45, 30), items=[(oil, 4)])
    sold(customer, *ago(20), items=[(salt, 1)])
    habits = habits_of([customer.pk])[customer.pk]
    [item] = habits.items
    assert (item.product_name, item.usual_quantity, item.times_bought) == ("Mustard oil", 4, 3)
    assert (item.usual_interval_days, item.due_ratio, item.is_due) == (15, 2, True)
    assert habits.reorder_candidates == ["Mustard oil"]
    assert habits.categories == ("Kurtas",)


def test_of_one_without_habits_the_last_order_is_offered(units):
    customer = CustomerFactory()
    salt = ProductFactory(name="Salt")
    sold(customer, *ago(20), items=[(salt, 1)])
    assert habits_of([customer.pk])[customer.pk].reorder_candidates == ["Salt"]


def test_what_goes_with_the_usual_items_is_offered_beside_them(units):
    customer, other = CustomerFactory(), CustomerFactory()
    rice, dal = ProductFactory(name="Rice"), ProductFactory(name="Dal")
    sold(customer, *ago(60, 40), items=[(rice, 1)])
    sold(other, *ago(30, 20), items=[(rice, 1), (dal, 1)])
    compute_scores()
    habits = habits_of([customer.pk])[customer.pk]
    assert upsells(habits, bought_with([rice.pk])) == ["Dal"]


def test_the_points_to_talk_about_come_from_the_customers_own_orders(units):
    oil = ProductFactory(name="Mustard oil")
    customer = CustomerFactory()
    sold(customer, *ago(60, 50, 40, 30, 20), items=[(oil, 1)])
    compute_scores()
    [due] = due_calls(Wanted())
    points = talking_points(due, habits_of([customer.pk])[customer.pk])
    assert points[0] == "Last order was 20 days ago."
    assert points[1].startswith("Mustard oil: usually every 10 days, last on ")
    assert points[2] == "Loyal customer with 5 orders."
