"""Playing the customer: a true Gupshup event posted to a running desk by HTTP."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.urls import reverse

from customers.errors import InvalidInput
from customers.phones import normalise_phone, phone_digits
from whatsapp.errors import DeskNotRunning
from whatsapp.simulated_media import ServedFile, served

TIMEOUT_SECONDS = 10
# A worker takes a second or two; without one the desk keeps the message and tries again.
WAIT_SECONDS = 30
LINK_SECONDS = 7 * 24 * 3600


def post_text(text: str, *, phone: str, url: str) -> dict[str, str | int]:
    """Post a text as if the number had written it; the message's id and the HTTP status.

    Raises InvalidInput for what is no phone number, and DeskNotRunning.
    """
    return _post(text_event(text, digits=_digits(phone)), url=url)


def post_media(
    path: Path, *, kind: str, phone: str, url: str, caption: str = ""
) -> dict[str, str | int | bool]:
    """Post an image or a voice note, and serve its file until the desk has fetched it.

    Also answers ``fetched``: False where no worker came for it within WAIT_SECONDS.
    Raises as post_text, InvalidInput for a file of another kind, and OnlyInDemo.
    """
    digits = _digits(phone)
    with served(path, kind=kind) as file:
        event = media_event(file, kind=kind, caption=caption, digits=digits)
        outcome = _post(event, url=url)
        return {**outcome, "fetched": file.fetched.wait(WAIT_SECONDS)}


def text_event(text: str, *, digits: str) -> dict[str, Any]:
    """What Gupshup sends for a text (docs.gupshup.io/docs/text), under a new message id."""
    return _event("text", {"text": text}, digits=digits)


def media_event(file: ServedFile, *, kind: str, caption: str, digits: str) -> dict[str, Any]:
    """What Gupshup sends for media (docs.gupshup.io/docs/media); sound has no caption."""
    inner: dict[str, Any] = {
        "url": file.url,
        "contentType": file.content_type,
        "urlExpiry": int((time.time() + LINK_SECONDS) * 1000),
    }
    if caption:
        inner["caption"] = caption
    return _event(kind, inner, digits=digits)


def _digits(phone: str) -> str:
    digits = phone_digits(normalise_phone(phone))
    if digits is None:
        raise InvalidInput(f"{phone} is no phone number.", attr="from")
    return digits


def _post(event: dict[str, Any], *, url: str) -> dict[str, str | int]:
    try:
        answer = requests.post(
            url.rstrip("/") + reverse("gupshup-webhook"),
            json=event,
            headers={"X-Webhook-Secret": settings.GUPSHUP_WEBHOOK_SECRET},
            timeout=TIMEOUT_SECONDS,
        )
    except requests.RequestException as error:
        raise DeskNotRunning(f"No desk answers at {url}. Is `make run` running?") from error
    return {"message_id": event["payload"]["id"], "status": answer.status_code}


def _event(kind: str, inner: dict[str, Any], *, digits: str) -> dict[str, Any]:
    sender = {"phone": digits, "name": f"Customer {digits[-4:]}"}
    country = {"country_code": digits[:-10], "dial_code": digits[-10:]}
    return {
        "app": settings.GUPSHUP_APP_NAME or "Parchi",
        "timestamp": int(time.time() * 1000),
        "version": 2,
        "type": "message",
        "payload": {
            "id": f"wamid.{uuid.uuid4().hex}",
            "source": digits,
            "type": kind,
            "payload": inner,
            "sender": {**sender, **country},
        },
    }
