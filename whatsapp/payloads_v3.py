"""Payload format v3 (Meta's own, passed through by Gupshup) taken apart into the shape of v2.

Source: partner-docs.gupshup.io/docs/passthrough-v3-incoming-events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whatsapp.values import Json, clean, first, obj


def single_bodies(data: Json) -> Iterator[Json]:
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


def as_v2(data: Json) -> Json:
    """A v3 body with one event in the shape of v2; one we don't know keeps its own."""
    value = obj(first(obj(first(data.get("entry"))).get("changes")).get("value"))
    if message := first(value.get("messages")):
        return _message_as_v2(message, _contact_of(message, value.get("contacts")))
    if status := first(value.get("statuses")):
        return _status_as_v2(status)
    return data


def _contact_of(message: Json, contacts: Any) -> Json:
    known = [obj(contact) for contact in contacts] if isinstance(contacts, list) else []
    own = (contact for contact in known if contact.get("wa_id") == message.get("from"))
    return next(own, first(known))


def _message_as_v2(message: Json, contact: Json) -> Json:
    phone = message.get("from") or contact.get("wa_id")
    kind, inner = _kind_and_inner(message)
    sender = {
        "phone": phone,
        "name": obj(contact.get("profile")).get("name"),
        "userId": contact.get("user_id"),
    }
    payload = {
        "id": message.get("id"),
        "source": phone,
        "type": kind,
        "context": message.get("context"),
    }
    return {
        "type": "message",
        "timestamp": message.get("timestamp"),
        "payload": {**payload, "payload": inner, "sender": sender},
    }


def _kind_and_inner(message: Json) -> tuple[str, Json]:
    """Type and content as v2 has them; in Meta's shape a tap's id is what v2 calls postback."""
    kind = clean(message.get("type"), 40)
    inner = obj(message.get(kind))
    if kind == "text":
        return kind, {"text": inner.get("body")}
    if kind == "button":  # a template's quick reply
        return "quick_reply", {"text": inner.get("text"), "postbackText": inner.get("payload")}
    if kind == "interactive":
        kind = clean(inner.get("type"), 40)
        inner = obj(inner.get(kind))
        return kind, {"title": inner.get("title"), "postbackText": inner.get("id")}
    if kind == "contacts":
        return kind, {"contacts": message.get("contacts")}
    return kind, inner


def _status_as_v2(status: Json) -> Json:
    error = first(status.get("errors"))
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
