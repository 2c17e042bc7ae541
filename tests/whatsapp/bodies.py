"""Webhook bodies: the fixtures of true events, and variations of them."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
WEBHOOK = "/gupshup_incoming_webhook"
NANDINI = "+919812345670"
GUPSHUP_ID = "ee4a68a0-1203-4c85-8dc3-49d0b3226a35"
WHATSAPP_ID = "wamid.HBgMOTE5ODEyMzQ1NjcwFQIAERgSNUY"
_numbers = count(1)


def event(name: str) -> dict[str, Any]:
    """The fixture as data, to be varied."""
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def text_event(
    text: Any, *, phone: str = NANDINI, message_id: str | None = None, timestamp: Any = None
) -> dict[str, Any]:
    """A customer's text; each call is another message unless it is given an id."""
    data = event("message_text")
    data["payload"]["id"] = message_id or f"wamid.TEST{next(_numbers):06}"
    data["payload"]["source"] = data["payload"]["sender"]["phone"] = phone.lstrip("+")
    data["payload"]["payload"]["text"] = text
    if timestamp is not None:
        data["timestamp"] = timestamp
    return data


def post(client, data: Any, *, path: str = WEBHOOK, **headers: str):
    """What Gupshup does; ``data`` may be raw bytes."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return client.post(path, raw, content_type="application/json", headers=headers)
