"""A loopback server that speaks Gupshup's protocol for what goes out, faults on demand.

Source: https://docs.gupshup.io/reference/post_wa-api-v1-msg-1 (fields, answers, error bodies);
what a message must look like stands in gupshup_checks.py.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.gupshup_checks import ALLOWED, Wrong, content_of, words_of

API_KEY = "sk_test_1f2e3d4c5b6a"
APP_NAME = "ParchiDemo"
SOURCE = "919800011122"


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


@dataclass
class FakeGupshup:
    """What came in and what to answer next; ``url`` is the base URL of the API."""

    url: str = ""
    accepted: list[Accepted] = field(default_factory=list)
    calls: int = 0
    latency: float = 0  # seconds between accepting a message and saying so
    faults: deque[str] = field(default_factory=deque)
    outage: str = ""  # the fault that every call meets, until it is over
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail_next(self, *faults: str) -> None:
        """The next calls meet these faults, one each, by the names above."""
        self.faults.extend(faults)

    def take(self, destination: str, content: dict[str, Any]) -> str:
        message_id = str(uuid.uuid4())
        accepted = Accepted(message_id, destination, words_of(content), content)
        with self.lock:
            self.accepted.append(accepted)
        return message_id

    def next_fault(self) -> str:
        with self.lock:
            self.calls += 1
            return self.faults.popleft() if self.faults else self.outage


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fake = self.server.fake
        fault = fake.next_fault()
        if fault in ANSWERS:
            return self._answer(*ANSWERS[fault])
        form = {name: texts[0] for name, texts in parse_qs(raw.decode(), True).items()}
        refusal = self._refusal(form)
        if refusal is not None:
            return self._answer(*refusal)
        try:
            content = content_of(self.path, form)
        except Wrong as wrong:
            return self._answer(400, error(str(wrong)))
        message_id = fake.take(form["destination"], content)
        fake.released.wait(30 if fault == "no_answer" else fake.latency)
        if fault in BROKEN_OFF:
            return self._reset()
        accepted = json.dumps({"status": "submitted", "messageId": message_id}).encode()
        return self._answer(202, SPOILT.get(fault, accepted))

    def _refusal(self, form: dict[str, str]) -> tuple[int, bytes] | None:
        """The answer of the true API to a request that isn't as its page says."""
        if self.headers.get("apikey") != API_KEY:
            return ANSWERS["unauthorised"]
        kind = self.headers.get("Content-Type")
        if self.path not in ALLOWED or kind != "application/x-www-form-urlencoded":
            return 404, error("Not Found")
        if form.get("src.name") != APP_NAME or form.get("source") != SOURCE:
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
def running_gupshup(port: int = 0) -> Iterator[FakeGupshup]:
    """The fake, listening on the loopback address while the block runs."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.fake = FakeGupshup(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.fake
    finally:
        server.fake.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
