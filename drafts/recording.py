"""What was read becomes a draft: a new one, or more lines of the burst's open one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext_noop
from simple_history.utils import bulk_create_with_history

from drafts.earlier import Earlier
from drafts.entries import (
    MAX_ENTRIES,
    TOO_MANY_LINES,
    clean_warnings,
    entry_from_reading,
    known_rows,
)
from drafts.jobs import defer_reply
from drafts.learning import note_uses
from drafts.locking import lock_draft
from drafts.models import Analysis, DraftEntry, DraftMessage, DraftStatus, OrderDraft
from drafts.reading.types import Intent, Reading
from drafts.repeats import repeat_warnings, repeated
from drafts.sources import text_of
from orders.slips import allocate_slips
from whatsapp.models import Chat, Message

READ_IT_YOURSELF = gettext_noop("Could not be read automatically: read it yourself.")


def warnings_of(reading: Reading | None, earlier: Earlier | None = None) -> list[str]:
    """What a person must know about a reading; None stands for a failed one.

    ``earlier`` is what it asks for again.
    """
    if reading is None:
        return [READ_IT_YOURSELF]
    warnings = [*reading.warnings, *(earlier.warnings if earlier else [])]
    if len(reading.entries) > MAX_ENTRIES:
        warnings.append(TOO_MANY_LINES)
    if reading.intent == Intent.ORDER and not reading.entries and earlier is None:
        warnings.append(READ_IT_YOURSELF)
    return clean_warnings(warnings)


def record_in_draft(
    chat: Chat, message: Message, reading: Reading | None, earlier: Earlier | None = None
) -> OrderDraft | None:
    """Put a message, and what was read of it (None: nothing could be), into its draft.

    What it asks for again (``earlier``) stands before the lines that were read.

    The caller holds the chat's row lock and has written the message's analysis. A
    message that has a draft was read again: its lines are replaced. One that says again
    what another said joins that one's open draft and brings no lines. None where the
    message's draft is no longer open.
    """
    row = DraftMessage.objects.filter(message=message).first()
    if row is not None:
        draft = lock_draft(row.draft_id)
        if draft.status != DraftStatus.OPEN:
            return None
    else:
        draft, row = _placed(chat, message, reading)
    # The lines of a draft that was split are people's work: they stand in several drafts.
    if reading is not None and not _is_repeat(row) and not draft.parts.exists():
        _replace_entries(draft, message, reading, earlier or Earlier())
    sum_up(draft)
    return draft


def burst_draft(chat: Chat, message: Message) -> OrderDraft | None:
    """The chat's open draft in whose quiet window the message was written, locked.

    When it was written counts, not when it was read: a reader or a worker that is slow
    tears no burst apart.
    """
    quiet = timedelta(seconds=settings.DRAFT_QUIET_SECONDS)
    near = DraftMessage.objects.filter(
        draft=OuterRef("pk"), message__happened_at__lte=message.happened_at + quiet
    )
    drafts = OrderDraft.objects.select_for_update(of=("self",)).filter(
        Exists(near), chat=chat, status=DraftStatus.OPEN, reply_due_at__gt=message.happened_at
    )
    return drafts.first()


def note_later_message(draft: OrderDraft, message: Message) -> None:
    """A message about the draft came: who has it open must look again, and its reply waits."""
    locked = lock_draft(draft.pk)
    due = locked.reply_due_at
    if due is not None and due > message.happened_at:
        _await_reply(locked, message)
    locked.version += 1
    locked.save()


def raw_message(draft: OrderDraft) -> str:
    """The texts of a draft's messages in order, joined by newline."""
    return "\n".join(text_of(row.message) for row in draft.source.draft_messages.all())


def _placed(
    chat: Chat, message: Message, reading: Reading | None
) -> tuple[OrderDraft, DraftMessage]:
    """The draft of a message that has none yet, locked, and its row there."""
    before = repeated(chat, message, reading)
    draft = _still_open(before) or burst_draft(chat, message)
    is_new = draft is None
    draft = draft or _new_draft(chat)
    earlier = before.message if before else None
    row = DraftMessage.objects.create(draft=draft, message=message, repeats=earlier)
    if is_new or draft.reply_due_at is not None:
        _await_reply(draft, message)
    return draft, row


def _still_open(before: DraftMessage | None) -> OrderDraft | None:
    if before is None:
        return None
    draft = lock_draft(before.draft_id)
    return draft if draft.status == DraftStatus.OPEN else None


def _is_repeat(row: DraftMessage) -> bool:
    """Whether the message's lines are in the draft already, by the message it repeats."""
    return DraftMessage.objects.filter(draft=row.draft_id, message=row.repeats_id).exists()


def _new_draft(chat: Chat) -> OrderDraft:
    # Version 0: the summing up at the end of the same transaction makes it 1.
    return OrderDraft.objects.create(chat=chat, customer=chat.identity.customer, version=0)


def _await_reply(draft: OrderDraft, message: Message) -> None:
    """The quiet window begins anew with each message; the one reply comes after it."""
    ends = message.happened_at + timedelta(seconds=settings.DRAFT_QUIET_SECONDS)
    draft.reply_due_at = max(ends, draft.reply_due_at or ends)
    defer_reply(draft.pk, draft.chat_id, at=draft.reply_due_at if _waits() else None)


def _waits() -> bool:
    return settings.DRAFT_QUIET_SECONDS > 0


def _replace_entries(
    draft: OrderDraft, message: Message, reading: Reading, earlier: Earlier
) -> None:
    draft.entries.filter(message=message).delete()
    lines = reading.entries[:MAX_ENTRIES]
    known, base = known_rows(reading), _offset(draft, message)
    entries = [_moved(entry, base) for entry in earlier.entries]
    entries += [entry_from_reading(line, known, text=text_of(message), base=base) for line in lines]
    last = draft.entries.aggregate(last=Max("position"))["last"] or 0
    for number, entry in enumerate(entries, last + 1):
        entry.draft, entry.message, entry.position = draft, message, number
    # Last: the counter's row stays locked until the commit.
    for entry, slip in zip(entries, allocate_slips(len(entries)), strict=True):
        entry.slip_number = slip
    bulk_create_with_history(entries, DraftEntry)
    note_uses(entries)


def _moved(entry: DraftEntry, base: int) -> DraftEntry:
    """From the message's text into raw_message."""
    if entry.source_start is not None and entry.source_end is not None:
        entry.source_start, entry.source_end = entry.source_start + base, entry.source_end + base
    return entry


def _offset(draft: OrderDraft, message: Message) -> int:
    """Where the message's text begins in raw_message."""
    rows = draft.draft_messages.select_related("message__analysis")
    earlier = [text_of(row.message) for row in rows if row.message_id != message.pk]
    before = earlier[: [row.message_id for row in rows].index(message.pk)]
    return sum(len(text) + 1 for text in before)


def sum_up(draft: OrderDraft) -> None:
    """What the draft says of itself follows from the analyses of its messages."""
    analyses = list(
        Analysis.objects.filter(message__draft_message__draft=draft).order_by(
            "message__draft_message"
        )
    )
    said = [text for row in analyses for text in row.warnings]
    draft.warnings = clean_warnings([*repeat_warnings(draft), *said])
    draft.confidence = min((row.confidence for row in analyses), default=0)
    draft.reader = analyses[-1].reader if analyses else ""
    draft.version += 1
    draft.save()
