"""A loopback server that speaks Gupshup's protocol for what goes out, faults on demand.

Source: https://docs.gupshup.io/reference/post_wa-api-v1-msg-1 (fields, answers, error bodies);
what a message must look like stands in checks.py. ``/fake`` is its own: GET tells what
came in, POST sets the faults that come next (control.py).
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from whatsapp.fake_gupshup.checks import ALLOWED, Wrong, content_of, words_of

API_KEY = "sk_test_1f2e3d4c5b6a"
APP_NAME = "ParchiDemo"
SOURCE = "919800011122"
CONTROL = "/fake"
BODY_LIMIT = 256 * 1024
# Longer than whoever waits for an answer has patience (whatsapp/gateway/gupshup.py).
NEVER_SECONDS = 30
SLOW_SECONDS = 5
SHOWN = 50


@dataclass(frozen=True)
class Accepted:
    """A message that this Gupshup would deliver."""

    message_id: str
    destination: str
    text: str
    content: dict[str, Any]  # the form field message, or template


def error(message: object) -> bytes:
    return json.dumps({"status": "error", "message": message}).encode()


# What is answered instead of looking at the message: status and body.
ANSWERS: dict[str, tuple[int, bytes]] = {
    "unauthorised": (401, error("Authentication Failed")),
    "unauthorised_object": (401, error({"message": "Portal User Not Found With APIKey"})),
    "invalid": (400, error("Invalid Destination")),
    "throttled": (429, error("Too Many Requests")),
    "broken": (500, error("Internal Server Error")),
    "error_with_200": (200, error("Invalid App Details")),
    "proxy_failed": (502, b"<html><body>Bad Gateway</body></html>"),
    "moved": (302, b""),
}
# The message is accepted, but the caller doesn't get to know.
SPOILT: dict[str, bytes] = {
    "malformed": b'{"status":"submitted","messageId":',
    "not_json": b"<html>OK</html>",
    "a_list": b'["submitted"]',
    "no_id": b'{"status":"submitted","messageId":""}',
    "empty": b"",
}
BROKEN_OFF = ("no_answer", "reset")
SLOW = "slow"
FAULTS = (*ANSWERS, *SPOILT, *BROKEN_OFF, SLOW)


@dataclass
class FakeGupshup:
    """What came in and what to answer next; ``url`` is the base URL of the API."""

    url: str = ""
    accepted: list[Accepted] = field(default_factory=list)
    calls: int = 0
    api_key: str = API_KEY
    app_name: str = APP_NAME
    source: str = SOURCE
    latency: float = 0  # seconds between accepting a message and saying so
    per_second: int = 0  # more than so many calls in a second are answered 429; 0: no limit
    on_accepted: Callable[[Accepted], None] = lambda accepted: None
    faults: deque[str] = field(default_factory=deque)
    outage: str = ""  # the fault that every call meets, until it is over
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _recent: deque[float] = field(default_factory=deque)

    def fail_next(self, *faults: str) -> None:
        """The next calls meet these faults, one each, by the names above."""
        self.faults.extend(faults)

    def take(self, destination: str, content: dict[str, Any]) -> str:
        message_id = str(uuid.uuid4())
        accepted = Accepted(message_id, destination, words_of(content), content)
        with self.lock:
            self.accepted.append(accepted)
        self.on_accepted(accepted)
        return message_id

    def next_fault(self) -> str:
        with self.lock:
            self.calls += 1
            if self.faults:
                return self.faults.popleft()
            return self.outage or ("throttled" if self._is_too_fast() else "")

    def _is_too_fast(self) -> bool:
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if self.per_second and len(self._recent) >= self.per_second:
            return True
        self._recent.append(now)
        return False

    def waits(self, fault: str) -> float:
        """Seconds between accepting a message and whatever is answered then."""
        return {"no_answer": NEVER_SECONDS, SLOW: SLOW_SECONDS}.get(fault, self.latency)

    def state(self) -> dict[str, Any]:
        """What it was asked and what it will do next."""
        with self.lock:
            newest = [asdict(one) for one in self.accepted[-SHOWN:]]
            faults = {"next": list(self.faults), "outage": self.outage}
            return {"calls": self.calls, "accepted": newest, **faults}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if self.path != CONTROL:
            return self._answer(404, error("Not Found"))
        return self._answer(200, json.dumps(self.server.fake.state()).encode())

    def do_POST(self) -> None:
        fake, form = self.server.fake, self._form()
        if form is None:
            self._answer(413, error("Request Entity Too Large"))
        elif self.path == CONTROL:
            self._set_faults(form)
        elif (fault := fake.next_fault()) in ANSWERS:
            self._answer(*ANSWERS[fault])
        elif refusal := self._refusal(form):
            self._answer(*refusal)
        else:
            self._take(form, fault)

    def _take(self, form: dict[str, str], fault: str) -> None:
        fake = self.server.fake
        try:
            content = content_of(self.path, form)
        except Wrong as wrong:
            return self._answer(400, error(str(wrong)))
        message_id = fake.take(form["destination"], content)
        fake.released.wait(fake.waits(fault))
        if fault in BROKEN_OFF:
            return self._reset()
        accepted = json.dumps({"status": "submitted", "messageId": message_id}).encode()
        return self._answer(202, SPOILT.get(fault, accepted))

    def _form(self) -> dict[str, str] | None:
        """The body's fields; None for a body longer than any true one."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            self.close_connection = True
            return None
        text = self.rfile.read(int(length)).decode(errors="replace")
        return {name: values[0] for name, values in parse_qs(text, True).items()}

    def _set_faults(self, form: dict[str, str]) -> None:
        """``next``: faults for the next calls, by comma; ``outage``: every call's, empty to end."""
        fake = self.server.fake
        following = [name for name in form.get("next", "").split(",") if name]
        outage = form.get("outage", fake.outage)
        if not {*following, *filter(None, [outage])} <= set(FAULTS):
            return self._answer(400, error("Unknown fault"))
        with fake.lock:
            fake.faults.extend(following)
            fake.outage = outage
        return self._answer(200, json.dumps(fake.state()).encode())

    def _refusal(self, form: dict[str, str]) -> tuple[int, bytes] | None:
        """The answer of the true API to a request that isn't as its page says."""
        fake = self.server.fake
        if self.headers.get("apikey") != fake.api_key:
            return ANSWERS["unauthorised"]
        kind = self.headers.get("Content-Type")
        if self.path not in ALLOWED or kind != "application/x-www-form-urlencoded":
            return 404, error("Not Found")
        if form.get("src.name") != fake.app_name or form.get("source") != fake.source:
            return 400, error("Invalid App Details")
        if form.get("channel") != "whatsapp" or not form.get("destination", "").isdigit():
            return ANSWERS["invalid"]
        return None

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "text/html; charset=utf-8")  # as the true one does
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        linger_no_longer = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_no_longer)
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the caller went away, or _reset closed the socket
            return

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fake: FakeGupshup


@contextmanager
def running_gupshup(port: int = 0, fake: FakeGupshup | None = None) -> Iterator[FakeGupshup]:
    """The fake, listening on the loopback address while the block runs; raises OSError."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.fake = fake or FakeGupshup()
    server.fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.fake
    finally:
        server.fake.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
