"""May the desk write to this customer now? WhatsApp's 24-hour window, and hidden numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whatsapp.models import Chat

# Source: https://docs.gupshup.io/docs/session-messages-1 ("24 hour window")
WINDOW = timedelta(hours=24)
CLOSED = _("The customer last wrote more than 24 hours ago: only a template may be sent.")
NEVER_WROTE = _("The customer has not written to the shop yet: only a template may be sent.")
HIDDEN_NUMBER = _("WhatsApp hides this customer's number.")


def may_write(chat: Chat, now: datetime) -> bool:
    """Whether WhatsApp would take a free text to this customer now."""
    return chat.last_inbound_at is not None and now - chat.last_inbound_at < WINDOW


def why_not_sendable(chat: Chat, *, template: bool = False) -> str:
    """Why nothing (with ``template``: not even a template) can go to this chat now, or empty."""
    if chat.identity.phone is None:
        return str(HIDDEN_NUMBER)
    if template or may_write(chat, timezone.now()):
        return ""
    return str(CLOSED if chat.last_inbound_at else NEVER_WROTE)
