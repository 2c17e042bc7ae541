"""A loopback server that serves customers' files as Gupshup's does, with every fault there is.

Source: https://docs.gupshup.io/docs/media (a plain GET; an ended link is 404 with a JSON body).
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

Answer = Callable[["_Handler"], None]
OGG = b"OggS\x00\x02" + bytes(200)
PDF = b"%PDF-1.7\n" + bytes(60)


def picture(size: tuple[int, int] = (40, 30), form: str = "JPEG", **options: Any) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, "white").save(stream, form, **options)
    return stream.getvalue()


class MediaServer:
    """What lies at each path, and which paths were asked for with which Host."""

    def __init__(self) -> None:
        self.url = ""
        self.paths: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.hosts: list[str] = []
        self.closed = threading.Event()

    def has(self, path: str, data: bytes, content_type: str = "image/jpeg") -> str:
        """The link of a file that is served well."""
        self.paths[path] = lambda handler: handler.whole(data, content_type)
        return self.url + path

    def fails(self, path: str, status: int) -> str:
        body = b'{"status":"error","message":"Invalid Media Id"}'
        self.paths[path] = lambda handler: handler.whole(body, "application/json", status)
        return self.url + path

    def redirects(self, path: str, target: str) -> str:
        self.paths[path] = lambda handler: handler.redirect(target)
        return self.url + path

    def never_ends(self, path: str) -> str:
        """Sends for ever, without saying how much."""
        self.paths[path] = _Handler.endless
        return self.url + path

    def drips(self, path: str, *, headers: bool = False) -> str:
        """A byte, then nothing until the server is closed; or not even whole headers."""
        self.paths[path] = lambda handler: handler.drip(headers=headers)
        return self.url + path

    def claims(self, path: str, length: int) -> str:
        """Says it is so long, and sends that many zeros."""
        self.paths[path] = lambda handler: handler.zeros(length)
        return self.url + path

    def breaks_off(self, path: str) -> str:
        """Ends after half of what it announced."""
        self.paths[path] = _Handler.half
        return self.url + path


class _Handler(BaseHTTPRequestHandler):
    server_ours: MediaServer

    def do_GET(self) -> None:
        ours = self.server_ours
        ours.asked.append(self.path)
        ours.hosts.append(self.headers["Host"])
        answer = ours.paths.get(self.path, lambda handler: handler.whole(b"", "text/plain", 404))
        try:
            answer(self)
        except OSError:
            self.close_connection = True  # the desk had enough

    def head(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def whole(self, data: bytes, content_type: str, status: int = 200) -> None:
        self.head(status, Content_Type=content_type, Content_Length=str(len(data)))
        self.wfile.write(data)

    def redirect(self, target: str) -> None:
        self.head(302, Location=target, Content_Length="0")

    def endless(self) -> None:
        self.head(Content_Type="image/jpeg")
        self.wfile.write(picture())
        while not self.server_ours.closed.is_set():
            self.wfile.write(bytes(64 * 1024))

    def drip(self, *, headers: bool) -> None:
        if headers:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-")
        else:
            self.head(Content_Type="image/jpeg", Content_Length="100")
            self.wfile.write(b"\xff")
        self.wfile.flush()
        self.server_ours.closed.wait()

    def zeros(self, length: int) -> None:
        self.head(Content_Type="image/jpeg", Content_Length=str(length))
        for _ in range(length // 65536):
            self.wfile.write(bytes(65536))

    def half(self) -> None:
        data = picture((200, 200))
        self.head(Content_Type="image/jpeg", Content_Length=str(len(data)))
        self.wfile.write(data[: len(data) // 2])

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running_media(certificate: Path | None = None) -> Iterator[MediaServer]:
    """The server on a free port of the loopback address; over TLS with a certificate and key."""
    ours = MediaServer()
    handler = type("Handler", (_Handler,), {"server_ours": ours})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    ours.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield ours
    finally:
        ours.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()
