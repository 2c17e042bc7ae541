"""A customer's file on this machine, served to the desk as Gupshup would, while it is asked for.

The desk fetches from its own machine in the demo only (MEDIA_LOOPBACK_ALLOWED); in
production nothing is served and nothing would be fetched.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings

from customers.errors import InvalidInput
from whatsapp.errors import OnlyInDemo
from whatsapp.media_types import LIMITS, MB, content_type_of


@dataclass(frozen=True)
class ServedFile:
    """A file under a link that nobody guesses; ``fetched`` is set once it was given out."""

    url: str
    name: str
    content_type: str
    fetched: threading.Event = field(default_factory=threading.Event)


@contextmanager
def served(data: bytes, *, name: str, kind: str) -> Iterator[ServedFile]:
    """Serve one file on a free port of the loopback address until the block ends.

    Raises OnlyInDemo in production, and InvalidInput for what is no such medium.
    """
    if not settings.MEDIA_LOOPBACK_ALLOWED:
        raise OnlyInDemo("In production the desk fetches no file from its own machine.")
    content_type = _checked(data, name, kind)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    link = f"/{secrets.token_urlsafe(24)}"
    file = ServedFile(f"http://127.0.0.1:{server.server_port}{link}", name, content_type)
    server.given = (link, data, file)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield file
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_file(path: Path, *, kind: str) -> bytes:
    """A file's content, no more of it than its kind may have; raises InvalidInput."""
    try:
        with path.open("rb") as file:
            return file.read(LIMITS[kind] + 1)
    except OSError as error:
        raise InvalidInput(f"{path} can't be read.", attr=kind) from error


def _checked(data: bytes, name: str, kind: str) -> str:
    """The type of the content; raises InvalidInput."""
    if len(data) > LIMITS[kind]:
        raise InvalidInput(f"{name} is larger than {LIMITS[kind] // MB} MB.", attr=kind)
    content_type = content_type_of(data, kind)
    if content_type is None:
        raise InvalidInput(f"{name} is no {kind} that the desk knows.", attr=kind)
    return content_type


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        link, data, file = self.server.given  # type: ignore[attr-defined]
        if not secrets.compare_digest(self.path.encode(), link.encode()):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", file.content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        file.fetched.set()

    def log_message(self, *args: Any) -> None:
        """Quiet: standard error is the command's."""
