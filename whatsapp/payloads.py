"""What Gupshup posts: split into single events, named, and read into plain values.

Pure functions over untrusted JSON: any key may be missing, of the wrong type, or
hold text that PostgreSQL can't. Sources: Gupshup's "Inbound messages", "Message
events" and "Passthrough v3" pages (docs.gupshup.io, partner-docs.gupshup.io).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from customers.phones import normalise_phone
from whatsapp.errors import NotAnEvent

ID_LIMIT = 200
TEXT_LIMIT = 20_000
# A v3 body is at most 1 MiB, but each of its events is kept with what they share.
MAX_EVENTS = 1000
MAX_SPLIT_BYTES = 16 * 1024 * 1024
# Taps on buttons and list rows say what their label says.
TEXT_TYPES = frozenset({"text", "quick_reply", "button_reply", "list_reply"})
# Gupshup's word for the kind (v2's "file" and v3's "document" are one) and ours.
MEDIA_TYPES = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "file": "document",
    "document": "document",
    "sticker": "sticker",
}
URL_LIMIT = 4_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MILLISECONDS_FROM = 10**11

Json = dict[str, Any]


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
class MediaLink:
    """Where the file of a message lies, until when (None: not said), what the sender calls it."""

    url: str
    expires_at: datetime | None
    file_name: str


@dataclass(frozen=True)
class CustomerMessage:
    """What a customer sent: a text, or media whose caption is the text.

    ``happened_at`` is None where the event's time can't be meant.
    """

    provider_id: str | None
    phone: str
    profile_name: str
    kind: str
    text: str
    media: MediaLink | None
    happened_at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """What became of a message of ours: enqueued, sent, delivered, read or failed."""

    kind: str
    provider_id: str
    whatsapp_id: str
    phone: str | None
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
    shape = _as_v2(data)
    return [Event(shape, body, _key(shape, body))]


def read(raw: bytes) -> CustomerMessage | Receipt | None:
    """The stored event as something the desk understands, else None."""
    event = split(raw)[0].body
    payload = obj(event.get("payload"))
    happened_at = _moment(event.get("timestamp"))
    if event.get("type") == "message":
        return _customer_message(payload, happened_at)
    if event.get("type") == "message-event":
        return _receipt(payload, happened_at)
    return None


def obj(value: Any) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def clean(value: Any, limit: int) -> str:
    """A string or number as text that can be stored, bounded; all else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _UNSTORABLE.sub("", str(value))[:limit]


def identifier(value: Any) -> str:
    """An id as sent; a longer one than we index is replaced by its digest."""
    text = clean(value, 1_000_000)
    return text if len(text) <= ID_LIMIT else _digest(text.encode())


def sender_phone(payload: Json) -> str | None:
    """Who wrote: WhatsApp gives the full number without plus, so ours is never guessed local."""
    candidates = (payload.get("source"), obj(payload.get("sender")).get("phone"))
    return next((phone for value in candidates if (phone := _phone(value))), None)


def _phone(value: Any) -> str | None:
    digits = clean(value, 40).strip().lstrip("+")
    return normalise_phone(f"+{digits}") if digits.isascii() and digits.isdigit() else None


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
    return f"body:{_digest(raw)}"


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _moment(value: Any) -> datetime | None:
    """A time in seconds or milliseconds, number or digits; None for what no event can have."""
    digits = clean(value, 20)
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    seconds = number / 1000 if number > _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _customer_message(payload: Json, happened_at: datetime | None) -> CustomerMessage | None:
    inner, given = obj(payload.get("payload")), clean(payload.get("type"), 40)
    kind = MEDIA_TYPES.get(given, "text")
    text = clean(inner.get("caption" if given in MEDIA_TYPES else "text"), TEXT_LIMIT)
    if given in TEXT_TYPES:
        text = text or clean(inner.get("title"), TEXT_LIMIT)
    phone = sender_phone(payload)
    is_known = given in MEDIA_TYPES or (given in TEXT_TYPES and text)
    if not is_known or phone is None:
        return None
    return CustomerMessage(
        provider_id=identifier(payload.get("id")) or None,
        phone=phone,
        profile_name=clean(obj(payload.get("sender")).get("name"), 200),
        kind=kind,
        text=text,
        media=_media_link(inner) if given in MEDIA_TYPES else None,
        happened_at=happened_at,
    )


