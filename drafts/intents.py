"""What each intent of a message means to the desk, from intents.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("intents.toml").read_text(encoding="utf-8")
)


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


def suggested_reply(intent: str, language: str) -> str:
    """What staff may answer, in the customer's language, else in English; empty for nothing."""
    reply = meaning_of(intent).reply
    return reply.get(language[:2], reply.get("en", ""))
