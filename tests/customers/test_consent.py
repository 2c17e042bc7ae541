"""Who agreed to notices: the latest word counts, and every word is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from customers.consent import (
    consent_history,
    latest_word,
    may_notify,
    record_opt_in,
    record_opt_out,
)
from customers.errors import CustomerGone
from customers.identities import identify_sender
from customers.models import ConsentEvent, Customer
from tests.factories import CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def farida() -> Customer:
    return CustomerFactory(name="Farida Shaikh", phone="+919822001144")


def history_of(customer: Customer) -> list[tuple[str, str, str]]:
    """State, source and number of each word, the oldest first."""
    return [(word.state, word.how, word.phone) for word in reversed(consent_history(customer))]


def test_nobody_is_notified_before_they_agreed(farida):
    assert (may_notify(farida), latest_word(farida)) == (False, None)


def test_a_yes_then_a_no_are_both_kept_and_the_no_counts(farida, seller_user):
    record_opt_in(farida, how="checkbox")
    assert may_notify(farida)
    record_opt_out(farida, how="staff", by=seller_user, note="Rang the shop")
    assert not may_notify(farida)
    assert history_of(farida) == [
        ("opted_in", "checkbox", "+919822001144"),
        ("opted_out", "staff", "+919822001144"),
    ]
    word = latest_word(farida)
    assert (word.by, word.note) == (seller_user, "Rang the shop")


def test_a_word_that_comes_late_does_not_overrule_a_newer_one(farida):
    now = timezone.now()
    record_opt_in(farida, how="keyword", happened_at=now)
    record_opt_out(farida, how="keyword", happened_at=now - timedelta(minutes=5))
    assert (may_notify(farida), len(history_of(farida))) == (True, 2)


TICKED = datetime(2026, 11, 20, 10, 15, 30, 400_700, tzinfo=UTC)
SOON = datetime(2026, 11, 20, 10, 15, 33, tzinfo=UTC)


def at(moment: datetime):
    """Our own clock stands at this moment."""
    return mock.patch("django.utils.timezone.now", return_value=moment)


@pytest.mark.parametrize("stamp", [400_000, 0])
@pytest.mark.parametrize("stop_first", [False, True])
def test_a_stop_in_the_second_of_a_tick_counts_whichever_is_recorded_first(
    farida, stamp, stop_first
):
    """Gupshup stamps milliseconds (v2) or whole seconds (v3), we stamp microseconds."""

    def stop():
        with at(SOON):
            record_opt_out(farida, how="keyword", happened_at=TICKED.replace(microsecond=stamp))

    if stop_first:
        stop()
    with at(TICKED):
        record_opt_in(farida, how="checkbox")
    if not stop_first:
        stop()
    assert not may_notify(farida)


@pytest.mark.parametrize("first", [record_opt_in, record_opt_out])
def test_a_stop_and_a_start_of_one_second_end_in_a_stop(farida, first):
    with at(SOON):
        for record in (first, record_opt_out, record_opt_in):
            record(farida, how="keyword", happened_at=TICKED)
    assert not may_notify(farida)


def test_a_start_in_the_second_after_a_stop_counts(farida):
    with at(SOON):
        record_opt_in(farida, how="keyword", happened_at=TICKED + timedelta(seconds=1))
        record_opt_out(farida, how="keyword", happened_at=TICKED)
    assert may_notify(farida)


def test_a_tick_after_a_stop_arrived_counts_within_the_same_second(farida):
    with at(TICKED):
        record_opt_out(farida, how="keyword", happened_at=TICKED.replace(microsecond=0))
        record_opt_in(farida, how="checkbox")
    assert may_notify(farida)


def test_a_time_in_the_future_is_now(farida):
    record_opt_in(farida, how="gupshup", happened_at=timezone.now() + timedelta(days=400))
    record_opt_out(farida, how="keyword")
    assert not may_notify(farida)


def test_a_yes_is_for_the_number_it_was_given_for(farida):
    record_opt_in(farida, how="checkbox")
    Customer.objects.filter(pk=farida.pk).update(phone="+919822009999")
    assert not may_notify(farida)
    IdentityFactory(customer=farida, phone="+919822001144")
    assert may_notify(farida)


def test_a_no_outlives_a_change_of_number(farida):
    record_opt_out(farida, how="keyword")
    Customer.objects.filter(pk=farida.pk).update(phone="+919822009999")
    assert not may_notify(farida)


def test_whoever_changes_number_need_not_agree_again(db):
    before = identify_sender("+919822001144", bsuid="IN.77001", profile_name="Farida")
    record_opt_in(before.customer, how="keyword")
    after = identify_sender("+919822005566", bsuid="IN.77001")
    assert (after.customer, may_notify(after.customer)) == (before.customer, True)
    assert history_of(after.customer) == [
        ("opted_in", "keyword", "+919822001144"),
        ("opted_in", "new_number", "+919822005566"),
    ]


def test_whoever_gets_a_number_did_not_agree_by_its_last_owner(db):
    before = identify_sender("+919822001144", bsuid="IN.77001", profile_name="Farida")
    record_opt_in(before.customer, how="keyword")
    new_owner = identify_sender("+919822001144", bsuid="IN.88002", profile_name="Yusuf")
    assert new_owner.customer != before.customer
    assert not may_notify(new_owner.customer)
    assert not may_notify(before.customer)


@pytest.mark.parametrize("known_before", [True, False])
def test_a_stop_of_a_hidden_number_counts_for_the_person_it_turns_out_to_be(farida, known_before):
    record_opt_in(farida, how="checkbox")
    if known_before:
        IdentityFactory(customer=farida)
    hidden = identify_sender(None, bsuid="IN.77001").customer
    record_opt_out(hidden, how="keyword")
    assert identify_sender("+919822001144", bsuid="IN.77001").customer == farida
    assert not may_notify(farida)
    assert history_of(farida)[-1] == ("opted_out", "joined", "+919822001144")


def test_nobody_records_for_a_customer_who_is_gone(farida):
    Customer.objects.filter(pk=farida.pk).delete()
    with pytest.raises(CustomerGone):
        record_opt_in(farida, how="checkbox")


def test_a_customer_with_history_is_not_deleted(farida):
    record_opt_in(farida, how="checkbox")
    with pytest.raises(ProtectedError):
        farida.delete()


def test_the_database_keeps_what_was_said(farida):
    word = record_opt_out(farida, how="keyword", note="STOP")
    rows = ConsentEvent.objects.filter(pk=word.pk)
    changes = [
        {"state": "opted_in"},
        {"how": "checkbox"},
        {"phone": "+919822009999"},
        {"note": "START"},
        {"happened_at": timezone.now()},
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()
    word.refresh_from_db()
    assert history_of(farida) == [("opted_out", "keyword", "+919822001144")]


def test_a_merge_may_point_a_word_elsewhere_and_an_erasure_empty_it(farida):
    word = record_opt_out(farida, how="keyword", note="STOP")
    other = CustomerFactory()
    ConsentEvent.objects.filter(pk=word.pk).update(customer=other, phone="", note="")
    assert history_of(other) == [("opted_out", "keyword", "")]


@pytest.mark.parametrize(
    ("change", "why"),
    [({"state": "perhaps"}, "consent_state_known"), ({"how": "staff"}, "consent_of_staff")],
)
def test_a_word_says_what_and_staff_say_who(farida, change, why):
    fields = {"state": "opted_in", "how": "keyword", "happened_at": timezone.now(), **change}
    with pytest.raises(IntegrityError, match=why):
        ConsentEvent.objects.create(customer=farida, **fields)


def test_asking_costs_two_queries_however_long_the_history(farida, django_assert_num_queries):
    for _ in range(3):
        record_opt_in(farida, how="checkbox")
    with django_assert_num_queries(2):
        may_notify(farida)
