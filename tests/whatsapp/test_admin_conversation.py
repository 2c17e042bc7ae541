"""Answering in the admin: the reply box, what polling brings, who saw and who cares for what."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.models import Analysis, DraftMessage, OrderDraft
from tests.desk import said, text_of
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    InboundMessageFactory,
    ProductFactory,
    UserFactory,
)
from tests.orders.desk import placed
from whatsapp.models import Chat, Message, QuickReply

HTMX = {"HX-Request": "true"}


@pytest.fixture
def chat(db):
    customer = CustomerFactory(name="Nasreen Boutique", language="hi")
    return ChatFactory(identity__customer=customer)


def page_of(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_change", args=[chat.pk])


def news_of(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_news", args=[chat.pk])


def seen_on(response) -> str:
    """What chat.js tells of a page: each piece with its mark."""
    pieces = re.findall(r'<div id="(\w+)" data-seen="(\w+)"', response.content.decode())
    return ",".join(f"{name}.{mark}" for name, mark in pieces)


def heard(chat: Chat, text: str, *, intent: str = "", **fields) -> Message:
    """A customer's message as the webhook stores it, and as it was read."""
    message = InboundMessageFactory(chat=chat, text=text, **fields)
    Chat.objects.filter(pk=chat.pk).update(
        unread_count=chat.messages.filter(direction="in").count(),
        last_inbound_at=message.happened_at,
    )
    chat.refresh_from_db()
    if intent:
        Analysis.objects.create(message=message, intent=intent, status="completed")
    return message


def write(desk, chat: Chat, text: str, *, key: str = "k1", **headers):
    return desk.post(page_of(chat), {"do": "reply", "key": key, "text": text}, headers=headers)


# Writing ------------------------------------------------------------------------------


def test_a_reply_is_queued_once_however_often_it_is_sent(seller_desk, seller_user, chat):
    for _ in range(2):
        write(seller_desk, chat, "  Haan ji, kal bhejenge.\n")
    message = Message.objects.get(direction="out")
    assert (message.text, message.status, message.requested_by) == (
        "Haan ji, kal bhejenge.",
        "queued",
        seller_user,
    )
    assert "Haan ji, kal bhejenge." in text_of(seller_desk.get(page_of(chat)))


def test_the_box_says_until_when_it_may_be_written(seller_desk, chat):
    Chat.objects.update(last_inbound_at=timezone.now() - timedelta(hours=21, minutes=30))
    page = text_of(seller_desk.get(page_of(chat)))
    assert "You can write until" in page
    assert "· 2 h left" in page


def test_after_the_window_nothing_goes_out_and_what_was_typed_stays(seller_desk, chat):
    Chat.objects.update(last_inbound_at=timezone.now() - timedelta(hours=24))
    assert "data-closed" in text_of(seller_desk.get(page_of(chat)))
    page = text_of(write(seller_desk, chat, "Too late?"))
    assert "more than 24 hours ago: only a template" in page
    assert ">Too late?</textarea>" in page
    assert not Message.objects.exists()


def test_without_words_nothing_goes_out(seller_desk, chat):
    assert "There is nothing to send." in text_of(write(seller_desk, chat, "  \n"))
    assert not Message.objects.exists()


def test_the_suggestion_is_of_the_newest_reading_until_staff_wrote(seller_desk, chat):
    heard(chat, "kitne ka hai?", intent="question")
    heard(chat, "payal kala pad gaya", intent="complaint")
    assert 'data-put="हमें खेद है।' in text_of(seller_desk.get(page_of(chat)))
    write(seller_desk, chat, "Maaf kijiye")
    assert "Suggested" not in text_of(seller_desk.get(page_of(chat)))


def test_quick_replies_carry_the_customers_name_and_staff_edit_them(seller_desk, chat):
    add = reverse("admin:whatsapp_quickreply_add")
    seller_desk.post(add, {"title": "Ready", "text": "{name} ji, it is ready.", "position": 1})
    reply = QuickReply.objects.get()
    assert reply.history.get().history_user.username == "ravi"
    page = text_of(seller_desk.get(page_of(chat)))
    assert 'data-put="Nasreen Boutique ji, it is ready."' in page