def _media_link(inner: Json) -> MediaLink:
    """A link that is missing or absurdly long is empty: the message still counts."""
    url = clean(inner.get("url"), URL_LIMIT + 1)
    return MediaLink(
        url=url if len(url) <= URL_LIMIT else "",
        expires_at=_moment(inner.get("urlExpiry")),
        file_name=clean(inner.get("name") or inner.get("filename"), 200),
    )


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
        phone=_phone(payload.get("destination")),
        error=f"{code}: {reason}".strip(": "),
        happened_at=happened_at,
    )


def _split_v3(data: Json) -> list[Event]:
    events: list[Event] = []
    size = 0
    for part in _single_v3_bodies(data):
        raw = json.dumps(part).encode()
        size += len(raw)
        if len(events) == MAX_EVENTS or size > MAX_SPLIT_BYTES:
            raise NotAnEvent("The body holds more events than any true one.")
        shape = _as_v2(part)
        events.append(Event(shape, raw, _key(shape, raw)))
    return events


def _single_v3_bodies(data: Json) -> Iterator[Json]:
    """The v3 body once for each message, status or other change in it, alone."""
    for entry in (obj(entry) for entry in data["entry"]):
        changes = entry.get("changes")
        for change in (obj(c) for c in changes) if isinstance(changes, list) else ():
            for value in _single_values(obj(change.get("value"))):
                yield {**data, "entry": [{**entry, "changes": [{**change, "value": value}]}]}


def _single_values(value: Json) -> Iterator[Json]:
    lists = {
        name: items
        for name in ("messages", "statuses")
        if isinstance(items := value.get(name), list) and items
    }
    rest = {name: item for name, item in value.items() if name not in lists}
    for name, items in lists.items():
        for item in items:
            yield {**rest, name: [item]}
    if not lists:
        yield value


def _as_v2(data: Json) -> Json:
    """A v3 body with one event in the shape of v2; one we don't know keeps its own."""
    value = obj(_first(obj(_first(data.get("entry"))).get("changes")).get("value"))
    if message := _first(value.get("messages")):
        return _message_as_v2(message, _contact_of(message, value.get("contacts")))
    if status := _first(value.get("statuses")):
        return _status_as_v2(status)
    return data


def _first(items: Any) -> Json:
    return obj(items[0]) if isinstance(items, list) and items else {}


def _contact_of(message: Json, contacts: Any) -> Json:
    known = [obj(contact) for contact in contacts] if isinstance(contacts, list) else []
    own = (contact for contact in known if contact.get("wa_id") == message.get("from"))
    return next(own, _first(known))


def _message_as_v2(message: Json, contact: Json) -> Json:
    phone = message.get("from") or contact.get("wa_id")
    kind = clean(message.get("type"), 40)
    inner = obj(message.get(kind)) if kind in MEDIA_TYPES else {}
    if kind == "text":
        inner = {"text": obj(message.get("text")).get("body")}
    sender = {
        "phone": phone,
        "name": obj(contact.get("profile")).get("name"),
        "userId": contact.get("user_id"),
    }
    payload = {"id": message.get("id"), "source": phone, "type": kind}
    return {
        "type": "message",
        "timestamp": message.get("timestamp"),
        "payload": {**payload, "payload": inner, "sender": sender},
    }


def _status_as_v2(status: Json) -> Json:
    error = _first(status.get("errors"))
    return {
        "type": "message-event",
        "timestamp": status.get("timestamp"),
        "payload": {
            "id": status.get("id"),
            "gsId": status.get("gs_id"),
            "type": status.get("status") or status.get("type"),
            "destination": status.get("recipient_id"),
            "payload": {
                "code": error.get("code") or status.get("code"),
                "reason": error.get("title") or status.get("reason"),
            },
        },
    }
