"""Fetching what a link of an inbound message leads to, bounded in every direction.

The link comes from outside: it may point into our own network, redirect there, never
end, or bring a film where a voice note was told of. Each hop is resolved once, checked
and connected to by its address (whatsapp/gateway/addresses.py). urllib3 follows no
redirect by itself, knows no proxy and no .netrc.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from threading import Timer
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import HTTPResponse
from urllib3.util import Url, parse_url

from whatsapp.gateway.addresses import AddressRefused, checked_address

CONNECT_SECONDS = 5
READ_SECONDS = 15
TOTAL_SECONDS = 60
MAX_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024
_PASSING = frozenset({408, 425, 429})


class DownloadFailed(Exception):
    """Nothing was fetched; ``permanent`` says that trying again is no use.

    The sentence never holds the link: whoever has it has the customer's file.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


def download(url: str, *, limit: int, loopback: bool, seconds: float = TOTAL_SECONDS) -> bytes:
    """What the link holds: at most ``limit`` bytes, within ``seconds``, ≤ 3 redirects.

    ``loopback`` lets the link lead to this machine on any port, for the demo and the
    tests. Raises DownloadFailed.
    """
    deadline = time.monotonic() + seconds
    for _ in range(MAX_REDIRECTS + 1):
        with _answer(url, deadline=deadline, loopback=loopback) as answer:
            if answer.status not in (301, 302, 303, 307, 308):
                return _body(answer, limit, deadline)
            url = urljoin(url, answer.headers.get("Location", ""))
    raise DownloadFailed(f"The link redirects more than {MAX_REDIRECTS} times.", permanent=True)


@contextmanager
def _answer(url: str, *, deadline: float, loopback: bool) -> Iterator[HTTPResponse]:
    """The answer of one hop, its body still unread; ends in DownloadFailed only."""
    target = _target(url)
    try:
        connection = _connection(target, loopback=loopback)
        with _ended_at(deadline, connection):
            connection.request(
                "GET", target.request_uri, headers=_headers(target), preload_content=False
            )
            with closing(connection.getresponse()) as answer:
                yield answer
    except AddressRefused as error:
        raise DownloadFailed(str(error), permanent=True) from error
    except ssl.SSLError as error:
        raise DownloadFailed("The server's certificate is not valid.", permanent=False) from error
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise _took_too_long() from error
        name = type(error).__name__
        raise DownloadFailed(f"The link's server failed ({name}).", permanent=False) from error


def _target(url: str) -> Url:
    """The link in its parts, as the connection will use them; raises DownloadFailed."""
    try:
        target = parse_url(url)
    except LocationParseError as error:
        raise DownloadFailed("The link is no address.", permanent=True) from error
    if target.scheme not in PORTS or not target.host or target.auth:
        raise DownloadFailed("Only http and https links are fetched.", permanent=True)
    return target


def _connection(target: Url, *, loopback: bool) -> HTTPConnection:
    """A connection to the checked address; TLS is still checked against the name."""
    host = str(target.host).strip("[]")
    usual = PORTS[str(target.scheme)]
    port = target.port or usual
    if port not in PORTS.values() and not loopback:
        raise AddressRefused("The link leads to a port that no media server uses.")
    address = checked_address(host, port, loopback=loopback)
    if target.scheme == "http":
        return HTTPConnection(address, port, timeout=CONNECT_SECONDS)
    return HTTPSConnection(
        address,
        port,
        timeout=CONNECT_SECONDS,
        server_hostname=host,
        cert_reqs=ssl.CERT_REQUIRED,
        ssl_context=ssl.create_default_context(),
    )


def _headers(target: Url) -> dict[str, str]:
    # identity: a small compressed answer could unpack to gigabytes.
    return {"Host": str(target.netloc), "Accept-Encoding": "identity", "User-Agent": "Parchi"}


@contextmanager
def _ended_at(deadline: float, connection: HTTPConnection) -> Iterator[None]:
    """Connected; broken off at the deadline, also while a server drips its headers."""
    connection.connect()
    connection.timeout = READ_SECONDS
    # The connection forgets its socket once an answer begins that will close it.
    timer = Timer(max(deadline - time.monotonic(), 0), _break_off, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def _break_off(connected: socket.socket) -> None:
    """End the socket under whoever waits for it; closing alone would not wake them."""
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself


def _body(answer: HTTPResponse, limit: int, deadline: float) -> bytes:
    if answer.status != 200:
        passing = answer.status >= 500 or answer.status in _PASSING
        sentence = f"The link's server answered {answer.status}."
        raise DownloadFailed(sentence, permanent=not passing)
    body = bytearray()
    for chunk in answer.stream(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise DownloadFailed(f"It is larger than {limit >> 20} MB.", permanent=True)
    if time.monotonic() >= deadline:  # broken off, which may look like a good end
        raise _took_too_long()
    return bytes(body)


def _took_too_long() -> DownloadFailed:
    return DownloadFailed(f"It did not come within {TOTAL_SECONDS} seconds.", permanent=False)
