"""Yes and no at the same moment: what counts is what history says."""

from __future__ import annotations

from functools import partial

import pytest

from customers.consent import consent_history, may_notify, record_opt_in, record_opt_out
from customers.identities import identify_sender
from tests.factories import CustomerFactory
from tests.orders.racing import kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


def test_thirty_two_words_at_once_are_all_kept_and_the_last_one_counts(units):
    customer = CustomerFactory()
    yes = partial(record_opt_in, customer, how="checkbox")
    no = partial(record_opt_out, customer, how="keyword")
    results = race(*[yes, no] * 16)
    assert kinds(results) == {"ConsentEvent": 32}
    history = list(consent_history(customer))
    assert may_notify(customer) == (history[0].state == "opted_in")
    # The lock makes one order of them: nobody's later row has an earlier time.
    assert [word.pk for word in history] == sorted((w.pk for w in history), reverse=True)


def test_a_no_while_two_rows_turn_out_to_be_one_person_is_not_lost(units):
    known = CustomerFactory(phone="+919822001144")
    hidden = identify_sender(None, bsuid="IN.77001").customer
    record_opt_in(hidden, how="keyword")
    race(
        partial(identify_sender, "+919822001144", bsuid="IN.77001"),
        partial(record_opt_out, known, how="gupshup"),
    )
    assert not may_notify(known)
