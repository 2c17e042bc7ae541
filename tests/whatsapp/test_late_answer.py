"""After 24 hours staff send an approved template from the chat, filled by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.consent import record_opt_out
from tests.desk import said, text_of
from tests.factories import CustomerFactory, InboundMessageFactory, ProductFactory
from tests.jobs import run_jobs
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices, order_of
from whatsapp.attending import with_waiting_since
from whatsapp.models import Chat, Message

pytestmark = pytest.mark.django_db

LATE = timedelta(hours=25)


@pytest.fixture
def chat(db) -> Chat:
    """Anita agreed to notices and wrote yesterday, and nobody answered."""
    first_notices()
    chat = chat_of(agreed(name="Anita Desai"), last_inbound_at=timezone.now() - LATE)
    InboundMessageFactory(chat=chat, text="ready?", happened_at=timezone.now() - LATE)
    return chat


def page_of(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_template", args=[chat.pk])


def send(desk, chat, template, *values: str, key="k1"):
    sent = {"template": template.pk, "value": list(values), "key": key}
    return desk.post(page_of(chat), sent)


def test_the_chat_leads_to_the_templates_once_its_window_is_closed(seller_desk, chat):
    conversation = reverse("admin:whatsapp_chat_change", args=[chat.pk])
    assert f'href="{page_of(chat)}"' in text_of(seller_desk.get(conversation))
    Chat.objects.update(last_inbound_at=timezone.now())
    assert f'href="{page_of(chat)}"' not in text_of(seller_desk.get(conversation))


def test_the_gaps_are_filled_from_the_newest_order_and_may_be_changed(
    seller_desk, seller_user, gupshup, chat, units
):
    order = order_of(chat.identity.customer, (ProductFactory(stock=3), 1))
    Message.objects.filter(direction="out").delete()
    template = approved("shipped", "customer_name", "order_reference")
    page = text_of(seller_desk.get(page_of(chat)))
    assert 'value="Anita Desai"' in page
    assert f'value="{order}"' in page
    answer = send(seller_desk, chat, template, "Anita", " the blue\nsaree ")
    assert said(answer) == ["The template is queued."]
    run_jobs()
    message = Message.objects.get(purpose=f"staff:{chat.pk}:k1")
    assert (message.status, message.requested_by) == ("sent", seller_user)
    assert message.text == "About your order: Anita the blue saree."
    contents = [accepted.content for accepted in gupshup.accepted]
    assert {"id": template.gupshup_id, "params": ["Anita", "the blue saree"]} in contents


def test_it_answers_what_waited_and_a_second_click_sends_nothing(seller_desk, gupshup, chat):
    template = approved("delivered")
    assert with_waiting_since(Chat.objects.all()).get().waiting_since is not None
    for _ in range(2):
        send(seller_desk, chat, template)
    run_jobs()
    assert len(gupshup.accepted) == 1
    assert with_waiting_since(Chat.objects.all()).get().waiting_since is None


@pytest.mark.parametrize("values", [(), ("Anita",), ("Anita", " "), ("Anita", "x" * 301)])
def test_a_gap_left_open_is_refused(seller_desk, gupshup, chat, values):
    template = approved("shipped", "customer_name", "order_reference")
    answer = send(seller_desk, chat, template, *values)
    assert answer.status_code == 200
    assert "gap" in said(answer)[0]
    assert not Message.objects.filter(direction="out").exists()


def test_who_said_stop_gets_none_and_the_page_says_so(seller_desk, chat):
    template = approved("delivered")
    record_opt_out(chat.identity.customer, how="keyword")
    page = text_of(seller_desk.get(page_of(chat)))
    assert "has not agreed to notices on WhatsApp, or said STOP" in page
    assert f'value="{template.pk}">Send' not in page
    assert "said STOP" in said(send(seller_desk, chat, template))[0]
    assert not Message.objects.filter(direction="out").exists()


def test_what_is_not_approved_is_neither_offered_nor_sent(seller_desk, chat):
    template = approved("delivered", state="paused")
    assert "No template is approved." in text_of(seller_desk.get(page_of(chat)))
    assert "is not approved (Paused)" in said(send(seller_desk, chat, template))[0]


def test_a_hidden_number_gets_none(seller_desk, gupshup, db):
    first_notices()
    customer = CustomerFactory(phone=None)
    chat = chat_of(customer, identity__phone=None, identity__bsuid="IN.164870012")
    assert "hides this customer" in text_of(seller_desk.get(page_of(chat)))
    assert "hides this customer" in said(send(seller_desk, chat, approved("delivered")))[0]


@pytest.mark.parametrize("template", ["", "x", "999999", "9" * 30])
def test_an_unknown_template_is_not_found(seller_desk, chat, template):
    assert seller_desk.post(page_of(chat), {"template": template}).status_code == 404


def test_buyers_and_strangers_do_not_come_here(client, buyer_desk, chat):
    for desk in (client, buyer_desk):
        assert desk.get(page_of(chat)).url.startswith(reverse("admin:login"))
