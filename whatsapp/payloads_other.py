"""Gupshup's events that ask nothing of the desk.

Probes of the webhook, what a message cost, the number going live. Sources:
partner-docs.gupshup.io/docs/platform-events and /docs/pmp-events,
docs.gupshup.io/docs/user-event. What is not listed here is kept for people to see: an
unknown event, and one that tells of trouble with the account.
"""

from __future__ import annotations

from whatsapp.values import Json, clean, first, obj

_TYPES = frozenset({"billing-event", "platform-event", "onboarding-event"})
_INNER_TYPES = frozenset({"sandbox-start", "set-callback"})


def asks_nothing(event: Json) -> bool:
    """Whether the event, of either payload format, is understood and needs nothing done."""
    field = clean(first(first(event.get("entry")).get("changes")).get("field"), 40)
    outer = clean(event.get("type"), 40) or field
    return outer in _TYPES or clean(obj(event.get("payload")).get("type"), 40) in _INNER_TYPES
