"""What Gupshup posts: split into single events, named, and read into plain values.

Pure functions over untrusted JSON: any key may be missing, of the wrong type, or
hold text that PostgreSQL can't. Sources: Gupshup's "Inbound messages", "Message
events" and "Passthrough v3" pages (docs.gupshup.io, partner-docs.gupshup.io).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from whatsapp.contents import Content, read_content
from whatsapp.errors import NotAnEvent
from whatsapp.payloads_v3 import as_v2, single_bodies
from whatsapp.values import ID_LIMIT, Json, clean, digest, identifier, moment, obj, phone_number

# A v3 body is at most 1 MiB, but each of its events is kept with what they share.
MAX_EVENTS = 1000
MAX_SPLIT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Event:
    """One event in the v2 shape, with the bytes to keep and the key that makes it unique."""

    body: Json
    raw: bytes
    key: str

    @property
    def is_message(self) -> bool:
        return self.body.get("type") == "message"

    @property
    def phone(self) -> str | None:
        """The sender's E.164 number; None where WhatsApp hides it or it is no number."""
        return sender_phone(obj(self.body.get("payload")))

    @property
    def bsuid(self) -> str:
        """The business-scoped user id that stands for a hidden number, or empty."""
        return clean(obj(obj(self.body.get("payload")).get("sender")).get("userId"), ID_LIMIT)


@dataclass(frozen=True)
class CustomerMessage:
    """What a customer sent, by a phone number, a BSUID, or both.

    ``answers`` are the ids by which it names the message it replies to; ``happened_at``
    is None where the event's time can't be meant.
    """

    provider_id: str | None
    phone: str | None
    bsuid: str
    profile_name: str
    content: Content
    answers: tuple[str, ...]
    happened_at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """What became of a message of ours: enqueued, sent, delivered, read or failed.

    ``code`` is Gupshup's or Meta's number of the fault, ``error`` it and the reason.
    """

    kind: str
    provider_id: str
    whatsapp_id: str
    phone: str | None
    code: str
    error: str
    happened_at: datetime | None


def split(body: bytes) -> list[Event]:
    """The events in a webhook body; a v3 body may hold several. Raises NotAnEvent."""
    data = _load(body)
    if not isinstance(data.get("entry"), list):
        return [Event(data, body, _key(data, body))]
    events = _split_v3(data)
    if len(events) > 1:
        return events
    shape = as_v2(data)
    return [Event(shape, body, _key(shape, body))]


def read(raw: bytes) -> CustomerMessage | Receipt | None:
    """The stored event as something the desk understands, else None."""
    event = split(raw)[0].body
    payload = obj(event.get("payload"))
    happened_at = moment(event.get("timestamp"))
    if event.get("type") == "message":
        return _customer_message(payload, happened_at)
    if event.get("type") == "message-event":
        return _receipt(payload, happened_at)
    return None


def sender_phone(payload: Json) -> str | None:
    """Who wrote: WhatsApp gives the full number without plus, so ours is never guessed local."""
    candidates = (payload.get("source"), obj(payload.get("sender")).get("phone"))
    return next((phone for value in candidates if (phone := phone_number(value))), None)


def _load(body: bytes) -> Json:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAnEvent("The body is not JSON.") from error
    if not isinstance(data, dict):
        raise NotAnEvent("The body is no JSON object.")
    return data


def _key(event: Json, raw: bytes) -> str:
    payload = obj(event.get("payload"))
    event_id = identifier(payload.get("id"))
    if event.get("type") == "message" and event_id:
        return f"message:{event_id}"
    receipt_id = identifier(payload.get("gsId")) or event_id
    if event.get("type") == "message-event" and receipt_id:
        return f"receipt:{receipt_id}:{clean(payload.get('type'), 40)}"
    return f"body:{digest(raw)}"


def _customer_message(payload: Json, happened_at: datetime | None) -> CustomerMessage | None:
    sender, content = obj(payload.get("sender")), read_content(payload)
    phone, bsuid = sender_phone(payload), clean(sender.get("userId"), ID_LIMIT)
    if content is None or not (phone or bsuid):
        return None
    return CustomerMessage(
        provider_id=identifier(payload.get("id")) or None,
        phone=phone,
        bsuid=bsuid,
        profile_name=clean(sender.get("name"), 200),
        content=content,
        answers=_named_ids(payload),
        happened_at=happened_at,
    )


def _named_ids(payload: Json) -> tuple[str, ...]:
    """The message that is replied or reacted to: Gupshup's id of it first, then WhatsApp's."""
    inner, context = obj(payload.get("payload")), obj(payload.get("context"))
    keys = ("gsId", "gs_id", "id", "meta_msg_id")
    named: Iterable[object] = [context.get(key) for key in keys]
    if payload.get("type") == "reaction":
        named = [inner.get(key) for key in (*keys, "message_id")]
    return tuple(dict.fromkeys(text for value in named if (text := identifier(value))))


def _receipt(payload: Json, happened_at: datetime | None) -> Receipt | None:
    """Our id is in gsId, else (enqueued, refused at once) in id; else id is WhatsApp's own."""
    inner = obj(payload.get("payload"))
    own_id, event_id = identifier(payload.get("gsId")), identifier(payload.get("id"))
    if not (own_id or event_id):
        return None
    code, reason = clean(inner.get("code"), 20), clean(inner.get("reason"), 300)
    return Receipt(
        kind=clean(payload.get("type"), 40),
        provider_id=own_id or event_id,
        whatsapp_id=identifier(inner.get("whatsappMessageId")) or (event_id if own_id else ""),
        phone=phone_number(payload.get("destination")),
        code=code,
        error=f"{code}: {reason}".strip(": "),
        happened_at=happened_at,
    )


def _split_v3(data: Json) -> list[Event]:
    events: list[Event] = []
    size = 0
    for part in single_bodies(data):
        raw = json.dumps(part).encode()
        size += len(raw)
        if len(events) == MAX_EVENTS or size > MAX_SPLIT_BYTES:
            raise NotAnEvent("The body holds more events than any true one.")
        shape = as_v2(part)
        events.append(Event(shape, raw, _key(shape, raw)))
    return events
