"""Messages to staff's own phones (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from customers.errors import NotReachable
from customers.models import StaffAlert
from customers.telling import ALERT_DUE
from whatsapp.models import Chat, Message
from whatsapp.outbox import queue_text
from whatsapp.window import why_not_sendable

PURPOSE = "staff-alert:"


def on_customer_event(*, event: str, **data: Any) -> None:
    """Queue the message of an alert. Raises NotReachable."""
    if event == ALERT_DUE:
        _queue(data["alert"], data["words"])


def _queue(alert: StaffAlert, words: str) -> Message:
    """To the chat of the account's phone: one that wrote to the shop in the last 24 hours."""
    phone = alert.user.phone
    chat = Chat.objects.filter(identity__phone=phone).first() if phone else None
    if not phone:
        raise NotReachable(_("The account has no phone."))
    if chat is None or why_not_sendable(chat):
        raise NotReachable(
            _("WhatsApp takes it only within 24 hours after this phone wrote to the shop.")
        )
    return queue_text(chat, words, purpose=f"{PURPOSE}{alert.pk}")
