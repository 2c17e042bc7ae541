"""What each intent of a message means to the desk, from intents.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from drafts.reading.types import Intent

_TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("intents.toml").read_text(encoding="utf-8")
)

_WORDS = {
    Intent.ORDER: _("order"),
    Intent.CANCEL: _("cancels"),
    Intent.CHANGE: _("change"),
    Intent.QUESTION: _("question"),
    Intent.PAYMENT: _("payment"),
    Intent.GREETING: _("greeting"),
    Intent.COMPLAINT: _("complaint"),
    Intent.OTHER: _("other"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The step to take, how soon, the sender's tone, and a reply by language."""

    action: str = "none"
    priority: str = "normal"
    sentiment: str = "neutral"
    reply: dict[str, str] = field(default_factory=dict)


def meaning_of(intent: str) -> Meaning:
    """What the desk makes of an intent; of one not read yet, nothing."""
    return Meaning(**_TABLE.get(intent, {}))


def intent_words(intent: str) -> str:
    """An intent as staff read it, in their language; an unknown one as it is."""
    return str(_WORDS.get(intent, intent))  # type: ignore[call-overload]


def suggested_reply(intent: str, language: str) -> str:
    """What staff may answer, in the customer's language, else in English; empty for nothing."""
    reply = meaning_of(intent).reply
    return reply.get(language[:2], reply.get("en", ""))
