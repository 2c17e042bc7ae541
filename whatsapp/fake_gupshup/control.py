"""Telling a running fake what to do wrong next; the desk knows it by its own setting."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from whatsapp.errors import NoFakeGupshup
from whatsapp.fake_gupshup.server import CONTROL
from whatsapp.gateway import get_gateway
from whatsapp.gateway.gupshup import GupshupGateway

TIMEOUT_SECONDS = 2


def has_fake() -> bool:
    """Whether the desk sends to a Gupshup on this machine: no true one lives there."""
    is_here = urlsplit(settings.GUPSHUP_BASE_URL).hostname in ("127.0.0.1", "localhost", "::1")
    return is_here and isinstance(get_gateway(), GupshupGateway)


def fake_state() -> dict[str, Any]:
    """What the fake was asked and will do next; raises NoFakeGupshup."""
    return _asked("GET", None)


def set_faults(*, following: str = "", outage: str | None = None) -> dict[str, Any]:
    """Have the next call, or every call until told otherwise, meet a fault by its name.

    Raises NoFakeGupshup, also for a fault that it doesn't know.
    """
    form = {"next": following, **({} if outage is None else {"outage": outage})}
    return _asked("POST", form)


def _asked(method: str, form: dict[str, str] | None) -> dict[str, Any]:
    if not has_fake():
        raise NoFakeGupshup("The desk does not send to a fake Gupshup.")
    url = settings.GUPSHUP_BASE_URL.rstrip("/") + CONTROL
    try:
        answer = requests.request(method, url, data=form, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        state: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NoFakeGupshup(f"No fake Gupshup answers at {settings.GUPSHUP_BASE_URL}.") from error
    return state
