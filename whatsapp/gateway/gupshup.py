"""Gupshup over HTTP: https://docs.gupshup.io/reference/post_wa-api-v1-msg-1."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests
from requests import exceptions
from urllib3.exceptions import MaxRetryError, NewConnectionError

from whatsapp.gateway import GatewayRefused, OutcomeUnknown
from whatsapp.gateway.gupshup_bodies import path_and_fields
from whatsapp.outgoing import Outgoing

CONNECT_SECONDS = 5
READ_SECONDS = 20
REASON_LIMIT = 300


@dataclass(frozen=True)
class GupshupGateway:
    """One app of Gupshup's; ``source`` is the shop's number in digits."""

    api_key: str
    app_name: str
    source: str
    base_url: str

    def send(self, phone: str, content: Outgoing, *, reference: str) -> str:
        """Post a message and return Gupshup's messageId.

        Gupshup has no idempotency key: where the request may have arrived and no
        clear answer came back the outcome is unknown. Raises GatewayRefused and
        OutcomeUnknown.
        """
        path, fields = path_and_fields(content, reference=reference)
        form = {
            "channel": "whatsapp",
            "source": self.source.lstrip("+"),
            "src.name": self.app_name,
            "destination": phone.lstrip("+"),
            **fields,
        }
        return _message_id(self._post(path, form))

    def _post(self, path: str, form: dict[str, str]) -> requests.Response:
        # A connection of its own: one kept open may be closed by the other side just as
        # we write, and then nobody knows whether the message went out.
        with requests.Session() as session:
            session.headers.update({"apikey": self.api_key, "Connection": "close"})
            try:
                return session.post(
                    self.base_url.rstrip("/") + path,
                    data=form,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                )
            except exceptions.RequestException as error:
                raise _failure(error) from error


def _failure(error: exceptions.RequestException) -> Exception:
    """What a failed call means: was anything sent or not?"""
    name = type(error).__name__
    if isinstance(error, exceptions.ConnectTimeout | exceptions.SSLError | exceptions.ProxyError):
        return GatewayRefused(f"No connection to Gupshup ({name}).", permanent=False)
    if isinstance(error, exceptions.ConnectionError) and _never_connected(error):
        return GatewayRefused("No connection to Gupshup.", permanent=False)
    if isinstance(error, ValueError) and not isinstance(error, exceptions.InvalidJSONError):
        return GatewayRefused(f"The GUPSHUP_ settings can't be used ({name}).", permanent=True)
    return OutcomeUnknown(f"The call to Gupshup broke off ({name}).")


def _never_connected(error: exceptions.ConnectionError) -> bool:
    """Refused or unresolved: urllib3 says so inside the error that requests wraps."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def _message_id(response: requests.Response) -> str:
    """The id in an accepting answer; Gupshup answers JSON whatever the header says."""
    body, status = _json_object(response), response.status_code
    reason = f"HTTP {status}: {_reason(body)}"
    if body.get("status") == "error" or 300 <= status < 500:
        raise GatewayRefused(reason, permanent=status != 429 and status < 500)
    if 200 <= status < 300 and body.get("messageId"):
        return str(body["messageId"])
    raise OutcomeUnknown(f"Gupshup's answer doesn't say what became of it ({reason}).")


def _json_object(response: requests.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _reason(body: dict[str, Any]) -> str:
    """Gupshup's words: ``message`` is a text, or an object that holds one."""
    message = body.get("message")
    if isinstance(message, dict):
        message = message.get("message")
    return str(message or "no reason given").replace("\x00", "")[:REASON_LIMIT]
