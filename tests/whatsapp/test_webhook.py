"""The webhook through HTTP: what it answers, keeps, ignores and never says."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from tests.factories import IdentityFactory
from tests.jobs import waiting_jobs
from tests.whatsapp.bodies import FIXTURES, NANDINI, WEBHOOK, event, post, text_event
from whatsapp import inbound, payloads
from whatsapp.models import IgnoredCount, InboundEvent

SECRET = "tamarind-lane-27"
EVERY_EVENT = sorted(path.stem for path in FIXTURES.glob("*.json"))

pytestmark = pytest.mark.django_db


def kept() -> int:
    return InboundEvent.objects.count()


@pytest.mark.parametrize("name", EVERY_EVENT)
def test_every_known_event_is_stored_raw_with_a_job_and_acknowledged_empty(client, name):
    raw = (FIXTURES / f"{name}.json").read_bytes()
    answer = post(client, raw)
    assert (answer.status_code, answer.content) == (200, b"")
    rows = InboundEvent.objects.all()
    assert [(row.status, row.attempt_count) for row in rows] == [("received", 0)] * len(rows)
    assert sorted(args["event_id"] for _, _, args in waiting_jobs()) == [r.pk for r in rows]
    if name != "v3_several_events":
        assert bytes(rows[0].raw) == raw


def test_a_body_of_several_events_becomes_one_row_an_event(client):
    post(client, event("v3_several_events"))
    assert sorted(InboundEvent.objects.values_list("key", flat=True)) == [
        "message:wamid.V3A",
        "message:wamid.V3B",
        "message:wamid.V3C",
        "receipt:ee4a68a0-1203-4c85-8dc3-49d0b3226a35:failed",
        "receipt:ee4a68a0-1203-4c85-8dc3-49d0b3226a35:sent",
    ]
    own = InboundEvent.objects.get(key="message:wamid.V3B")
    assert b"silver chain" in bytes(own.raw)
    assert b"kurtas" not in bytes(own.raw)


def test_the_same_event_in_both_shapes_is_one_event(client):
    post(client, event("v3_message_text"))
    post(client, text_event("5 blue kurtas", message_id="wamid.V3A"))
    assert kept() == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("message_text", "message:wamid.HBgMOTE5ODEyMzQ1NjcwFQIAEhgUM0E"),
        ("receipt_enqueued", "receipt:ee4a68a0-1203-4c85-8dc3-49d0b3226a35:enqueued"),
        ("receipt_read", "receipt:ee4a68a0-1203-4c85-8dc3-49d0b3226a35:read"),
        ("receipt_read_late", "receipt:wamid.HBgMOTE5ODEyMzQ1NjcwFQIAERgSNUY:read"),
    ],
)
def test_an_event_is_known_again_by_its_own_id(client, name, key):
    data = event(name)
    post(client, data)
    post(client, {**data, "timestamp": data["timestamp"] + 5000})
    assert [row.key for row in InboundEvent.objects.all()] == [key]
    assert len(waiting_jobs()) == 1


def test_an_event_without_an_id_is_known_again_by_its_bytes(client):
    for data in (event("billing"), event("billing"), event("account_tier")):
        post(client, data)
    assert kept() == 2


def test_two_states_of_one_template_are_two_events(client):
    for status in ("approved", "paused"):
        data = event("template_approved")
        data["payload"]["status"] = status
        post(client, data)
    assert kept() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_same_message_a_hundred_times_at_once_is_one_row_and_one_job():
    data = text_event("1 mangalsutra")
    start = threading.Barrier(20)

    def deliver(number: int) -> int:
        try:
            if number < 20:
                start.wait()
            return post(Client(), data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(deliver, range(100))) == {200}
    assert (kept(), len(waiting_jobs())) == (1, 1)


# Bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b'{"type": "message"',
        b'["message"]',
        b'"message"',
        b"null",
        b"17",
        b"\xff\xfe\x00garbage",
        b"channel=instagram&message=hi",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"timestamp": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: raw[:12].decode(errors="replace"),
)
def test_what_is_no_json_object_is_refused_empty(client, raw):
    answer = post(client, raw)
    assert (answer.status_code, answer.content, kept()) == (400, b"", 0)


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 2 * 1024 * 1024, 12 * 1024 * 1024])
def test_a_body_above_one_mebibyte_is_refused_empty(client, size):
    answer = post(client, b" " * size)
    assert (answer.status_code, answer.content, kept()) == (413, b"", 0)


def test_a_body_of_exactly_one_mebibyte_is_taken(client):
    raw = json.dumps(text_event("2 anklets")).encode().ljust(1024 * 1024)
    assert post(client, raw).status_code == 200
    assert kept() == 1


def test_a_body_of_more_events_than_any_true_one_is_refused(client):
    data = event("v3_several_events")
    statuses = data["entry"][0]["changes"][2]["value"]["statuses"]
    data["entry"][0]["changes"][2]["value"]["statuses"] = [
        {**statuses[0], "gs_id": str(number)} for number in range(1001)
    ]
    assert post(client, data).status_code == 400
    assert kept() == 0


def test_a_sender_who_breaks_off_is_answered_400(client, monkeypatch):
    monkeypatch.setattr("django.http.HttpRequest.read", _broken_read)
    answer = post(client, text_event("2 anklets"))
    assert (answer.status_code, answer.content) == (400, b"")


def _broken_read(self, *args):
    raise OSError("connection reset by peer")


ODD = [
    {},
    {"type": "message"},
    {"type": "message", "payload": None},
    {"type": "message", "payload": []},
    {"type": ["message"], "payload": "text"},
    {"type": "message-event", "payload": {"type": 7, "id": {"a": 1}, "gsId": []}},
    {"type": "weather-event", "payload": {"type": "rain"}},
    {"type": 5, "timestamp": "soon", "payload": 9},
    {"entry": None, "object": "whatsapp_business_account"},
    {"entry": [1, None, {"changes": "x"}, {"changes": [{"value": {"messages": [3]}}]}]},
    {"type": "message", "payload": {"id": 12345, "source": 919812345670, "type": 3}},
    {"type": "message", "payload": {"id": True, "source": 1.5, "type": "text", "payload": 4}},
    {"type": "message", "payload": {"id": "x" * 5000, "source": "y" * 5000, "type": "text"}},
    {"type": "message", "payload": {"id": "a\x00b\ud800", "source": "\x00", "type": "\x00"}},
    {"type": "message-event", "payload": {"id": "a\x00b", "type": "\x00\udfff", "gsId": None}},
]


@pytest.mark.parametrize("data", ODD, ids=lambda data: json.dumps(data)[:60])
def test_an_odd_object_is_kept_raw_and_acknowledged(client, data):
    answer = post(client, data)
    assert (answer.status_code, answer.content) == (200, b"")
    assert bytes(InboundEvent.objects.get().raw) == json.dumps(data).encode()


# Secret ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (WEBHOOK, {"X-Webhook-Secret": SECRET}),
        (f"{WEBHOOK}?secret={SECRET}", {}),
        (f"{WEBHOOK}/{SECRET}", {}),
        (f"{WEBHOOK}/{SECRET}/", {}),
        (f"{WEBHOOK}/", {"X-Webhook-Secret": SECRET}),
    ],
)
def test_the_secret_opens_in_header_query_or_path(client, settings, path, headers):
    settings.GUPSHUP_WEBHOOK_SECRET = SECRET
    assert post(client, text_event("1 nath"), path=path, **headers).status_code == 200
    assert kept() == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (WEBHOOK, {}),
        (WEBHOOK, {"X-Webhook-Secret": "tamarind-lane-2"}),
        (WEBHOOK, {"X-Webhook-Secret": "तमर"}),
        (f"{WEBHOOK}?secret=", {}),
        (f"{WEBHOOK}?secret=%FF%FE", {}),
        (f"{WEBHOOK}/wrong", {}),
    ],
)
def test_a_wrong_secret_is_refused_empty(client, settings, path, headers):
    settings.GUPSHUP_WEBHOOK_SECRET = SECRET
    answer = post(client, text_event("1 nath"), path=path, **headers)
    assert (answer.status_code, answer.content, kept()) == (403, b"", 0)


@pytest.mark.parametrize(
    ("path", "raw"), [(f"{WEBHOOK}/{SECRET}", b"["), (f"{WEBHOOK}/{SECRET}/more", b"{}")]
)
def test_no_log_line_holds_the_secret(client, settings, caplog, path, raw):
    settings.GUPSHUP_WEBHOOK_SECRET = SECRET
    answer = post(client, raw, path=path)
    assert answer.status_code in (400, 404)
    assert caplog.records
    assert SECRET not in caplog.text


# Nothing but silence -----------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_ping_is_answered_200_empty(client, settings, method):
    settings.GUPSHUP_WEBHOOK_SECRET = SECRET
    answer = getattr(client, method)(WEBHOOK)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused_empty(client, method):
    answer = getattr(client, method)(WEBHOOK)
    assert (answer.status_code, answer.content) == (405, b"")
    assert "POST" in answer["Allow"]


def test_a_page_that_is_not_there_and_a_bad_host_are_empty_too(client, settings):
    settings.ALLOWED_HOSTS = ["desk.example.in"]
    elsewhere = client.get(f"{WEBHOOK}/a/b", headers={"host": "desk.example.in"})
    bad_host = client.get(WEBHOOK, headers={"host": "evil.example.com"})
    assert [(a.status_code, a.content) for a in (elsewhere, bad_host)] == [(404, b""), (400, b"")]
    assert elsewhere["Content-Length"] == bad_host["Content-Length"] == "0"


def test_only_a_row_that_could_not_be_stored_is_answered_5xx_and_empty(monkeypatch, caplog):
    def no_database(body):
        raise OperationalError("the database is away")

    monkeypatch.setattr(inbound, "receive", no_database)
    answer = post(Client(raise_request_exception=False), text_event("1 nath"))
    assert (answer.status_code, answer.content) == (500, b"")
    assert "the database is away" in caplog.text


# Who may write -------------------------------------------------------------------------


def ignored_today() -> int:
    return sum(
        IgnoredCount.objects.filter(day=timezone.localdate()).values_list("count", flat=True)
    )


@pytest.mark.parametrize("allowed", [["+91 98123 45670"], ["9812345670"], ["*"], ["x", "*"]])
def test_a_sender_on_the_list_is_heard(client, settings, allowed):
    settings.ALLOWED_PHONE_NUMBERS = allowed
    post(client, text_event("1 nath"))
    assert (kept(), ignored_today()) == (1, 0)


@pytest.mark.parametrize("allowed", [[], [""], ["+919812345671"], ["not a phone"]])
@pytest.mark.parametrize("name", ["message_text", "v3_message_text", "message_text_hidden_number"])
def test_another_sender_is_ignored_silently_and_only_counted(client, settings, name, allowed):
    settings.ALLOWED_PHONE_NUMBERS = allowed
    answer = post(client, event(name))
    post(client, text_event("hello?"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (kept(), waiting_jobs(), ignored_today()) == (0, [], 2)


def test_an_identity_linked_to_an_allowed_phone_counts_as_allowed(client, settings):
    settings.ALLOWED_PHONE_NUMBERS = ["+919812345699"]
    IdentityFactory(customer__phone="+919812345699", phone=NANDINI)
    hidden = IdentityFactory(customer__phone=None, phone=None, bsuid="IN.1648712345678901")
    hidden.customer.phone = "+919812345698"
    hidden.customer.save()
    post(client, text_event("from my other number"))
    assert (kept(), ignored_today()) == (1, 0)
    post(client, event("message_text_hidden_number"))
    assert (kept(), ignored_today()) == (1, 1)
    settings.ALLOWED_PHONE_NUMBERS = ["+919812345698"]
    post(client, event("message_text_hidden_number"))
    assert (kept(), ignored_today()) == (2, 1)


def test_of_a_mixed_body_only_the_allowed_sender_is_kept(client, settings):
    settings.ALLOWED_PHONE_NUMBERS = ["+919812345671"]
    post(client, event("v3_several_events"))
    assert InboundEvent.objects.filter(key__startswith="message:").get().key == "message:wamid.V3B"
    assert ignored_today() == 2


def test_receipts_and_notices_are_heard_whoever_is_on_the_list(client, settings):
    settings.ALLOWED_PHONE_NUMBERS = []
    for name in ("receipt_sent", "user_opted_out", "billing", "template_approved"):
        post(client, event(name))
    assert (kept(), ignored_today()) == (4, 0)


def test_a_foreign_number_is_not_mistaken_for_a_local_one():
    data = text_event("hello", phone="6591234567")
    assert payloads.split(json.dumps(data).encode())[0].phone == "+6591234567"


def test_one_senders_messages_share_a_lock_and_other_events_have_none(client):
    for data in (text_event("a"), text_event("b"), event("receipt_sent")):
        post(client, data)
    assert [lock for _, lock, _ in waiting_jobs()] == [f"sender-{NANDINI}"] * 2 + [None]
