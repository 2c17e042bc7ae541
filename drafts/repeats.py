"""The same message twice within minutes: taken once, with a warning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from rapidfuzz import fuzz

from drafts.entries import entry_from_reading, known_rows
from drafts.models import DraftEntry, DraftMessage, DraftStatus, OrderDraft
from drafts.reading.types import Reading
from drafts.sources import text_of
from whatsapp.models import Chat, Message

WITHIN = timedelta(minutes=10)
# Two typings of one list; a list that orders something else also differs in what was read.
NEARLY = 90
MAX_QUOTE = 60
SENT_TWICE = "Sent twice, taken once: “{words}”."
ORDERED_BEFORE = "The same words became {orders} a few minutes before."

_NUMBER = re.compile(r"\d+")


def repeated(chat: Chat, message: Message, reading: Reading | None) -> DraftMessage | None:
    """The message of the last minutes, in an open or converted draft, that this one repeats.

    Letter case, signs and blanks don't count. What is not word for word the same must have
    the same numbers and have been read as the same lines.
    """
    earlier = DraftMessage.objects.filter(
        message__chat=chat,
        repeats=None,
        draft__status__in=(DraftStatus.OPEN, DraftStatus.CONVERTED),
        message__happened_at__gte=message.happened_at - WITHIN,
        message__happened_at__lte=message.happened_at + WITHIN,
    ).exclude(message=message)
    said = normal(text_of(message))
    if not said:
        return None
    rows = earlier.select_related("draft", "message__analysis").order_by("-message__happened_at")
    return next((row for row in rows if _repeats(said, row, reading)), None)


def repeat_warnings(draft: OrderDraft) -> list[str]:
    """What the draft's page says of messages that say again what another one said."""
    rows = draft.draft_messages.exclude(repeats=None)
    return [_warning(row) for row in rows.select_related("message__analysis", "repeats")]


def normal(text: str) -> str:
    """The words and numbers of a text in small letters, one blank between them."""
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return " ".join("".join(kept).casefold().split())


def _repeats(said: str, row: DraftMessage, reading: Reading | None) -> bool:
    before = normal(text_of(row.message))
    if said == before:
        return True
    near = _NUMBER.findall(said) == _NUMBER.findall(before) and fuzz.ratio(said, before) >= NEARLY
    return near and reading is not None and _same_lines(row, reading)


def _same_lines(row: DraftMessage, reading: Reading) -> bool:
    known = known_rows(reading)
    read = [entry_from_reading(line, known, text="", base=0) for line in reading.entries]
    had = row.draft.entries.filter(message=row.message_id)
    return bool(read) and Counter(map(_goods, read)) == Counter(map(_goods, had))


def _goods(entry: DraftEntry) -> tuple[object, ...]:
    quantity = None if entry.quantity is None else Decimal(entry.quantity).normalize()
    what = entry.product_id or entry.item_name.casefold()
    return what, quantity, entry.size, entry.color, entry.client_id, entry.client_name.casefold()


def _warning(row: DraftMessage) -> str:
    earlier = DraftMessage.objects.filter(message=row.repeats_id).select_related("draft").first()
    if earlier is None or earlier.draft_id == row.draft_id:
        words = " ".join(text_of(row.message).split())
        short = words if len(words) <= MAX_QUOTE else f"{words[: MAX_QUOTE - 1]}…"
        return SENT_TWICE.format(words=short)
    made = earlier.draft.draft_orders.select_related("order")
    return ORDERED_BEFORE.format(orders=", ".join(str(row.order) for row in made))
