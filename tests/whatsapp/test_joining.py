"""A hidden number shows itself: two identities, chats and senders become one, with audit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from customers.identities import identify_sender
from customers.models import Customer, WhatsAppIdentity
from drafts.models import OrderDraft
from tests.factories import ChatFactory, CustomerFactory, IdentityFactory, ProductFactory
from tests.jobs import run_jobs
from tests.whatsapp.bodies import NANDINI, post, text_event
from whatsapp.inbound import process_event
from whatsapp.models import Chat, ChatImport, InboundEvent, Message
from whatsapp.outbox import queue_text

pytestmark = pytest.mark.django_db

HIDDEN = "IN.1648712345678901"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(minute: int) -> int:
    """Milliseconds of so many minutes after noon."""
    return int((NOON + timedelta(minutes=minute)).timestamp() * 1000)


def hidden_text(text: str, phone: str = "", **more):
    data = text_event(text, phone=phone, **more)
    data["payload"]["sender"]["userId"] = HIDDEN
    return data


def deliver(client, *events) -> None:
    for data in events:
        assert post(client, data).status_code == 200
    run_jobs()


def test_two_chats_of_one_person_become_one(client):
    deliver(
        client,
        hidden_text("3 kurtas", timestamp=at(0)),
        text_event("2 rings", timestamp=at(2)),
        hidden_text("hidden again", timestamp=at(1)),
        hidden_text("it is me", NANDINI, timestamp=at(3)),
    )
    identity = WhatsAppIdentity.objects.get()
    assert (identity.phone, identity.bsuid) == (NANDINI, HIDDEN)
    assert identity.customer == Customer.objects.get(phone=NANDINI)
    chat = Chat.objects.get()
    assert [message.text for message in chat.messages.all()] == [
        *("3 kurtas", "hidden again", "2 rings", "it is me"),
    ]
    assert (chat.unread_count, chat.last_inbound_at) == (4, NOON + timedelta(minutes=3))


def test_what_comes_later_hidden_or_not_lands_in_the_one_chat(client):
    deliver(client, hidden_text("a"), text_event("b"), hidden_text("c", NANDINI))
    deliver(client, hidden_text("d"), text_event("e"), hidden_text("f", NANDINI))
    assert (WhatsAppIdentity.objects.count(), Chat.objects.count()) == (1, 1)
    assert Message.objects.count() == 6


def test_both_histories_tell_of_it(client):
    deliver(client, hidden_text("a"), text_event("b"))
    gone, kept = WhatsAppIdentity.objects.order_by("pk")
    deliver(client, hidden_text("c", NANDINI))
    said = WhatsAppIdentity.history.exclude(history_change_reason=None).order_by("history_id")
    assert [(row.history_type, row.id, row.bsuid, row.history_change_reason) for row in said] == [
        ("-", gone.pk, HIDDEN, f"Joined into identity {kept.pk} (customer {kept.customer_id})"),
        ("~", kept.pk, HIDDEN, f"Took in identity {gone.pk} (customer {gone.customer_id})"),
    ]


def test_a_known_number_without_a_chat_takes_the_hidden_one_over(client):
    deliver(client, hidden_text("a"))
    before = Chat.objects.get()
    known = IdentityFactory(customer=CustomerFactory(phone=NANDINI))
    deliver(client, hidden_text("c", NANDINI))
    chat = Chat.objects.get()
    assert (chat.pk, chat.identity) == (before.pk, known)
    assert chat.messages.count() == 2


def test_what_staff_did_in_either_chat_is_kept(seller_user):
    kept = ChatFactory(
        identity__customer__phone=NANDINI,
        unread_count=1,
        read_position=9,
        settled_position=5,
        last_inbound_at=None,
    )
    gone = ChatFactory(
        identity__phone=None,
        identity__bsuid=HIDDEN,
        unread_count=2,
        read_position=7,
        assigned_to=seller_user,
        last_inbound_at=NOON,
    )
    ChatImport.objects.create(chat=gone, file_name="old.txt")
    waiting = queue_text(gone, "We are open till 9.", purpose="quick:1")
    identify_sender(NANDINI, bsuid=HIDDEN)
    chat = Chat.objects.get()
    assert (chat.pk, chat.unread_count, chat.read_position, chat.settled_position) == (
        *(kept.pk, 3),
        *(7, 0),
    )
    assert (chat.assigned_to, chat.last_inbound_at) == (seller_user, NOON)
    assert chat.imports.get().file_name == "old.txt"
    waiting.refresh_from_db()
    assert (waiting.chat, waiting.status) == (chat, "queued")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_many_messages_that_show_the_number_at_once_join_them_once(client):
    ChatFactory(identity__customer__phone=NANDINI)
    ChatFactory(identity__phone=None, identity__bsuid=HIDDEN)
    for number in range(8):
        post(client, hidden_text(f"{number} rings", NANDINI))
    pks = list(InboundEvent.objects.values_list("pk", flat=True))
    start = threading.Barrier(8)

    def work(pk: int) -> None:
        start.wait()
        try:
            process_event(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, pks))
    run_jobs(also_later=True)  # whoever lost a race tries again
    assert set(InboundEvent.objects.values_list("status", flat=True)) == {"processed"}
    assert (WhatsAppIdentity.objects.count(), Chat.objects.get().messages.count()) == (1, 8)
    assert WhatsAppIdentity.history.filter(history_type="-").count() == 1


def test_the_drafts_follow_to_whom_the_hidden_number_turns_out_to_be(client, settings, units):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    ProductFactory(name="Silver ring", stock=9)
    deliver(client, hidden_text("2 silver ring"))
    draft = OrderDraft.objects.get()
    hidden = draft.customer
    closed = OrderDraft.objects.create(chat=draft.chat, customer=hidden, status="discarded")
    known = ChatFactory(identity__customer=CustomerFactory(phone=NANDINI))
    deliver(client, hidden_text("good evening", NANDINI))
    draft.refresh_from_db()
    closed.refresh_from_db()
    assert (draft.chat, draft.customer) == (known, known.identity.customer)
    assert (closed.chat, closed.customer) == (known, known.identity.customer)
    assert not Customer.objects.filter(pk=hidden.pk).exists()
    reasons = draft.history.values_list("history_change_reason", flat=True)
    assert f"The sender is customer {known.identity.customer_id}" in reasons


def test_a_shown_number_takes_the_open_drafts_to_its_customer(client, settings, units):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    ProductFactory(name="Silver ring", stock=9)
    deliver(client, hidden_text("2 silver ring"))
    known = CustomerFactory(phone=NANDINI)
    deliver(client, hidden_text("good evening", NANDINI))
    assert OrderDraft.objects.get().customer == known
