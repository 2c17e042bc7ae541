"""Chats and raw events in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.models import Analysis, DraftMessage, OrderDraft
from tests.desk import said, text_of
from tests.factories import ChatFactory, CustomerFactory, InboundMessageFactory
from whatsapp.models import Chat, EventStatus, InboundEvent, Message, MessageStatus

LIST = reverse("admin:whatsapp_chat_changelist")
EVENTS = reverse("admin:whatsapp_inboundevent_changelist")


@pytest.fixture
def chat(db):
    customer = CustomerFactory(name="Nasreen Boutique")
    return ChatFactory(identity__customer=customer, unread_count=2, last_message_at=timezone.now())


def page_of(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_change", args=[chat.pk])


def reply(chat: Chat, status: str, **fields) -> Message:
    return Message.objects.create(
        chat=chat,
        direction="out",
        status=status,
        text="We got your order.",
        happened_at=timezone.now(),
        **fields,
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "◷ queued"),
        ("sent", "✓ sent"),
        ("delivered", "✓✓ delivered"),
        ("read", "✓✓ read"),
        ("failed", "✗ failed"),
        ("perhaps_sent", "? perhaps sent"),
    ],
)
def test_each_bubble_says_what_became_of_it(seller_desk, chat, status, words):
    reply(chat, status)
    page = text_of(seller_desk.get(page_of(chat)))
    assert words in page
    assert ("Send again" in page) == (status in ("failed", "perhaps_sent"))


def test_inbound_ones_say_what_they_want_and_lead_to_their_draft(seller_desk, chat):
    message = InboundMessageFactory(chat=chat, text="2 <b>dupatta</b>")
    Analysis.objects.create(message=message, intent="order", status="completed")
    draft = OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    DraftMessage.objects.create(draft=draft, message=message)
    page = text_of(seller_desk.get(page_of(chat)))
    assert "2 &lt;b&gt;dupatta&lt;/b&gt;" in page
    assert ">order</span>" in page
    assert reverse("admin:drafts_orderdraft_review", args=[draft.pk]) in page


def test_a_failed_message_says_why_and_is_sent_again_on_request(seller_desk, chat, seller_user):
    message = reply(chat, "failed", last_error="The number is not on WhatsApp.")
    assert "The number is not on WhatsApp." in text_of(seller_desk.get(page_of(chat)))
    answer = seller_desk.post(page_of(chat), {"do": f"resend-{message.pk}"})
    message.refresh_from_db()
    assert (message.status, message.requested_by) == (MessageStatus.QUEUED, seller_user)
    assert said(answer) == ["The message is queued again."]


def test_a_message_that_went_out_is_not_sent_again(seller_desk, chat):
    message = reply(chat, "sent")
    answer = seller_desk.post(page_of(chat), {"do": f"resend-{message.pk}"})
    message.refresh_from_db()
    assert message.status == "sent"
    assert "sent again" in said(answer)[0]


def test_another_chats_message_is_not_sent_from_here(seller_desk, chat):
    message = reply(ChatFactory(), "failed")
    answer = seller_desk.post(page_of(chat), {"do": f"resend-{message.pk}"})
    message.refresh_from_db()
    assert (answer.status_code, message.status) == (404, "failed")


def test_older_messages_are_a_page_back(seller_desk, chat):
    for number in range(102):
        InboundMessageFactory(chat=chat, text=f"message no. {number:03}")
    page = text_of(seller_desk.get(page_of(chat)))
    assert "message no. 002" in page
    assert "message no. 001" not in page
    before = Message.objects.get(text="message no. 002").pk
    assert f"?before={before}" in page
    older = text_of(seller_desk.get(page_of(chat), {"before": before}))
    assert "message no. 001" in older
    assert "message no. 002" not in older


def test_the_list_shows_last_words_and_what_waits(seller_desk, chat):
    InboundMessageFactory(chat=chat, text="kal tak\nchahiye")
    reply(ChatFactory(), "failed")
    page = text_of(seller_desk.get(LIST))
    assert "kal tak chahiye" in page
    assert "2 unread" in page
    assert "send failed" in page
    assert "Nasreen" in text_of(seller_desk.get(LIST, {"waits": "unread"}))
    assert "Nasreen" not in text_of(seller_desk.get(LIST, {"waits": "failed"}))


@pytest.mark.parametrize("words", ["nasreen", "98"])
def test_chats_are_found_by_name_and_phone(seller_desk, chat, words):
    assert "Nasreen Boutique" in text_of(seller_desk.get(LIST, {"q": words}))


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, chat, django_assert_num_queries
):
    for _ in range(2):
        with django_assert_num_queries(7):
            seller_desk.get(LIST)
        InboundMessageFactory()
        reply(ChatFactory(), "perhaps_sent")


def test_only_staff_see_chats(client, buyer_desk, chat):
    for desk in (client, buyer_desk):
        for url in (LIST, page_of(chat), EVENTS):
            assert desk.get(url).url.startswith(reverse("admin:login"))


def test_an_unknown_chat_leads_away_with_a_word(seller_desk):
    answer = seller_desk.get("/admin/whatsapp/chat/4711/change/")
    assert "doesn’t exist" in said(answer)[0]


def test_events_are_shown_raw_and_never_changed(admin_desk):
    event = InboundEvent.objects.create(
        key="k1", raw=b'{"text": "<b>\xff"}', status=EventStatus.FAILED, last_error="no sender"
    )
    assert "no sender" in text_of(admin_desk.get(EVENTS, {"status__exact": "failed"}))
    url = reverse("admin:whatsapp_inboundevent_change", args=[event.pk])
    page = text_of(admin_desk.get(url))
    assert "{&quot;text&quot;: &quot;&lt;b&gt;�&quot;}" in page
    assert "(&#x27;failed&#x27;" not in page
    assert admin_desk.post(url, {"status": "processed"}).status_code == 403
