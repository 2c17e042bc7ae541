"""A message out: queued once a purpose, handed over once, and never again blindly."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction

from tests.factories import ChatFactory, IdentityFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from whatsapp import outbox, sending
from whatsapp.errors import NotResendable
from whatsapp.gateway import gupshup as gateway_module
from whatsapp.models import Message

pytestmark = pytest.mark.django_db

TEXT = "Thank you! We got your order: 2 gold rings."


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(gateway_module, "READ_SECONDS", 0.3)


def queue(chat=None, *, purpose="draft:17:received", text=TEXT) -> Message:
    return outbox.queue_text(chat or ChatFactory(), text, purpose=purpose)


def state(message: Message) -> tuple[str, int, str]:
    message.refresh_from_db()
    return message.status, message.attempt_count, message.last_error


def test_a_queued_text_is_sent_by_its_job(gupshup):
    message = queue()
    assert waiting_jobs() == [
        ("whatsapp.send_message", f"chat-{message.chat_id}", {"message_id": message.pk})
    ]
    assert run_jobs() == 1
    assert state(message) == ("sent", 1, "")
    (accepted,) = gupshup.accepted
    assert (message.provider_id, message.next_attempt_at) == (accepted.message_id, None)
    assert message.chat.identity.phone == f"+{accepted.destination}"
    assert message.sent_at >= message.attempted_at >= message.happened_at


def test_a_purpose_has_one_message_however_often_it_is_queued(gupshup):
    chat = ChatFactory()
    assert queue(chat) == queue(chat, text="Something else")
    other = queue(chat, purpose="draft:18:received")
    run_jobs()
    assert queue(chat).status == "sent"
    assert [m.text for m in gupshup.accepted] == [TEXT, other.text]


def test_what_is_rolled_back_was_never_queued():
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError("the sale did not happen")
    assert (Message.objects.count(), waiting_jobs()) == (0, [])


def test_a_text_over_whatsapps_limit_is_shortened(gupshup):
    message = queue(text="ring " * 1000)
    run_jobs()
    assert state(message)[0] == "sent"
    assert (len(message.text), message.text[-1]) == (4096, "…")


def test_a_message_is_handed_over_once_however_often_its_job_runs(gupshup):
    message = queue()
    for _ in range(3):
        sending.send_message(message.pk)
    assert (state(message)[0], gupshup.calls) == ("sent", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_twenty_workers_at_once_hand_a_message_over_once(gupshup):
    message = queue()
    start = threading.Barrier(20)

    def work(_: int) -> None:
        start.wait()
        try:
            sending.send_message(message.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))
    assert (state(message)[:2], gupshup.calls) == (("sent", 1), 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_twenty_at_once_queue_one_message_of_a_purpose():
    chat = ChatFactory()
    start = threading.Barrier(20)

    def work(_: int) -> int:
        start.wait()
        try:
            return queue(chat).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(work, range(20)))) == 1
    assert len(waiting_jobs()) == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_claim_is_committed_before_the_call(gupshup):
    message = queue()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sending.send_message(message.pk)
    assert (state(message)[:2], gupshup.calls) == (("queued", 0), 0)


@pytest.mark.parametrize("fault", ["throttled", "broken"])
def test_a_passing_refusal_is_tried_again_later(gupshup, clock, fault):
    gupshup.fail_next(fault)
    message = queue()
    run_jobs()
    status, attempts, error = state(message)
    assert (status, attempts, error[:4]) == ("queued", 1, "HTTP")
    assert timedelta(seconds=5) <= message.next_attempt_at - clock.now <= timedelta(seconds=10)
    assert waiting_jobs() == [("whatsapp.send_message", None, {"message_id": message.pk})]
    clock.now = message.next_attempt_at
    run_jobs()
    assert (state(message), len(gupshup.accepted)) == (("sent", 2, ""), 1)


def test_the_wait_doubles_up_to_ten_minutes_and_ends_as_failed(gupshup, clock):
    gupshup.outage = "throttled"
    message = queue()
    waits = []
    while state(message)[0] == "queued":
        lose_jobs()
        sending.send_message(message.pk)
        message.refresh_from_db()
        if message.next_attempt_at:
            waits.append((message.next_attempt_at - clock.now).total_seconds())
            clock.now = message.next_attempt_at + timedelta(minutes=10)
    longest = [10, 20, 40, 80, 160, 320, *[600] * 13]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert state(message) == ("failed", 20, "HTTP 429: Too Many Requests")
    assert message.next_attempt_at is None
    assert sum(longest) / 2 > 3600  # even with all jitter an outage of an hour is outlived


def test_a_lasting_refusal_is_failed_at_once(gupshup):
    gupshup.fail_next("invalid")
    message = queue()
    run_jobs(also_later=True)
    assert (state(message), gupshup.calls) == (("failed", 1, "HTTP 400: Invalid Destination"), 1)


@pytest.mark.parametrize("fault", ["no_answer", "reset", "malformed", "no_id", "proxy_failed"])
def test_an_unknown_outcome_is_perhaps_sent_and_left_alone(gupshup, fault):
    gupshup.fail_next(fault)
    message = queue()
    run_jobs(also_later=True)
    assert (state(message)[:2], message.next_attempt_at) == (("perhaps_sent", 1), None)
    assert message.last_error
    sending.send_message(message.pk)
    assert (state(message)[:2], gupshup.calls) == (("perhaps_sent", 1), 1)


def test_a_fault_of_our_own_while_sending_is_perhaps_sent(gupshup, monkeypatch):
    def surprise():
        raise KeyError("messageId")

    monkeypatch.setattr(sending, "get_gateway", surprise)
    message = queue()
    run_jobs()
    assert state(message) == ("perhaps_sent", 1, "Sending broke off (KeyError).")


def test_a_customer_whose_number_is_hidden_can_not_be_written_to(gupshup):
    hidden = IdentityFactory(phone=None, bsuid="IN.1648712345678901")
    message = queue(ChatFactory(identity=hidden))
    run_jobs()
    assert state(message) == ("failed", 0, "WhatsApp hides this customer's number.")


@pytest.mark.parametrize("status", ["failed", "perhaps_sent"])
def test_a_person_may_send_it_again(gupshup, seller_user, clock, status):
    gupshup.fail_next("invalid" if status == "failed" else "no_id")
    message = queue()
    run_jobs()
    assert state(message)[0] == status
    reason = message.last_error
    assert outbox.resend(message, by=seller_user).status == "queued"
    clock.advance(seconds=2)  # the pause after an unclear answer
    run_jobs()
    assert state(message) == ("sent", 1, "")
    assert message.requested_by == seller_user
    assert message.provider_id == gupshup.accepted[-1].message_id
    (logged,) = LogEntry.objects.filter(object_id=str(message.pk))
    assert (logged.user, reason in logged.change_message) == (seller_user, True)


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "read"])
def test_nothing_else_is_sent_again(seller_user, status):
    message = queue()
    lose_jobs()
    Message.objects.update(status=status)
    with pytest.raises(NotResendable):
        outbox.resend(message, by=seller_user)
    assert (state(message)[0], message.requested_by, waiting_jobs()) == (status, None, [])


def test_two_who_send_it_again_at_once_send_it_once(gupshup, seller_user):
    gupshup.fail_next("invalid")
    message = queue()
    run_jobs()
    same = Message.objects.get(pk=message.pk)
    outbox.resend(message, by=seller_user)
    with pytest.raises(NotResendable):
        outbox.resend(same, by=seller_user)
    run_jobs()
    assert len(gupshup.accepted) == 1