# Polling ------------------------------------------------------------------------------


def test_a_page_that_shows_all_hears_nothing(seller_desk, chat):
    heard(chat, "namaste")
    seen = seen_on(seller_desk.get(page_of(chat)))
    answer = seller_desk.get(news_of(chat), {"seen": seen})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_new_message_comes_behind_the_one_before_it(seller_desk, chat):
    first = heard(chat, "namaste")
    seen = seen_on(seller_desk.get(page_of(chat)))
    heard(chat, "2 <b>dupatta</b>")
    fragment = text_of(seller_desk.get(news_of(chat), {"seen": seen}))
    assert f'hx-swap-oob="afterend:#m{first.pk}"' in fragment
    assert "2 &lt;b&gt;dupatta&lt;/b&gt;" in fragment
    assert "namaste" not in fragment
    assert "Mark 2 as read" in fragment
    assert "desk-day" not in fragment


def test_the_first_message_of_a_chat_appears_in_an_empty_page(seller_desk, chat):
    seen = seen_on(seller_desk.get(page_of(chat)))
    heard(chat, "namaste")
    fragment = text_of(seller_desk.get(news_of(chat), {"seen": seen}))
    assert 'hx-swap-oob="beforeend:#turns"' in fragment
    assert "desk-day" in fragment


def test_a_message_of_earlier_that_comes_late_stands_where_it_belongs(seller_desk, chat):
    now = timezone.now()
    first = heard(chat, "one", happened_at=now - timedelta(minutes=9))
    heard(chat, "three", happened_at=now)
    seen = seen_on(seller_desk.get(page_of(chat)))
    heard(chat, "two", happened_at=now - timedelta(minutes=5))
    fragment = text_of(seller_desk.get(news_of(chat), {"seen": seen}))
    assert f'hx-swap-oob="afterend:#m{first.pk}"' in fragment


def test_only_the_state_that_changed_is_sent(seller_desk, chat):
    heard(chat, "namaste")
    write(seller_desk, chat, "Namaste ji")
    seen = seen_on(seller_desk.get(page_of(chat)))
    Message.objects.filter(direction="out").update(status="failed", last_error="Not on WhatsApp.")
    fragment = text_of(seller_desk.get(news_of(chat), {"seen": seen}))
    assert "✗ failed" in fragment
    assert "Not on WhatsApp." in fragment
    assert "Namaste ji" not in fragment


def test_a_draft_that_was_made_meanwhile_shows_below_the_message_and_beside(seller_desk, chat):
    message = heard(chat, "2 dupatta")
    seen = seen_on(seller_desk.get(page_of(chat)))
    draft = OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    DraftMessage.objects.create(draft=draft, message=message)
    fragment = text_of(seller_desk.get(news_of(chat), {"seen": seen}))
    link = reverse("admin:drafts_orderdraft_review", args=[draft.pk])
    assert fragment.count(link) == 2


def test_a_page_that_lags_far_behind_is_loaded_anew(seller_desk, chat):
    heard(chat, "namaste")
    seen = seen_on(seller_desk.get(page_of(chat)))
    for number in range(35):
        heard(chat, f"message {number}")
    answer = seller_desk.get(news_of(chat), {"seen": seen})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("seen", ["", ",,..", "b1", "x" * 3000])
def test_a_poll_that_says_nonsense_is_answered(seller_desk, chat, seen):
    heard(chat, "namaste")
    assert seller_desk.get(news_of(chat), {"seen": seen}).status_code in (200, 204)


