"""The customer's page in the admin: who agreed to notices, and staff noting a word."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.consent import latest_word, may_notify, record_opt_in, record_opt_out
from customers.models import ConsentEvent, Customer
from tests.desk import said, text_of
from tests.factories import CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lata() -> Customer:
    return CustomerFactory(name="Lata Pawar", phone="+919822001144")


def page(desk, customer: Customer) -> str:
    return text_of(desk.get(reverse("admin:customers_customer_change", args=[customer.pk])))


def note(desk, customer: Customer, **sent: str):
    sent = {"state": "opted_in", "note": "at the counter", **sent}
    return desk.post(reverse("admin:customers_customer_notices", args=[customer.pk]), sent)


def test_it_says_where_nobody_ever_asked(seller_desk, lata):
    assert "News on WhatsApp: never asked" in page(seller_desk, lata)


def test_it_shows_every_word_and_which_counts(seller_desk, lata):
    record_opt_in(lata, how="checkbox", note="Order LEG-7K3M-Q0XW")
    assert "News on WhatsApp: ✓ yes" in page(seller_desk, lata)
    record_opt_out(lata, how="keyword", note="band karo")
    shown = page(seller_desk, lata)
    assert "News on WhatsApp: ✗ no" in shown
    assert '✗ No</strong> Word sent on WhatsApp <span class="desk-dim">band karo' in shown
    assert "✓ Yes</strong> Checkbox on the shop&#x27;s page" in shown


def test_a_yes_for_a_number_that_is_gone_says_so(seller_desk, lata):
    record_opt_in(lata, how="checkbox")
    Customer.objects.filter(pk=lata.pk).update(phone="+919822009999")
    shown = page(seller_desk, lata)
    assert "News on WhatsApp: ✗ no" in shown
    assert "They agreed for +919822001144, which is not theirs any more: ask again." in shown


@pytest.mark.parametrize(("state", "may"), [("opted_in", True), ("opted_out", False)])
def test_staff_note_what_a_customer_told_them(seller_desk, seller_user, lata, state, may):
    answer = note(seller_desk, lata, state=state, note=" at the counter ")
    word = latest_word(lata)
    assert answer.url == reverse("admin:customers_customer_change", args=[lata.pk])
    assert said(answer)[0].startswith("Noted: ")
    assert (word.state, word.how, word.by, word.note, word.phone) == (
        *(state, "staff", seller_user),
        *("at the counter", "+919822001144"),
    )
    assert may_notify(lata) == may


def test_a_yes_is_for_the_number_they_write_from_where_the_row_has_none(seller_desk):
    nameless = CustomerFactory(phone=None)
    IdentityFactory(customer=nameless, phone="+919822005566")
    note(seller_desk, nameless)
    assert latest_word(nameless).phone == "+919822005566"


@pytest.mark.parametrize("wrong", [{"note": "  "}, {"state": "perhaps"}, {"note": "x" * 301}])
def test_without_how_they_said_it_nothing_is_noted(seller_desk, lata, wrong):
    answer = note(seller_desk, lata, **wrong)
    assert (answer.status_code, ConsentEvent.objects.count()) == (302, 0)
    assert not any(sentence.startswith("Noted") for sentence in said(answer))


def test_a_refusal_says_what_is_missing(seller_desk, lata):
    assert said(note(seller_desk, lata, note=" ")) == [
        "Say how they told you, for example at the counter."
    ]


def test_looking_changes_nothing_and_a_stranger_may_not(seller_desk, buyer_user, client, lata):
    url = reverse("admin:customers_customer_notices", args=[lata.pk])
    assert seller_desk.get(url).status_code == 302
    client.force_login(buyer_user)
    assert "/admin/login/" in note(client, lata).url
    assert seller_desk.post(url.replace(str(lata.pk), "999999")).status_code == 404
    assert not ConsentEvent.objects.exists()
