"""A loopback server with Gupshup's list of an app's templates, faults on demand.

The call is that of https://api.gupshup.io/wa/app/{app id}/template; rows have the names of
docs.gupshup.io/reference/get-templates.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

API_KEY = "sk_test_1f2e3d4c5b6a"
APP_ID = "5c1f9e1e-02a8-4b0c-9f52-3ad1c0f4f7a9"
FAULTS: dict[str, tuple[int, bytes]] = {
    "throttled": (429, b'{"status":"error","message":"Too Many Requests"}'),
    "broken": (500, b"<html>Internal Server Error</html>"),
    "refused": (200, b'{"status":"error","message":"Invalid App Details"}'),
    "malformed": (200, b'{"status":"success","templates":[{'),
    "no_list": (200, b'{"status":"success","templates":null}'),
    "a_list": (200, b"[]"),
    "moved": (302, b""),
    "endless": (200, b" " * (21 * 1024 * 1024)),
}


def row(name: str, body: str, **more: Any) -> dict[str, Any]:
    """A template as Gupshup lists it; ``header``, ``footer``, ``buttons`` go where they go."""
    parts = {key: more.pop(key) for key in ("header", "footer", "buttons") if key in more}
    return {
        "id": f"{name}-en",
        "appId": APP_ID,
        "elementName": name,
        "languageCode": "en",
        "category": "UTILITY",
        "templateType": "TEXT",
        "status": "APPROVED",
        "data": "\n".join(filter(None, (parts.get("header"), body, parts.get("footer")))),
        "containerMeta": json.dumps({"appId": APP_ID, "data": body, **parts}),
        "createdOn": 1763000000000,
        "modifiedOn": 1763000000000,
        **more,
    }


@dataclass
class FakeTemplates:
    """What is listed next; ``url`` is the base URL of the API."""

    url: str = ""
    rows: list[Any] = field(default_factory=list)
    fault: str = ""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        status, body = self._decided()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the caller had enough
            return

    def _decided(self) -> tuple[int, bytes]:
        fake = self.server.fake
        if self.headers.get("apikey") != API_KEY:
            return 401, b'{"status":"error","message":"Authentication Failed"}'
        if self.path != f"/wa/app/{APP_ID}/template":
            return 404, b'{"status":"error","message":"Not Found"}'
        if fake.fault:
            return FAULTS[fake.fault]
        return 200, json.dumps({"status": "success", "templates": fake.rows}).encode()

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeTemplates


@contextmanager
def running_templates() -> Iterator[FakeTemplates]:
    """The fake, listening on the loopback address while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.fake = FakeTemplates(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
