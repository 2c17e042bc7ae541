"""What the customer wrote about a draft, as the review desk shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drafts.admin.highlighting import Segment, highlight
from drafts.models import DraftMessage, OrderDraft
from drafts.sources import text_of
from whatsapp.admin.parts import STATES
from whatsapp.models import Direction, Message, MessageStatus

# Of what the shop itself wrote since the draft's first message.
MOST_OURS = 10


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message; ``again`` where another one said the same before, ``later`` where it asks
    for changes of what was read from the others."""

    message: Message
    segments: list[Segment]
    intent: str
    again: bool = False
    later: bool = False

    @property
    def ours(self) -> bool:
        return self.message.direction == Direction.OUT

    @property
    def state(self) -> tuple[str, str]:
        """Mark and words of where a message of ours is."""
        mark, words = STATES[MessageStatus(self.message.status)]
        return mark, str(words)


def messages_of(draft: OrderDraft) -> list[DraftMessage]:
    """The messages that the draft was read from, in their order, in one query."""
    rows = draft.source.draft_messages.select_related("message__analysis", "message__media")
    return list(rows)


def joined(rows: Iterable[DraftMessage]) -> str:
    """The texts that the lines' words are counted in."""
    return "\n".join(text_of(row.message) for row in rows)


def bubbles(rows: list[DraftMessage], spans: Iterable[tuple[int, int, int]]) -> list[Bubble]:
    """The messages with the words that lines were read from; spans as highlight takes them."""
    segments = highlight([text_of(row.message) for row in rows], spans)
    return [
        Bubble(row.message, parts, intent_of(row.message), again=row.repeats_id is not None)
        for row, parts in zip(rows, segments, strict=True)
    ]


def later_bubbles(messages: Iterable[Message]) -> list[Bubble]:
    """The messages that ask to change the draft."""
    return [
        Bubble(message, [Segment(text_of(message))], intent_of(message), later=True)
        for message in messages
    ]


def our_bubbles(draft: OrderDraft, rows: list[DraftMessage]) -> list[Bubble]:
    """What the shop wrote since the draft's first message, the newest ten."""
    if not rows:
        return []
    first = min(row.message.happened_at for row in rows)
    ours = Message.objects.filter(
        chat=draft.chat_id, direction=Direction.OUT, happened_at__gte=first
    )
    newest = ours.select_related("media").order_by("-happened_at", "-pk")[:MOST_OURS]
    return [Bubble(message, [Segment(message.text)], "") for message in newest]


def in_order(all_bubbles: Iterable[Bubble]) -> list[Bubble]:
    """As a chat shows them: in the order in which they were written."""
    return sorted(all_bubbles, key=lambda bubble: (bubble.message.happened_at, bubble.message.pk))


def intent_of(message: Message) -> str:
    """What the message was read as; empty while it is not read."""
    analysis = getattr(message, "analysis", None)
    return analysis.intent if analysis else ""
