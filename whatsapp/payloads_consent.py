"""Gupshup's and WhatsApp's own events about who wants messages.

Sources: docs.gupshup.io/docs/user-event (opted-in, opted-out: of a retired service) and
partner-docs.gupshup.io/docs/bsuid (user_preferences: the customer tapped Stop or Resume
on the shop's page in WhatsApp itself).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from customers.models import ConsentState
from whatsapp.values import ID_LIMIT, Json, clean, first, moment, obj, objects, phone_number

MAX_PREFERENCES = 100
_OPTS = {"opted-in": ConsentState.OPTED_IN, "opted-out": ConsentState.OPTED_OUT}
_PREFERENCES = {"resume": ConsentState.OPTED_IN, "stop": ConsentState.OPTED_OUT}


@dataclass(frozen=True)
class Preference:
    """What somebody chose, by E.164 number or BSUID; the time is None where it can't be meant."""

    phone: str | None
    bsuid: str
    state: ConsentState
    said: str
    happened_at: datetime | None


def read_preferences(event: Json) -> list[Preference]:
    """Every choice in an event of either payload format; none in any other event."""
    payload = obj(event.get("payload"))
    if event.get("type") == "user-event":
        return list(_opted(payload, moment(event.get("timestamp"))))
    change = obj(first(first(event.get("entry")).get("changes")).get("value"))
    inner = obj(payload.get("payload")) if event.get("type") == "preference-event" else change
    choices = objects(inner.get("user_preferences"), limit=MAX_PREFERENCES)
    return [found for choice in choices if (found := _chosen(choice)) is not None]


def _opted(payload: Json, happened_at: datetime | None) -> Iterator[Preference]:
    said, phone = clean(payload.get("type"), 40), phone_number(payload.get("phone"))
    bsuid = clean(payload.get("userId"), ID_LIMIT)
    if said in _OPTS and (phone or bsuid):
        yield Preference(phone, bsuid, _OPTS[said], said, happened_at)


def _chosen(choice: Json) -> Preference | None:
    value, phone = clean(choice.get("value"), 40), phone_number(choice.get("wa_id"))
    bsuid = clean(choice.get("user_id"), ID_LIMIT)
    if value not in _PREFERENCES or not (phone or bsuid):
        return None
    said = f"{clean(choice.get('category'), 60)}: {value}"
    return Preference(phone, bsuid, _PREFERENCES[value], said, moment(choice.get("timestamp")))
