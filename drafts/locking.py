"""Locks, always in this order: the chat's row, the draft's row, the slip counter."""

from __future__ import annotations

from drafts.errors import DraftGone
from drafts.models import DraftStatus, OrderDraft
from orders.locking import wait_at_most_ten_seconds
from whatsapp.models import Chat


def lock_chat(chat_id: int) -> Chat:
    """The chat's row; ``no_key`` lets a message that comes in meanwhile point to it."""
    wait_at_most_ten_seconds()
    chats = Chat.objects.select_for_update(no_key=True, of=("self",))
    return chats.select_related("identity__customer").get(pk=chat_id)


def lock_draft(draft_id: int) -> OrderDraft:
    """The draft's row as it is now; raises DraftGone where there is none."""
    wait_at_most_ten_seconds()
    drafts = OrderDraft.objects.select_for_update(of=("self",))
    found = drafts.select_related("customer", "chat").filter(pk=draft_id).first()
    if found is None:
        raise DraftGone
    return found


def lock_open_draft(draft_id: int) -> OrderDraft:
    """The same, but raises DraftGone where it was converted or discarded."""
    draft = lock_draft(draft_id)
    if draft.status != DraftStatus.OPEN:
        raise DraftGone
    return draft
