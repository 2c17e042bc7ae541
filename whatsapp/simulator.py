"""Playing the customer: a true Gupshup event posted to a running desk by HTTP."""

from __future__ import annotations

import time
import uuid
from typing import Any

import requests
from django.conf import settings
from django.urls import reverse

from customers.errors import InvalidInput
from customers.phones import normalise_phone, phone_digits
from whatsapp.errors import DeskNotRunning

TIMEOUT_SECONDS = 10


def post_text(text: str, *, phone: str, url: str) -> dict[str, str | int]:
    """Post a text as if the number had written it; the message's id and the HTTP status.

    Raises InvalidInput for what is no phone number, and DeskNotRunning.
    """
    digits = phone_digits(normalise_phone(phone))
    if digits is None:
        raise InvalidInput(f"{phone} is no phone number.", attr="from")
    event = text_event(text, digits=digits)
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


def text_event(text: str, *, digits: str) -> dict[str, Any]:
    """What Gupshup sends for a text (docs.gupshup.io/docs/text), under a new message id."""
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
            "type": "text",
            "payload": {"text": text},
            "sender": {**sender, **country},
        },
    }