def test_a_reply_by_htmx_answers_the_bubble_and_a_fresh_key(seller_desk, chat):
    seen = seen_on(seller_desk.get(page_of(chat)))
    form = {"do": "reply", "key": "k1", "text": "Namaste ji", "seen": seen}
    answer = seller_desk.post(page_of(chat), form, headers=HTMX)
    page = text_of(answer)
    assert "Namaste ji" in page
    assert "◷ queued" in page
    assert answer["HX-Trigger-After-Settle"] == "answered"
    assert re.search(r'id="key" value="[0-9a-f]{32}" hx-swap-oob="true"', page)


def test_a_refusal_by_htmx_is_said_in_the_box(seller_desk, chat):
    Chat.objects.update(last_inbound_at=None)
    answer = write(seller_desk, chat, "Namaste ji", **HTMX)
    assert re.search(r'id="refused".*has not written to the shop yet', text_of(answer))
    assert "HX-Trigger-After-Settle" not in answer


def test_an_unknown_chat_has_no_news(seller_desk):
    assert seller_desk.get("/admin/whatsapp/chat/4711/news/").status_code == 404


def test_an_act_that_is_none_is_404(seller_desk, chat):
    assert seller_desk.post(page_of(chat), {"do": "explode"}).status_code == 404


# Reading, settling, caring --------------------------------------------------------------


def test_looking_reads_nothing_and_reading_is_up_to_what_was_seen(seller_desk, seller_user, chat):
    seen = heard(chat, "one")
    seller_desk.get(page_of(chat))
    heard(chat, "two")
    chat.refresh_from_db()
    assert chat.unread_count == 2
    seller_desk.post(page_of(chat), {"do": f"read-{seen.pk}"})
    chat.refresh_from_db()
    assert (chat.unread_count, chat.read_position, chat.read_by) == (1, seen.pk, seller_user)


def test_a_position_never_lies_ahead_of_what_there_is_nor_goes_back(seller_desk, chat):
    first, last = heard(chat, "one"), heard(chat, "two")
    seller_desk.post(page_of(chat), {"do": "read-999999999999999999"})
    chat.refresh_from_db()
    assert (chat.unread_count, chat.read_position) == (0, last.pk)
    seller_desk.post(page_of(chat), {"do": f"read-{first.pk}"})
    chat.refresh_from_db()
    assert (chat.unread_count, chat.read_position) == (0, last.pk)


def test_who_waits_is_shown_until_somebody_answers_or_says_there_is_nothing_to(seller_desk, chat):
    unanswered = {"waits": "unanswered"}
    chats = reverse("admin:whatsapp_chat_changelist")
    message = heard(chat, "kab milega?", happened_at=timezone.now() - timedelta(minutes=38))
    assert "waits 38 min" in text_of(seller_desk.get(page_of(chat)))
    assert "waits 38 min" in text_of(seller_desk.get(chats, unanswered))
    seller_desk.post(page_of(chat), {"do": f"settle-{message.pk}"})
    assert "Nasreen" not in text_of(seller_desk.get(chats, unanswered))
    heard(chat, "hello?")
    assert "Nasreen" in text_of(seller_desk.get(chats, unanswered))
    write(seller_desk, chat, "Kal subah")
    assert "Nasreen" not in text_of(seller_desk.get(chats, unanswered))


def test_a_notice_about_an_order_answers_nobody(seller_desk, chat):
    heard(chat, "kab milega?", happened_at=timezone.now() - timedelta(minutes=38))
    Message.objects.create(
        chat=chat, direction="out", status="sent", purpose="order:1:x", happened_at=timezone.now()
    )
    assert "waits 38 min" in text_of(seller_desk.get(page_of(chat)))


def test_a_chat_is_given_to_one_of_the_staff(seller_desk, seller_user, chat):
    from django.contrib.admin.models import LogEntry

    chats = reverse("admin:whatsapp_chat_changelist")
    assert "Nasreen" not in text_of(seller_desk.get(chats, {"by": "me"}))
    seller_desk.post(page_of(chat), {"do": "assign", "to": seller_user.pk})
    chat.refresh_from_db()
    assert chat.assigned_to == seller_user
    assert "Nasreen" in text_of(seller_desk.get(chats, {"by": "me"}))
    assert "Nasreen" not in text_of(seller_desk.get(chats, {"by": "nobody"}))
    seller_desk.post(page_of(chat), {"do": "assign", "to": ""})
    chat.refresh_from_db()
    assert chat.assigned_to is None
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Given to ravi; before: nobody.",
        "Given to nobody; before: ravi.",
    ]


