"""The pieces of a conversation's page, each with a mark by which polling knows what changed.

A page says which pieces it shows in which state (``seen``); the answer holds only those
that differ, and the messages it doesn't have yet, each to be put behind its predecessor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drafts.models import OrderDraft
from whatsapp.models import Message, MessageStatus

# What staff see for each state of an outbound message: mark, words.
STATES = {
    MessageStatus.QUEUED: ("◷", _("queued")),
    MessageStatus.SENDING: ("◷", _("being sent")),
    MessageStatus.SENT: ("✓", _("sent")),
    MessageStatus.DELIVERED: ("✓✓", _("delivered")),
    MessageStatus.READ: ("✓✓", _("read")),
    MessageStatus.FAILED: ("✗", _("failed")),
    MessageStatus.PERHAPS_SENT: ("?", _("perhaps sent")),
}
RESENDABLE = (MessageStatus.FAILED, MessageStatus.PERHAPS_SENT)


@dataclass(frozen=True)
class Part:
    """A piece of the page that polling replaces by itself."""

    name: str
    template: str
    context: dict[str, Any]

    @cached_property
    def html(self) -> str:
        return render_to_string(self.template, self.context)

    @cached_property
    def mark(self) -> str:
        """Two states of a piece with the same mark look the same."""
        return hashlib.sha256(self.html.encode()).hexdigest()[:8]

    @property
    def state(self) -> str:
        return f"{self.name}.{self.mark}"


@dataclass(frozen=True)
class Turn:
    """One message as a bubble; ``new_day`` where no earlier one shown is of its day."""

    message: Message
    after: int | None
    new_day: bool
    body: Part
    foot: Part

    @property
    def parts(self) -> tuple[Part, Part]:
        return self.body, self.foot


def turns_of(messages: Sequence[Message], before: Message | None) -> list[Turn]:
    """The bubbles of these messages, oldest first; ``before`` is the one before the first."""
    turns = []
    for message in messages:
        new_day = before is None or _day(before) != _day(message)
        after = before.pk if before else None
        turns.append(Turn(message, after, new_day, _body(message), _foot(message)))
        before = message
    return turns


def _day(message: Message) -> Any:
    return timezone.localtime(message.happened_at).date()


def _body(message: Message) -> Part:
    return Part(f"b{message.pk}", "desk/chat_body.html", {"message": message})


def _foot(message: Message) -> Part:
    mark, words = STATES.get(MessageStatus(message.status), ("", ""))
    analysis = getattr(message, "analysis", None)
    context = {
        "message": message,
        "mark": mark,
        "words": words,
        "intent": analysis.intent if analysis else "",
        "draft": _draft_of(message),
        "about": getattr(message, "about", None),
        "resendable": message.status in RESENDABLE,
    }
    return Part(f"f{message.pk}", "desk/chat_foot.html", context)


def _draft_of(message: Message) -> OrderDraft | None:
    joined = getattr(message, "draft_message", None)
    return joined.draft if joined else None


def changed_parts(parts: Iterable[Part], seen: frozenset[str]) -> list[Part]:
    """The pieces that a page shows in another state than they are in now."""
    shown = {state.partition(".")[0] for state in seen}
    return [part for part in parts if part.name in shown and part.state not in seen]


def new_turns(turns: Sequence[Turn], seen: frozenset[str]) -> list[Turn] | None:
    """The bubbles that a page lacks; None where it lags so far behind that it must be reloaded."""
    shown = {state.partition(".")[0] for state in seen}
    known = [turn.body.name in shown for turn in turns]
    if any(known):
        first = known.index(True)
        return [turn for turn in turns[first:] if turn.body.name not in shown]
    has_turns = any(name.startswith("b") for name in shown)
    began_now = not turns or turns[0].after is None
    return None if has_turns or not began_now else list(turns)
