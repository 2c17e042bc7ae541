"""The sweep: rows whose job was lost get one, what a dead worker left is settled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ChatFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from tests.whatsapp.bodies import NANDINI, event, post, text_event
from whatsapp import outbox, sending
from whatsapp.models import InboundEvent, Message
from whatsapp.sweeping import sweep_whatsapp

pytestmark = pytest.mark.django_db

NOTHING = {
    "events_given_up": 0,
    "events_requeued": 0,
    "messages_perhaps_sent": 0,
    "messages_requeued": 0,
    "media_requeued": 0,
    "notices_requeued": 0,
}


def soon():
    return timezone.now() + timedelta(minutes=2)


def queue(number: int = 1) -> Message:
    return outbox.queue_text(ChatFactory(), "Thank you!", purpose=f"draft:{number}:received")


def test_a_quiet_desk_has_nothing_to_sweep(client, gupshup):
    post(client, text_event("2 rings"))
    queue()
    run_jobs()
    assert sweep_whatsapp(soon()) == NOTHING


def test_rows_whose_jobs_wait_are_left_alone(client):
    post(client, text_event("2 rings"))
    queue()
    before = waiting_jobs()
    assert sweep_whatsapp(soon()) == NOTHING
    assert waiting_jobs() == before


def test_rows_whose_jobs_were_lost_get_them_again_once(client, gupshup):
    post(client, text_event("2 rings"))
    post(client, event("billing"))
    queue(1)
    queue(2)
    before = waiting_jobs()
    lose_jobs()
    assert sweep_whatsapp(soon()) == {**NOTHING, "events_requeued": 2, "messages_requeued": 2}
    assert waiting_jobs() == before
    assert before[0][1] == f"sender-{NANDINI}"
    assert sweep_whatsapp(soon()) == NOTHING
    run_jobs()
    assert (len(gupshup.accepted), InboundEvent.objects.filter(status="received").count()) == (2, 0)


def test_a_fresh_row_is_left_to_its_own_job(client):
    post(client, text_event("2 rings"))
    queue()
    lose_jobs()
    assert sweep_whatsapp(timezone.now()) == NOTHING
    assert waiting_jobs() == []


def test_a_message_left_in_sending_is_perhaps_sent_and_not_sent_again(gupshup):
    message = queue()
    lose_jobs()
    sending._claim(message.pk)  # and here the worker dies
    assert sweep_whatsapp(timezone.now()) == NOTHING
    assert sweep_whatsapp(timezone.now() + timedelta(minutes=3)) == {
        **NOTHING,
        "messages_perhaps_sent": 1,
    }
    message.refresh_from_db()
    assert (message.status, message.next_attempt_at) == ("perhaps_sent", None)
    assert (run_jobs(also_later=True), gupshup.calls) == (0, 0)


def test_an_answer_that_comes_after_the_doubt_is_the_better_knowledge(gupshup, monkeypatch):
    message = queue()
    true_gateway = sending.get_gateway()

    class SlowGateway:
        def send(self, *given, **named):
            sweep_whatsapp(timezone.now() + timedelta(minutes=3))
            return true_gateway.send(*given, **named)

    monkeypatch.setattr(sending, "get_gateway", SlowGateway)
    run_jobs()
    message.refresh_from_db()
    assert (message.status, message.last_error) == ("sent", "")


def test_an_event_that_killed_every_worker_is_given_up(client):
    post(client, text_event("2 rings"))
    lose_jobs()
    InboundEvent.objects.update(attempt_count=8)
    assert sweep_whatsapp(soon()) == {**NOTHING, "events_given_up": 1}
    row = InboundEvent.objects.get()
    assert (row.status, row.last_error) == (
        "failed",
        "Given up after 8 attempts that never ended.",
    )