def test_a_chat_is_not_given_to_a_buyer(seller_desk, buyer_user, chat):
    answer = seller_desk.post(page_of(chat), {"do": "assign", "to": buyer_user.pk})
    chat.refresh_from_db()
    assert (answer.status_code, chat.assigned_to) == (404, None)


def test_the_next_unread_chat_is_one_click_away(seller_desk, chat):
    other = ChatFactory(unread_count=1, last_inbound_at=timezone.now() - timedelta(hours=1))
    ChatFactory(unread_count=1)
    assert f'rel="next" href="{page_of(other)}"' in text_of(seller_desk.get(page_of(chat)))


# The list -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["kala pad", "PAYAL", "Nasr", "bou"])
def test_chats_are_found_by_what_was_said(seller_desk, chat, words):
    heard(chat, "mera payal kala pad gaya")
    ChatFactory(identity__customer__name="Sunil Traders")
    page = text_of(seller_desk.get(reverse("admin:whatsapp_chat_changelist"), {"q": words}))
    assert "Nasreen Boutique" in page
    assert "Sunil Traders" not in page


def test_a_word_longer_than_postgresql_indexes_is_stored_and_found(seller_desk, chat):
    heard(chat, "क" * 9000)
    page = seller_desk.get(reverse("admin:whatsapp_chat_changelist"), {"q": "क" * 4000})
    assert "Nasreen Boutique" in text_of(page)


@pytest.mark.parametrize("tag", ["draft", "complaint", "order"])
def test_tags_say_and_filter_what_a_chat_is_about(seller_desk, chat, tag):
    chats = reverse("admin:whatsapp_chat_changelist")
    assert "Nasreen" not in text_of(seller_desk.get(chats, {"tag": tag}))
    customer = chat.identity.customer
    heard(chat, "payal kala pad gaya", intent="complaint")
    OrderDraft.objects.create(chat=chat, customer=customer)
    placed((ProductFactory(), 1), customer=customer)
    page = text_of(seller_desk.get(chats, {"tag": tag}))
    assert "Nasreen" in page
    assert re.search(rf"desk-mark[^>]*>[^<]*{tag}</span>", page)


# For everybody ----------------------------------------------------------------------------


def test_conversation_and_news_take_as_many_queries_for_five_as_for_one(
    seller_desk, chat, django_assert_num_queries
):
    person = UserFactory()
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    for _ in range(2):
        heard(chat, "2 dupatta", intent="order")
        with django_assert_num_queries(13):
            page = seller_desk.get(page_of(chat))
        heard(chat, "aur ek")
        with django_assert_num_queries(9):
            seller_desk.get(news_of(chat), {"seen": seen_on(page)})
        for number in range(3):
            message = heard(chat, "2 dupatta", intent="order")
            draft = OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
            DraftMessage.objects.create(draft=draft, message=message)
            Message.objects.create(
                chat=chat,
                direction="out",
                status="sent",
                answers=message,
                requested_by=person,
                happened_at=message.happened_at + timedelta(seconds=number),
            )


def test_only_staff_read_and_write(client, buyer_desk, chat):
    for desk in (client, buyer_desk):
        assert desk.get(news_of(chat)).url.startswith(reverse("admin:login"))
        assert write(desk, chat, "Namaste").url.startswith(reverse("admin:login"))
    assert not Message.objects.exists()


def test_what_was_done_is_said_to_those_without_scripts(seller_desk, seller_user, chat):
    answer = seller_desk.post(page_of(chat), {"do": "assign", "to": seller_user.pk})
    assert said(answer) == ["Given to ravi."]
