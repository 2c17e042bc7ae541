"""A server on this machine that speaks OpenAI's chat completions and transcriptions, and
misbehaves as told."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = Callable[["_Handler"], None]


def answer_of(*lines: dict[str, Any], intent: str = "order", **more: Any) -> str:
    """The JSON text that a model answers in the reader's schema."""
    return json.dumps({"intent": intent, "confidence": 0.9, "lines": list(lines), **more})


class FakeOpenAI:
    """What it was asked, and what it answers next; the last answer is repeated."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.sounds: list[bytes] = []
        self.answers: list[Answer] = [saying(answer_of())]
        self.transcript: Answer = lambda handler: handler.reply(200, '{"text": ""}')
        self.gone = Event()

    def says(self, content: str | None, **more: Any) -> None:
        """Answer a completion with this content."""
        self.answers = [saying(content, **more)]

    def then_says(self, content: str | None, **more: Any) -> None:
        """And this the next time."""
        self.answers.append(saying(content, **more))

    def hears(self, text: str, usage: dict[str, Any] | None = None) -> None:
        """Transcribe whatever is sent as this."""
        body = json.dumps({"text": text, "usage": usage} if usage else {"text": text})
        self.transcript = lambda handler: handler.reply(200, body)

    def fails(self, status: int, code: str = "server_error", **headers: str) -> None:
        """Answer an error as OpenAI words it, whatever is asked for."""
        body = {"error": {"message": f"{code}!", "type": code, "code": code, "param": None}}
        self.answers = [lambda handler: handler.reply(status, json.dumps(body), **headers)]
        [self.transcript] = self.answers

    def sends(self, body: str, *, content_type: str = "application/json") -> None:
        """Answer these bytes with status 200, completion or not."""
        self.answers = [lambda handler: handler.reply(200, body, content_type)]

    def hangs(self) -> None:
        """Answer nothing until the server is closed."""
        self.answers = [lambda handler: self.gone.wait() and None]


def seen_as(text: str, shows: str = "") -> str:
    """The JSON text that a model answers about a picture."""
    return json.dumps({"text": text, "shows": shows})


def saying(
    content: str | None,
    *,
    refusal: str | None = None,
    finish: str = "stop",
    model: str = "fake-mini-2026-11",
) -> Answer:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_795_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {"prompt_tokens": 412, "completion_tokens": 37, "total_tokens": 449},
    }
    return lambda handler: handler.reply(200, json.dumps(body))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeOpenAI

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.fake.headers.append({k.lower(): v for k, v in self.headers.items()})
        if self.path == "/v1/audio/transcriptions":
            self.fake.sounds.append(body)
            return self.fake.transcript(self)
        if self.path != "/v1/chat/completions":
            return self.reply(404, "{}")
        self.fake.requests.append(json.loads(body))
        answers = self.fake.answers
        return (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def reply(
        self, status: int, body: str, content_type: str = "application/json", **headers: str
    ) -> None:
        raw = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running_fake():
    """The fake and its base URL, on a free port of the loopback address."""
    fake = FakeOpenAI()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        fake.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()
