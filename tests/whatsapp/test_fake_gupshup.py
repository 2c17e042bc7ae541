"""The desk's own Gupshup: what it refuses, how it fails, and what it reports back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

import pytest
import requests

from tests.fakes.gupshup import API_KEY, APP_NAME, SOURCE, FakeGupshup, running_gupshup
from tests.server import ROOT
from whatsapp.errors import NoFakeGupshup
from whatsapp.fake_gupshup import control, server
from whatsapp.fake_gupshup.receipts import Reporter
from whatsapp.payloads import read

FORM = {
    "channel": "whatsapp",
    "source": SOURCE,
    "src.name": APP_NAME,
    "destination": "919812345670",
    "message": json.dumps({"type": "text", "text": "Namaste"}),
}
PATH = "/wa/api/v1/msg"


def ask(fake, path: str = PATH, *, key: str = API_KEY, **fields: str) -> tuple[int, dict]:
    form = {name: value for name, value in {**FORM, **fields}.items() if value}
    answer = requests.post(fake.url + path, data=form, headers={"apikey": key}, timeout=5)
    return answer.status_code, answer.json()


def message(**content: object) -> str:
    return json.dumps(content)


def test_a_message_as_its_pages_describe_it_is_taken(gupshup):
    status, body = ask(gupshup)
    assert (status, body["status"]) == (202, "submitted")
    assert [one.message_id for one in gupshup.accepted] == [body["messageId"]]


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"key": "wrong"}, 401, "Authentication Failed"),
        ({"path": "/sm/api/v1/msg"}, 404, "Not Found"),
        ({"src.name": "Other"}, 400, "Invalid App Details"),
        ({"source": "919800000000"}, 400, "Invalid App Details"),
        ({"channel": "sms"}, 400, "Invalid Destination"),
        ({"destination": "+919812345670"}, 400, "Invalid Destination"),
        ({"destination": ""}, 400, "Invalid Destination"),
        ({"message": ""}, 400, "Invalid message"),
        ({"message": "Namaste"}, 400, "Invalid message"),
        ({"message": "[]"}, 400, "Invalid message"),
        ({"message": message(type="text", text="")}, 400, "Invalid Message"),
        ({"message": message(type="text", text="x" * 4097)}, 400, "Invalid Message"),
        ({"message": message(type="dance")}, 400, "Invalid Message"),
        ({"message": message(type="list", title="a", body="b")}, 400, "Invalid button"),
        ({"message": message(type="text", text=["a"])}, 400, "Invalid Message"),
        ({"message": message(type="quick_reply", content=[])}, 400, "Invalid Message"),
        ({"extra": "1"}, 400, "Unknown parameter extra"),
    ],
    ids=str,
)
def test_what_is_not_as_described_is_refused(gupshup, options, status, words):
    path, key = options.pop("path", PATH), options.pop("key", API_KEY)
    assert ask(gupshup, path, key=key, **options) == (status, {"status": "error", "message": words})
    assert gupshup.accepted == []


def test_json_instead_of_a_form_is_not_found(gupshup):
    headers = {"apikey": API_KEY}
    answer = requests.post(gupshup.url + PATH, json=FORM, headers=headers, timeout=5)
    assert answer.status_code == 404


def test_a_body_longer_than_any_true_one_is_refused(gupshup, monkeypatch):
    monkeypatch.setattr(server, "BODY_LIMIT", 10)
    assert ask(gupshup)[0] == 413


def test_more_calls_a_second_than_allowed_are_throttled():
    with running_gupshup(fake=FakeGupshup(per_second=2)) as fake:
        fake._recent.extend([float("inf")] * 2)  # two that never grow old
        assert ask(fake) == (429, {"status": "error", "message": "Too Many Requests"})
        fake._recent.clear()
        assert ask(fake)[0] == 202


def test_a_slow_answer_is_a_good_one_that_comes_late(gupshup, monkeypatch):
    monkeypatch.setattr(server, "SLOW_SECONDS", 0.01)
    gupshup.fail_next("slow")
    assert ask(gupshup)[0] == 202


# Told from outside --------------------------------------------------------------------------


def test_the_desk_tells_its_fake_what_to_do_wrong(gupshup):
    assert control.set_faults(following="throttled,broken")["next"] == ["throttled", "broken"]
    assert [ask(gupshup)[0] for _ in range(3)] == [429, 500, 202]
    control.set_faults(outage="broken")
    assert [ask(gupshup)[0] for _ in range(2)] == [500, 500]
    control.set_faults(outage="")
    assert ask(gupshup)[0] == 202
    state = control.fake_state()
    assert (state["calls"], state["next"], state["outage"]) == (6, [], "")
    assert [one["text"] for one in state["accepted"]] == ["Namaste", "Namaste"]


def test_a_fault_that_it_does_not_know_is_refused(gupshup):
    with pytest.raises(NoFakeGupshup):
        control.set_faults(following="earthquake")
    assert not gupshup.faults


@pytest.mark.parametrize(
    ("name", "value"),
    [("GUPSHUP_API_KEY", ""), ("GUPSHUP_BASE_URL", "https://api.gupshup.io")],
)
def test_the_true_gupshup_is_never_told_anything(gupshup, settings, name, value):
    setattr(settings, name, value)
    assert not control.has_fake()
    with pytest.raises(NoFakeGupshup, match="does not send to a fake"):
        control.set_faults(following="broken")


def test_where_none_answers_the_desk_says_so(settings, gupshup):
    settings.GUPSHUP_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(NoFakeGupshup, match="No fake Gupshup answers"):
        control.fake_state()


# Receipts ------------------------------------------------------------------------------------


@pytest.fixture
def webhook():
    """Where the receipts go, and what came there with which secret."""
    came: Queue = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            came.put((self.headers["X-Webhook-Secret"], raw))

        def log_message(self, *args):
            """Quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}/", came
    listening.shutdown()
    listening.server_close()


@pytest.mark.parametrize(
    ("furthest", "kinds"),
    [("delivered", ["enqueued", "sent", "delivered"]), ("enqueued", ["enqueued"])],
)
def test_a_message_is_reported_as_far_as_it_gets(webhook, furthest, kinds):
    url, came = webhook
    reporter = Reporter(url, "tamarind-lane-27", furthest, pace=0)
    with running_gupshup(fake=FakeGupshup(on_accepted=reporter.report)) as fake:
        _, body = ask(fake)
    told = [came.get(timeout=10) for _ in kinds]
    reporter.end()
    receipts = [read(raw) for _, raw in told]
    assert {secret for secret, _ in told} == {"tamarind-lane-27"}
    assert [receipt.kind for receipt in receipts] == kinds
    assert {receipt.provider_id for receipt in receipts} == {body["messageId"]}
    assert len({receipt.whatsapp_id for receipt in receipts}) == 1


# The command ---------------------------------------------------------------------------------


def test_the_command_says_what_the_desk_must_know_and_ends_when_told(webhook):
    url, came = webhook
    command = [sys.executable, "manage.py", "fake_gupshup", "--port", "0"]
    options = ["--desk", url, "--receipts", "enqueued", "--fault", "broken"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUPSHUP_")}
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        said = json.loads(process.stdout.readline())
        fake = FakeGupshup(url=said["url"])
        assert [ask(fake)[0] for _ in range(2)] == [500, 202]
        assert came.get(timeout=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert "919812345670 'Namaste'" in process.stderr.read().decode()
    environment = said["environment"]
    assert (environment["GUPSHUP_BASE_URL"], environment["GUPSHUP_API_KEY"]) == (fake.url, API_KEY)
