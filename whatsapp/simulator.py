"""Playing the customer and Gupshup: true events, posted to a desk by HTTP or given to this one."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.urls import reverse

from customers.errors import InvalidInput
from customers.phones import normalise_phone, phone_digits
from whatsapp import inbound
from whatsapp.errors import DeskNotRunning, OnlyInDemo
from whatsapp.simulated_media import ServedFile, read_file, served

TIMEOUT_SECONDS = 10
# A worker takes a second or two; without one the desk keeps the message and tries again.
WAIT_SECONDS = 30
LINK_SECONDS = 7 * 24 * 3600


def post_text(text: str, *, phone: str, url: str) -> dict[str, str | int]:
    """Post a text as if the number had written it; the message's id and the HTTP status.

    Raises InvalidInput for what is no phone number, and DeskNotRunning.
    """
    return _post(text_event(text, digits=digits_of(phone)), url=url)


def post_media(
    path: Path, *, kind: str, phone: str, url: str, caption: str = ""
) -> dict[str, str | int | bool]:
    """Post an image or a voice note, and serve its file until the desk has fetched it.

    Also answers ``fetched``: False where no worker came for it within WAIT_SECONDS.
    Raises as post_text, InvalidInput for a file of another kind, and OnlyInDemo.
    """
    digits = digits_of(phone)
    with served(read_file(path, kind=kind), name=str(path), kind=kind) as file:
        event = media_event(file, kind=kind, caption=caption, digits=digits)
        outcome = _post(event, url=url)
        return {**outcome, "fetched": file.fetched.wait(WAIT_SECONDS)}


def give(event: dict[str, Any]) -> None:
    """Hand an event to this desk as its webhook would; raises OnlyInDemo in production."""
    if not settings.MEDIA_LOOPBACK_ALLOWED:
        raise OnlyInDemo("In production only Gupshup tells the desk what customers write.")
    inbound.receive(json.dumps(event).encode())


def digits_of(phone: str) -> str:
    """A phone as WhatsApp writes it; raises InvalidInput."""
    digits = phone_digits(normalise_phone(phone))
    if digits is None:
        raise InvalidInput(f"{phone} is no phone number.", attr="from")
    return digits


# Events ---------------------------------------------------------------------------------


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
    if kind == "file":
        inner["name"] = file.name
    if caption:
        inner["caption"] = caption
    return _event(kind, inner, digits=digits)


def place_event(latitude: float, longitude: float, *, digits: str) -> dict[str, Any]:
    """A place; Gupshup writes both numbers as text (docs.gupshup.io/docs/other)."""
    return _event(
        "location", {"latitude": str(latitude), "longitude": str(longitude)}, digits=digits
    )


def tap_event(
    kind: str, *, title: str, postback: str, reference: str, answers: str, digits: str
) -> dict[str, Any]:
    """A tap on a button (``button_reply``) or a row of a list (``list_reply``) of ours.

    ``reference`` is what we sent as msgid, ``answers`` Gupshup's id of our message
    (docs.gupshup.io/docs/interactive).
    """
    inner = {"title": title, "id": reference, "reply": f"{title} 1", "postbackText": postback}
    event = _event(kind, inner, digits=digits)
    event["payload"]["context"] = {"id": "", "gsId": answers}
    return event


def receipt_event(kind: str, *, message_id: str, digits: str) -> dict[str, Any]:
    """What became of our message: enqueued, sent, delivered, read or failed.

    Just enqueued our id stands in ``id``, later in ``gsId`` (docs.gupshup.io/docs/message-events).
    """
    whatsapp_id = f"gBEG{uuid.uuid5(uuid.NAMESPACE_URL, message_id).hex}"
    inner: dict[str, Any] = {"ts": int(time.time())}
    ids = {"id": whatsapp_id, "gsId": message_id}
    if kind == "enqueued":
        inner, ids = {"whatsappMessageId": whatsapp_id, "type": "session"}, {"id": message_id}
    elif kind == "failed":
        inner = {"code": 131026, "reason": "Message undeliverable"}
    payload = {**ids, "type": kind, "destination": digits, "payload": inner}
    return {**_envelope("message-event"), "payload": payload}


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
        **_envelope("message"),
        "payload": {
            "id": f"wamid.{uuid.uuid4().hex}",
            "source": digits,
            "type": kind,
            "payload": inner,
            "sender": {**sender, **country},
        },
    }


def _envelope(kind: str) -> dict[str, Any]:
    app = settings.GUPSHUP_APP_NAME or "Parchi"
    return {"app": app, "timestamp": int(time.time() * 1000), "version": 2, "type": kind}
