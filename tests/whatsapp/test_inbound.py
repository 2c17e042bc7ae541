"""From a posted event, through the worker's job, to a chat and its message."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import Customer, WhatsAppIdentity
from tests.factories import CustomerFactory
from tests.jobs import run_jobs, waiting_jobs
from tests.whatsapp.bodies import NANDINI, event, post, text_event
from whatsapp import inbound
from whatsapp.models import Chat, InboundEvent, Message

pytestmark = pytest.mark.django_db

HEARD: list[str] = []


def listen(message: Message) -> None:
    HEARD.append(message.text)


def stumble(message: Message) -> None:
    raise RuntimeError(f"no reader for {message.text}")


@pytest.fixture(autouse=True)
def _nobody_heard_anything():
    HEARD.clear()


def deliver(client, *events) -> None:
    for data in events:
        assert post(client, data).status_code == 200
    run_jobs()


def states() -> list[str]:
    return list(InboundEvent.objects.order_by("pk").values_list("status", flat=True))


def test_a_text_becomes_a_message_in_the_senders_chat(client):
    deliver(client, event("message_text"))
    message = Message.objects.get()
    at = datetime(2025, 11, 19, 11, 0, tzinfo=UTC)
    assert (message.direction, message.status, message.kind) == ("in", "received", "text")
    assert message.text == "2 gold rings size 12 and 1 silver chain"
    assert message.provider_id == "wamid.HBgMOTE5ODEyMzQ1NjcwFQIAEhgUM0E"
    assert (message.happened_at, message.event.status) == (at, "processed")
    chat = message.chat
    assert (chat.last_inbound_at, chat.last_message_at, chat.unread_count) == (at, at, 1)
    assert (chat.identity.phone, chat.identity.profile_name) == (NANDINI, "Nandini Rao")
    assert (chat.identity.customer.name, chat.identity.customer.phone) == ("Nandini Rao", NANDINI)


def test_the_next_message_joins_the_chat(client):
    deliver(client, text_event("2 rings"), text_event("and a chain"))
    assert Chat.objects.get().unread_count == 2
    assert [m.text for m in Message.objects.all()] == ["2 rings", "and a chain"]
    assert (Customer.objects.count(), WhatsAppIdentity.objects.count()) == (1, 1)


def test_a_customer_known_by_phone_is_the_sender(client):
    known = CustomerFactory(name="Rao Jewels", phone=NANDINI)
    deliver(client, text_event("2 rings"))
    assert Chat.objects.get().identity.customer == known
    assert Customer.objects.get().name == "Rao Jewels"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("message_text_reply", "Yes, the blue one"),
        ("message_text_button", "Repeat last order"),
        ("message_quick_reply", "Confirm"),
        ("message_button_reply", "Confirm"),
        ("message_list_reply", "Kurta, blue, L"),
        ("v3_message_text", "5 blue kurtas"),
    ],
)
def test_replies_and_taps_are_read_as_text(client, name, text):
    deliver(client, event(name))
    message = Message.objects.get(direction="in")
    assert (message.text, message.chat.identity.phone) == (text, NANDINI)


@pytest.mark.parametrize(
    "name",
    [
        *("account_tier", "preference", "user_opted_in", "user_opted_out", "template_approved"),
        *("receipt_deleted", "receipt_delivered", "receipt_enqueued", "receipt_failed_at_once"),
        *("receipt_failed_later", "receipt_read", "receipt_read_late", "receipt_sent"),
        "message_request_welcome",
    ],
)
def test_an_event_about_nothing_the_desk_knows_is_kept(client, name):
    deliver(client, event(name))
    assert states() == ["kept"]
    assert (Message.objects.count(), Customer.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "name",
    [
        *("billing", "v3_billing", "platform_connectivity_check", "v3_connectivity_check"),
        *("onboarding", "user_sandbox_start", "v3_set_callback"),
    ],
)
def test_an_event_that_asks_nothing_is_done_with(client, name):
    deliver(client, event(name))
    assert states() == ["processed"]
    assert (Message.objects.count(), Customer.objects.count()) == (0, 0)


def test_each_event_of_a_mixed_body_is_worked_off_by_itself(client):
    deliver(client, event("v3_several_events"))
    assert states() == ["processed", "processed", "processed", "kept", "kept"]
    texts = Message.objects.filter(kind="text")
    senders = texts.values_list("chat__identity__profile_name", "text")
    assert sorted(senders) == [
        ("Imran Qureshi", "1 silver chain 20 g"),
        ("Nandini Rao", "5 blue kurtas"),
    ]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("10 \u0915\u0941\u0930\u094d\u0924\u0947 🙏", "10 कुर्ते 🙏"),
        (
            "\u202e\u05e9\u05dc\u05d5\u05dd\u202c ٢ خاتم",
            "\u202e\u05e9\u05dc\u05d5\u05dd\u202c ٢ خاتم",
        ),
        ("2 ri\x00ngs\x00", "2 rings"),
        ("half a pair \ud83d here", "half a pair  here"),
        (42, "42"),
        ("ring " * 12_000, ("ring " * 12_000)[:20_000]),
    ],
    ids=["hindi-emoji", "right-to-left", "nul", "lone-surrogate", "number", "60000"],
)
def test_any_text_becomes_one_that_can_be_stored(client, sent, stored):
    deliver(client, text_event(sent))
    assert Message.objects.get().text == stored
    assert json.loads(bytes(InboundEvent.objects.get().raw))["payload"]["payload"]["text"] == sent


@pytest.mark.parametrize("text", [None, "", {"body": "x"}, ["2 rings"], True, "\x00"])
def test_a_message_without_words_is_kept_as_an_event(client, text):
    deliver(client, text_event(text))
    assert (states(), Message.objects.count()) == (["kept"], 0)


@pytest.mark.parametrize("kind", [None, [], {}, "", "system", "request_welcome"])
@pytest.mark.parametrize("name", ["message_text", "receipt_sent", "v3_message_text"])
def test_an_event_of_an_odd_kind_is_kept_at_the_first_attempt(client, name, kind):
    data = event(name)
    inner = data["payload"] if "payload" in data else _v3_message(data)
    inner["type"] = kind
    deliver(client, data)
    assert (states(), InboundEvent.objects.get().attempt_count) == (["kept"], 1)


def _v3_message(data):
    return data["entry"][0]["changes"][0]["value"]["messages"][0]


@pytest.mark.parametrize("phone", ["", "0", "callbackSetPhone", "9" * 40, "+", "٩١٩٨"])
def test_a_sender_without_a_number_makes_no_customer(client, phone):
    deliver(client, text_event("2 rings", phone=phone))
    assert (states(), Customer.objects.count()) == (["kept"], 0)


def test_a_name_no_database_can_hold_is_cleaned(client):
    data = text_event("2 rings")
    data["payload"]["sender"]["name"] = "Na\x00ndini\ud800" + "x" * 500
    deliver(client, data)
    assert WhatsAppIdentity.objects.get().profile_name.startswith("Nandinix")


@pytest.mark.parametrize("missing", ["sender", "id", "timestamp"])
def test_a_text_with_a_part_missing_is_still_a_message(client, missing):
    data = text_event("2 rings")
    (data if missing == "timestamp" else data["payload"]).pop(missing)
    deliver(client, data)
    assert (states(), Message.objects.get().text) == (["processed"], "2 rings")


def test_an_id_too_long_to_index_is_still_one_message(client):
    deliver(client, *[text_event("2 rings", message_id="wamid." + "A" * 5000)] * 2)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("timestamp", ["soon", -5, 10**18, 10**30, 12, None, True, 1e300])
def test_a_time_no_event_can_have_is_read_as_now(client, timestamp):
    data = text_event("2 rings")
    data["timestamp"] = timestamp
    deliver(client, data)
    message = Message.objects.get()
    assert message.happened_at == message.event.received_at


def test_an_older_message_that_comes_late_moves_nothing_back(client):
    newer, older = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC)
    for text, at in (("second", newer), ("first", older)):
        deliver(client, text_event(text, timestamp=int(at.timestamp() * 1000)))
    chat = Chat.objects.get()
    assert (chat.last_inbound_at, chat.last_message_at, chat.unread_count) == (newer, newer, 2)
    assert [m.text for m in chat.messages.all()] == ["first", "second"]


def test_the_handlers_hear_of_a_message_once(client, settings):
    settings.MESSAGE_EVENT_HANDLERS = [f"{__name__}.listen"]
    deliver(client, text_event("2 rings"), event("billing"))
    inbound.process_event(InboundEvent.objects.first().pk)
    assert HEARD == ["2 rings"]


# What goes wrong ---------------------------------------------------------------------


def test_an_event_that_fails_is_tried_again_and_nothing_of_it_is_left(client, settings):
    settings.MESSAGE_EVENT_HANDLERS = [f"{__name__}.stumble"]
    deliver(client, text_event("2 rings"))
    row = InboundEvent.objects.get()
    assert (row.status, row.attempt_count) == ("received", 1)
    assert row.last_error == "RuntimeError: no reader for 2 rings"
    assert timezone.now() < row.next_attempt_at < timezone.now() + timedelta(seconds=6)
    assert (Message.objects.count(), Customer.objects.count()) == (0, 0)
    assert waiting_jobs() == [("whatsapp.process_event", None, {"event_id": row.pk})]
    settings.MESSAGE_EVENT_HANDLERS = []
    run_jobs(also_later=True)
    assert (states(), Message.objects.get().text) == (["processed"], "2 rings")


def test_an_event_that_always_fails_ends_as_failed_for_people_to_see(client, settings):
    settings.MESSAGE_EVENT_HANDLERS = [f"{__name__}.stumble"]
    deliver(client, text_event("2 rings"))
    run_jobs(also_later=True)
    row = InboundEvent.objects.get()
    assert (row.status, row.attempt_count, row.next_attempt_at) == ("failed", 8, None)
    assert waiting_jobs() == []


def test_one_bad_event_does_not_stop_the_next(client, settings):
    settings.MESSAGE_EVENT_HANDLERS = [f"{__name__}.stumble"]
    post(client, text_event("2 rings"))
    run_jobs()
    settings.MESSAGE_EVENT_HANDLERS = []
    deliver(client, text_event("3 rings"))
    assert [m.text for m in Message.objects.all()] == ["3 rings"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_one_event_worked_off_by_many_workers_at_once_is_one_message(client, caplog):
    post(client, text_event("2 rings"))
    pk = InboundEvent.objects.get().pk
    start = threading.Barrier(12)

    def work(_: int) -> None:
        start.wait()
        try:
            inbound.process_event(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(12)))
    assert caplog.records == []  # nobody even tried it a second time
    assert (states(), Message.objects.count(), Chat.objects.get().unread_count) == (
        ["processed"],
        1,
        1,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_first_messages_of_one_sender_at_once_share_a_chat(client):
    for number in range(12):
        post(client, text_event(f"{number} rings"))
    pks = list(InboundEvent.objects.values_list("pk", flat=True))
    start = threading.Barrier(12)

    def work(pk: int) -> None:
        start.wait()
        try:
            inbound.process_event(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, pks))
    run_jobs(also_later=True)  # whoever lost a race for the chat tries again
    assert set(states()) == {"processed"}
    assert (Customer.objects.count(), Chat.objects.get().unread_count) == (1, 12)
