"""The batch of payment reminders: whom, with which words, and never twice in a week."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.consent import record_opt_out
from customers.models import Shop
from khata.accounts import customer_account
from khata.models import LedgerTransaction
from khata.posting import post_entry
from khata.reminders import candidates, send_reminders
from tests.desk import said, text_of
from tests.factories import CustomerFactory
from tests.jobs import run_jobs
from tests.khata.books import today
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices
from whatsapp.models import Chat, Message

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:khata_reminders")


@pytest.fixture(autouse=True)
def _shop(units):
    first_notices()
    Shop.objects.update_or_create(pk=1, defaults={"name": "Kesar Jewels"})


def post(customer, debit=None, credit=None, *, ago=0):
    debit, credit = (None if side is None else Decimal(side) for side in (debit, credit))
    key = f"test:{LedgerTransaction.objects.count()}"
    day = today() - dt.timedelta(days=ago)
    return post_entry(customer=customer, date=day, debit=debit, credit=credit, key=key, by=None)


def owing(name="Nandini Rao", amount=12400, ago=45, **fields):
    """A customer who agreed, wrote just now, and has an old debt."""
    customer = agreed(name=name, **fields)
    chat_of(customer)
    post(customer, amount, ago=ago)
    return customer


def account(customer) -> int:
    return customer_account(customer).pk


def remind(*customers, by):
    return send_reminders([account(customer) for customer in customers], by=by)


def reminded_days_ago(message: Message, days: int) -> None:
    """As if it had been sent so many days before."""
    day = timezone.localdate() - timedelta(days=days)
    owner = message.chat.identity.customer_id
    Message.objects.filter(pk=message.pk).update(
        purpose=f"reminder:{owner}:{day}", happened_at=timezone.now() - timedelta(days=days)
    )


def test_candidates_are_those_with_old_debts_the_most_overdue_first():
    small = owing("Anwar Traders", 500)
    big = owing("Lakhani Stores", 9000, ago=100)
    owing("Young Debt", 70000, ago=30)
    post(big, 1000)

    found = candidates()
    assert [one.account.customer for one in found] == [big, small]
    assert (found[0].age.overdue, found[0].age.balance) == (9000, 10000)
    assert found[0].words == (
        "Hello Lakhani Stores, a kind reminder from Kesar Jewels: ₹10,000 is still open."
    )


def test_the_chosen_are_reminded_of_all_that_they_owe(seller_user):
    customer = owing(amount=12400)
    post(customer, 100)
    (done,) = remind(customer, by=seller_user)
    run_jobs()
    done.message.refresh_from_db()
    assert "₹12,500 is still open." in done.message.text
    assert (done.message.status, done.message.requested_by) == ("sent", seller_user)


@pytest.mark.parametrize(("days", "again"), [(0, False), (1, False), (6, False), (7, True)])
def test_nobody_is_reminded_twice_within_a_week(seller_user, days, again):
    customer = owing()
    (first,) = remind(customer, by=seller_user)
    reminded_days_ago(first.message, days)
    (one,) = candidates()
    (second,) = remind(customer, by=seller_user)

    assert bool(one.words) == again
    assert (second.message is not None) == again
    if not again:
        assert second.why_not.startswith("Reminded on ")
        assert one.why_not == second.why_not
    assert Message.objects.count() == (2 if again else 1)


def test_one_that_failed_does_not_count_but_is_sent_again_from_the_outbox_that_day(seller_user):
    customer = owing()
    (first,) = remind(customer, by=seller_user)
    Message.objects.update(status="failed")
    (again,) = remind(customer, by=seller_user)
    assert again.why_not == "Today's reminder could not be sent: see the outbox."
    reminded_days_ago(first.message, 1)
    (later,) = remind(customer, by=seller_user)
    assert later.message is not None


def test_who_did_not_agree_or_paid_meanwhile_is_left_out_and_the_others_go(seller_user):
    stopped, paid, young, willing = (owing(f"Person {n}") for n in range(4))
    record_opt_out(stopped, how="keyword")
    post(paid, credit=12400)
    post(young, credit=12400)
    post(young, 700)
    done = {one.customer: one for one in remind(stopped, paid, young, willing, by=seller_user)}

    assert "STOP" in done[stopped].why_not
    assert done[paid].why_not == done[young].why_not == "Nothing is overdue any more."
    assert done[willing].message is not None
    assert Message.objects.count() == 1


def test_staff_read_every_reminder_before_they_send(seller_desk, seller_user):
    willing = owing("Lakhani Stores", 9000)
    unasked = CustomerFactory(name="Never Asked")
    chat_of(unasked)
    post(unasked, 800, ago=60)
    page = text_of(seller_desk.get(PAGE))
    assert "₹9,800.00 open for more than 30 days" in page
    assert "a kind reminder from Kesar Jewels: ₹9,000 is still open." in page
    assert "has not agreed" in page
    assert not Message.objects.exists()

    chosen = [account(willing), account(unasked)]
    answer = seller_desk.post(PAGE, {"account": chosen}, follow=True)
    assert said(answer)[-1] == "Reminders on their way: 1."
    assert "has not agreed" in said(answer)[0]
    assert "Reminded on" in text_of(answer)
    assert Message.objects.get().requested_by == seller_user


def test_reading_the_reminders_makes_no_chat(seller_desk):
    approved("payment_reminder", "customer_name", "amount_due")
    post(agreed(name="Lakhani Stores"), 9000, ago=60)
    assert "About your order: Lakhani Stores ₹9,000." in text_of(seller_desk.get(PAGE))
    assert not Chat.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"account": "x"}, {"account": "9" * 40}, {"account": "987"}])
def test_a_post_that_names_nobody_sends_nothing(seller_desk, sent):
    owing()
    assert seller_desk.post(PAGE, sent).status_code == 302
    assert not Message.objects.exists()


def test_without_old_debts_the_page_says_so(seller_desk):
    assert "Debts older than 30 days appear here." in text_of(seller_desk.get(PAGE))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_clerks_at_once_send_one_reminder(seller_user):
    from tests.orders.racing import race

    first_notices()
    customer = owing()
    done = race(*[lambda: remind(customer, by=seller_user)] * 4)
    assert Message.objects.count() == 1
    assert sum(one.message is not None for (one,) in done) == 1
