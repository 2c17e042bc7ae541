"""Payment reminders: to whom, in which words, once a day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.consent import record_opt_out
from customers.errors import InvalidInput
from customers.models import Shop
from tests.factories import CustomerFactory
from tests.jobs import run_jobs, waiting_jobs
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices
from whatsapp.attending import with_waiting_since
from whatsapp.errors import NoApprovedTemplate, NoNumber, NoticeOff, NotOptedIn
from whatsapp.models import Chat, Message, Notice
from whatsapp.notices import preview_reminder, remind_of_payment

pytestmark = pytest.mark.django_db

OWED = Decimal("12400.50")


@pytest.fixture(autouse=True)
def _shop():
    first_notices()
    Shop.objects.update_or_create(pk=1, defaults={"name": "Kesar Jewels"})


def approved_reminder(**fields):
    words = "Dear {{1}}, {{2}} is still open."
    return approved("payment_reminder", "customer_name", "amount_due", body=words, **fields)


def test_within_24_hours_the_customer_gets_a_text(gupshup, seller_user):
    customer = agreed()
    chat_of(customer)
    message = remind_of_payment(customer, amount=OWED, by=seller_user)
    run_jobs()
    (sent,) = gupshup.accepted
    assert sent.content == {
        "type": "text",
        "text": "Hello Nandini Rao, a kind reminder from Kesar Jewels: ₹12,400.50 is still open.",
    }
    message.refresh_from_db()
    assert (message.status, message.requested_by) == ("sent", seller_user)


def test_afterwards_only_the_approved_template(gupshup, seller_user):
    customer = agreed()
    chat_of(customer, last_inbound_at=timezone.now() - timedelta(hours=25))
    template = approved_reminder()
    assert preview_reminder(customer, amount=OWED) == "Dear Nandini Rao, ₹12,400.50 is still open."
    remind_of_payment(customer, amount=OWED, by=seller_user)
    run_jobs()
    (sent,) = gupshup.accepted
    assert sent.content == {"id": template.gupshup_id, "params": ["Nandini Rao", "₹12,400.50"]}


def test_who_never_wrote_gets_the_template_on_the_number_on_record(gupshup, seller_user):
    customer = agreed(phone="+919812300077")
    approved_reminder()
    remind_of_payment(customer, amount=OWED, by=seller_user)
    run_jobs()
    assert [sent.destination for sent in gupshup.accepted] == ["919812300077"]


def test_twice_on_one_day_is_once(gupshup, seller_user):
    customer = agreed()
    chat_of(customer)
    first = remind_of_payment(customer, amount=OWED, by=seller_user)
    assert remind_of_payment(customer, amount=Decimal(900), by=seller_user) == first
    run_jobs()
    assert len(gupshup.accepted) == 1


def never_asked() -> CustomerFactory:
    return chat_of(CustomerFactory()).identity.customer


def stopped():
    customer = agreed()
    chat_of(customer)
    record_opt_out(customer, how="keyword")
    return customer


def switched_off():
    Notice.objects.filter(event="payment_reminder").update(is_on=False)
    return chat_of(agreed()).identity.customer


def paused():
    approved_reminder(state="paused", reason="low quality")
    return agreed()


@pytest.mark.parametrize(
    ("customer", "error", "words"),
    [
        (never_asked, NotOptedIn, "has not agreed"),
        (stopped, NotOptedIn, "said STOP"),
        (switched_off, NoticeOff, "“Payment reminder” are switched off"),
        (lambda: agreed(phone=None), NoNumber, "no WhatsApp number"),
        (
            agreed,
            NoApprovedTemplate,
            "only a template may be sent. No template is chosen for English.",
        ),
        (paused, NoApprovedTemplate, "is not approved (Paused: low quality)"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_queued(seller_user, customer, error, words):
    owing = customer()
    for call in (preview_reminder, remind_of_payment):
        by = {"by": seller_user} if call is remind_of_payment else {}
        with pytest.raises(error) as refused:
            call(owing, amount=OWED, **by)
        assert words in str(refused.value)
    assert (Message.objects.count(), waiting_jobs()) == (0, [])


def test_nobody_is_reminded_of_nothing(seller_user):
    with pytest.raises(InvalidInput):
        remind_of_payment(agreed(), amount=Decimal(0), by=seller_user)


def test_a_reminder_answers_no_waiting_message(gupshup, seller_user):
    from tests.factories import InboundMessageFactory

    customer = agreed()
    chat = chat_of(customer)
    asked = InboundMessageFactory(chat=chat, happened_at=timezone.now() - timedelta(minutes=5))
    remind_of_payment(customer, amount=OWED, by=seller_user)
    (row,) = with_waiting_since(Chat.objects.all())
    assert row.waiting_since == asked.happened_at
