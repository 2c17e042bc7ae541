"""Receipts through the webhook: a message's state goes forward, whatever their order."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from tests.factories import ChatFactory
from tests.jobs import run_jobs
from tests.whatsapp.bodies import GUPSHUP_ID, NANDINI, WHATSAPP_ID, event, post
from whatsapp import outbox
from whatsapp.models import InboundEvent, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    return out(status="sent", provider_id=GUPSHUP_ID)


def out(**fields) -> Message:
    now = timezone.now()
    chat = fields.pop("chat", None) or ChatFactory(identity__customer__phone=NANDINI)
    fields = {"attempted_at": now, "attempt_count": 1, **fields}
    return Message.objects.create(
        chat=chat, direction="out", text="Thank you!", happened_at=now, **fields
    )


def hear(client, *names: str, **changes) -> None:
    for name in names:
        data = event(name)
        data["timestamp"] = int(timezone.now().timestamp() * 1000)
        data["payload"].update(changes)
        assert post(client, data).status_code == 200
    run_jobs()


def status(message: Message) -> str:
    message.refresh_from_db()
    return message.status


def kept() -> list[str]:
    return list(InboundEvent.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("receipt_enqueued", "sent"),
        ("receipt_sent", "sent"),
        ("receipt_delivered", "delivered"),
        ("receipt_read", "read"),
        ("receipt_failed_at_once", "failed"),
        ("receipt_failed_later", "failed"),
    ],
)
def test_a_receipt_moves_its_message(client, sent, name, after):
    hear(client, name)
    assert (status(sent), kept()) == (after, ["processed"])
    assert sent.provider_id == GUPSHUP_ID


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])), ids="-".join)
def test_in_any_order_the_furthest_state_stays(client, sent, order):
    hear(client, *[f"receipt_{kind}" for kind in order])
    assert (status(sent), set(kept())) == ("read", {"processed"})


def test_a_failure_shows_whatsapps_reason(client, sent):
    hear(client, "receipt_failed_later", "receipt_sent")
    assert status(sent) == "failed"
    assert sent.last_error == "131047: Re-engagement message"


FAILING = ["receipt_failed_later", "receipt_delivered", "receipt_read"]


@pytest.mark.parametrize("order", list(permutations(FAILING)), ids="-".join)
def test_failed_is_the_last_word_in_any_order(client, sent, order):
    hear(client, *order)
    assert (status(sent), sent.last_error) == ("failed", "131047: Re-engagement message")


def test_only_a_person_who_sends_it_again_leads_out_of_failed(client, sent, seller_user):
    hear(client, "receipt_failed_later", "receipt_delivered")
    assert status(sent) == "failed"
    assert outbox.resend(sent, by=seller_user).status == "queued"
    hear(client, "receipt_read")  # of the first attempt, whose id is no longer the message's
    assert (status(sent), kept()[-1]) == ("sent", "kept")
    assert sent.provider_id not in (None, GUPSHUP_ID)


def test_v3_statuses_are_receipts_too(client, sent):
    post(client, event("v3_several_events"))
    run_jobs()
    assert (status(sent), sent.last_error) == ("failed", "131047: Re-engagement message")


@pytest.mark.parametrize("first", ["receipt_enqueued", "receipt_sent"])
def test_a_late_receipt_that_has_only_whatsapps_id_finds_its_message(client, sent, first):
    hear(client, first, "receipt_read_late")
    assert (status(sent), sent.whatsapp_id) == ("read", WHATSAPP_ID)


def test_a_receipt_of_somebody_elses_message_is_kept(client, sent):
    hear(client, "receipt_read", gsId="0b0b0b0b-0000-4000-8000-000000000000", id="wamid.OTHER")
    hear(client, "receipt_deleted")
    assert (status(sent), kept()) == ("sent", ["kept", "kept"])


def test_an_inbound_messages_id_is_no_receipts(client):
    hear(client, "message_text", "receipt_deleted")
    assert kept() == ["processed", "kept"]


# Perhaps sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "after"), [("receipt_enqueued", "sent"), ("receipt_delivered", "delivered")]
)
def test_a_receipt_settles_a_message_that_was_perhaps_sent(client, name, after):
    doubtful = out(status="perhaps_sent", last_error="The call to Gupshup broke off.")
    hear(client, name)
    assert (status(doubtful), doubtful.provider_id) == (after, GUPSHUP_ID)
    assert doubtful.last_error == ""
    hear(client, "receipt_read")
    assert status(doubtful) == "read"


def test_of_two_doubtful_messages_neither_is_settled_by_guessing(client):
    first = out(status="perhaps_sent")
    second = out(status="perhaps_sent", chat=first.chat)
    hear(client, "receipt_sent")
    assert [status(first), status(second), *kept()] == ["perhaps_sent", "perhaps_sent", "kept"]


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_receipt_from_another_time_settles_nothing(client, minutes):
    when = timezone.now() + timedelta(minutes=minutes)
    doubtful = out(status="perhaps_sent", attempted_at=when)
    hear(client, "receipt_sent")
    assert (status(doubtful), kept()) == ("perhaps_sent", ["kept"])


def test_a_receipt_for_another_number_settles_nothing(client):
    doubtful = out(status="perhaps_sent")
    hear(client, "receipt_sent", destination="919812345671")
    assert (status(doubtful), kept()) == ("perhaps_sent", ["kept"])


def test_a_receipt_that_comes_before_our_own_commit_waits_for_it(client):
    sending = out(status="sending")
    hear(client, "receipt_delivered")
    assert (status(sending), kept()) == ("sending", ["received"])
    Message.objects.update(status="sent", provider_id=GUPSHUP_ID)
    run_jobs(also_later=True)
    assert (status(sending), kept()) == ("delivered", ["processed"])


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": None},
        {"payload": {"code": {"a": 1}, "reason": ["x"]}},
        {"payload": {"code": "x\x00" * 500, "reason": "y\ud800" * 5000}},
        {"destination": 919812345670},
        {"destination": None},
        {"id": 7},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_an_odd_receipt_still_moves_its_message(client, sent, changes):
    hear(client, "receipt_failed_later", **changes)
    assert (status(sent), kept()) == ("failed", ["processed"])
