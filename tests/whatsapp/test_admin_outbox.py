"""The outbox in the admin: dead letters with their reason, and sending them again."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from tests.desk import said, text_of
from tests.factories import ChatFactory, CustomerFactory, InboundMessageFactory
from whatsapp.models import Message
from whatsapp.window import CLOSED

LIST = reverse("admin:whatsapp_outboxmessage_changelist")


def out(status: str, text: str, **fields) -> Message:
    chat = fields.pop("chat", None) or ChatFactory()
    return Message.objects.create(
        chat=chat,
        direction="out",
        status=status,
        text=text,
        happened_at=timezone.now(),
        **fields,
    )


@pytest.fixture
def letters(db):
    chat = ChatFactory(identity__customer=CustomerFactory(name="Nasreen Boutique"))
    InboundMessageFactory(chat=chat, text="kab milega")
    return [
        out("failed", "It is packed.", chat=chat, last_error="HTTP 400: Invalid Destination"),
        out("perhaps_sent", "It left today.", last_error="The worker stopped while sending."),
        out("queued", "It waits."),
        out("read", "It was read."),
    ]


def send_again(desk, *messages: Message):
    chosen = [message.pk for message in messages]
    return desk.post(f"{LIST}?state=all", {"action": "send_again", "_selected_action": chosen})


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"It is packed.", "It left today."}),
        ({"state": "waiting"}, {"It waits."}),
        ({"state": "all"}, {"It is packed.", "It left today.", "It waits.", "It was read."}),
        ({"state": "all", "q": "nasreen"}, {"It is packed."}),
    ],
)
def test_dead_letters_come_first_and_the_rest_is_a_tab_away(seller_desk, letters, query, shown):
    page = text_of(seller_desk.get(LIST, query))
    assert {message.text for message in letters if message.text in page} == shown
    assert "kab milega" not in page


def test_each_says_why(seller_desk, letters):
    page = text_of(seller_desk.get(LIST))
    assert "HTTP 400: Invalid Destination" in page
    assert "The worker stopped while sending." in page


def test_the_chosen_are_queued_again_with_who_did_it(seller_desk, seller_user, letters):
    failed, doubtful, *_ = letters
    answer = send_again(seller_desk, failed, doubtful)
    assert said(answer) == ["Queued again: 2."]
    assert set(Message.objects.filter(pk__in=[failed.pk, doubtful.pk]).values_list("status")) == {
        ("queued",)
    }
    assert {entry.user for entry in LogEntry.objects.all()} == {seller_user}


def test_what_can_not_be_sent_again_says_so_and_stays(seller_desk, letters):
    late = out("failed", "Too late.", chat=ChatFactory(last_inbound_at=None), last_error=CLOSED)
    answer = send_again(seller_desk, letters[3], late)
    assert ["sent again" in words or "only a template" in words for words in said(answer)] == [
        True,
        True,
    ]
    late.refresh_from_db()
    assert late.status == "failed"


def test_a_messages_page_says_whether_it_may_go_now(seller_desk, letters):
    late = out("failed", "Too late.", chat=ChatFactory(last_inbound_at=None))
    url = reverse("admin:whatsapp_outboxmessage_change", args=[late.pk])
    assert "has not written to the shop yet" in text_of(seller_desk.get(url))
    assert seller_desk.post(url, {"status": "sent"}).status_code == 403


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, db, django_assert_num_queries
):
    for _ in range(2):
        out("failed", "It is packed.")
        with django_assert_num_queries(6):
            seller_desk.get(LIST)
        out("perhaps_sent", "It left today.")
        out("failed", "It is here.")


def test_strangers_and_buyers_see_nothing(client, buyer_desk, letters):
    for desk in (client, buyer_desk):
        assert desk.get(LIST).url.startswith(reverse("admin:login"))
