"""One answer a draft, when the quiet window is over: what was understood."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.speaking import language_of
from drafts.jobs import defer_reply
from drafts.locking import lock_chat, lock_draft
from drafts.models import Analysis, AnalysisStatus, DraftEntry, OrderDraft
from drafts.recording import raw_message
from whatsapp.outbox import queue_text

# About as long as all attempts at a reading take.
PATIENCE = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=5)
MAX_LINES = 20
MAX_LINE = 120
NOT_READ = gettext_lazy("We got your message; a person will read it.")
BEFORE = gettext_lazy("We got your order:")
AFTER = gettext_lazy("We will check it and confirm.")
AFTER_CHANGES = gettext_lazy("We got what you want changed too; we will check it and confirm.")


@transaction.atomic
def send_due_reply(draft_id: int) -> None:
    """Queue the one reply of a draft whose quiet window is over.

    Before that time it only comes back then, and so it does while a message of that
    window is still unread; after a reply (or a discarding) there is nothing due. One
    transaction holds the reply's row and the mark.
    """
    chat_id = OrderDraft.objects.values_list("chat_id", flat=True).get(pk=draft_id)
    chat, draft = lock_chat(chat_id), lock_draft(draft_id)
    if draft.reply_due_at is None:
        return
    now = timezone.now()
    again = draft.reply_due_at if draft.reply_due_at > now else _when_read(draft, now)
    if again is not None:
        defer_reply(draft.pk, draft.chat_id, at=again)
        return
    if _was_sent_to_us(draft):
        queue_text(chat, reply_text(draft), purpose=f"draft:{draft.pk}:received")
    draft.reply_due_at = None
    draft.save(update_fields=["reply_due_at", "updated_at"])


def _was_sent_to_us(draft: OrderDraft) -> bool:
    """Not only taken over from an exported chat, to which an answer would come out of the blue."""
    return draft.draft_messages.filter(message__imported=None).exists()


def _when_read(draft: OrderDraft, now: datetime) -> datetime | None:
    """When to look again for the rest of the burst; None where nothing is missing.

    A reader that fails for minutes delays the reply that long at most; what it reads
    afterwards makes a draft of its own.
    """
    assert draft.reply_due_at is not None  # noqa: S101 - the caller has looked
    unread = Analysis.objects.filter(
        message__chat=draft.chat_id,
        message__happened_at__lt=draft.reply_due_at,
        status__in=(AnalysisStatus.PENDING, AnalysisStatus.RUNNING),
    )
    if now - draft.reply_due_at >= PATIENCE or not unread.exists():
        return None
    return now + LOOK_AGAIN


def reply_text(draft: OrderDraft) -> str:
    """What the customer reads: the shop's own product names and the customer's own words.

    Nothing that only a model wrote is ever sent, whatever a message talked it into.
    The words around them are in the customer's language.
    """
    with translation.override(language_of(draft.chat.identity.customer)):
        return _written(draft)


def _written(draft: OrderDraft) -> str:
    own = Q(draft=draft) | Q(draft__split_from=draft)
    entries = list(DraftEntry.objects.filter(own).select_related("product", "message"))
    if not entries:
        return str(NOT_READ)
    said = raw_message(draft)
    lines = [f"• {_line(entry, said)}" for entry in entries[:MAX_LINES]]
    if len(entries) > MAX_LINES:
        lines.append(_("• and %(count)s more") % {"count": len(entries) - MAX_LINES})
    after = AFTER_CHANGES if draft.later_messages.exists() else AFTER
    return "\n".join([str(BEFORE), *lines, str(after)])


def _line(entry: DraftEntry, said: str) -> str:
    quantity = f"{entry.quantity.normalize():f} × " if entry.quantity is not None else ""
    what, whom = _what(entry, said), entry.client_name
    details = ", ".join(text for text in _details(entry, said) if text not in what.split())
    line = f"{quantity}{what}{f' ({details})' if details else ''}"
    if _was_said(whom, said):
        line = _("%(line)s for %(whom)s") % {"line": line, "whom": whom}
    return _one_line(line)


def _details(entry: DraftEntry, said: str) -> list[str]:
    """Size and colour as the shop's product has them or the customer said them, and the weight."""
    ours = (entry.product.size, entry.product.color) if entry.product else ()
    traits = [text for text in (entry.size, entry.color) if text in ours or _was_said(text, said)]
    weight = [f"{entry.weight.normalize():f} g"] if entry.weight and entry.product else []
    return [text for text in traits if text] + weight


def _what(entry: DraftEntry, said: str) -> str:
    if entry.product is not None:
        return entry.product.name
    if _was_said(entry.said, said):
        return entry.said
    if entry.source_start is not None and entry.source_end is not None:
        return said[entry.source_start : entry.source_end]
    is_ours = entry.message_id is None
    return entry.item_name if is_ours or _was_said(entry.item_name, said) else _("one line")


def _was_said(words: str, said: str) -> bool:
    return bool(words) and words.casefold() in said.casefold()


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_LINE else f"{flat[: MAX_LINE - 1]}…"
