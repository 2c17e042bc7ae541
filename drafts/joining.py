"""A sender turns out to be somebody known (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from simple_history.utils import bulk_update_with_history

from customers.models import Customer, WhatsAppIdentity
from customers.telling import JOINED, MOVED
from drafts.models import DraftStatus, OrderDraft
from whatsapp.models import Chat


def on_customer_event(*, event: str, **data: Any) -> None:
    """Let the sender's drafts follow to the chat and the customer that they belong to now.

    Only open ones change their customer: what was decided stays as it was decided.
    """
    if event == JOINED:
        gone, kept = data["gone"], data["kept"]
        _follow(gone, before=gone.customer, after=kept.customer, chat=_chat_of(kept))
    elif event == MOVED:
        identity = data["identity"]
        _follow(identity, before=data["before"], after=identity.customer, chat=None)


def _chat_of(identity: WhatsAppIdentity) -> Chat | None:
    return Chat.objects.filter(identity=identity).first()


def _follow(
    identity: WhatsAppIdentity, *, before: Customer, after: Customer, chat: Chat | None
) -> None:
    drafts = list(OrderDraft.objects.select_for_update().filter(chat__identity=identity))
    for draft in drafts:
        draft.chat = chat or draft.chat
        if draft.status == DraftStatus.OPEN and draft.customer_id == before.pk:
            draft.customer = after
    reason = f"The sender is customer {after.pk}"
    bulk_update_with_history(drafts, OrderDraft, ["chat", "customer"], default_change_reason=reason)
