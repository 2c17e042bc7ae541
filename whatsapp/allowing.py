"""May this very message leave now? The window, consent, and whether its template is approved."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.consent import may_notify
from customers.errors import DeskError
from whatsapp.errors import NoApprovedTemplate, NotOptedIn, WindowClosed
from whatsapp.models import Chat, Message, Template
from whatsapp.outgoing import TEMPLATE
from whatsapp.window import why_not_sendable

NOT_AGREED = _("The customer has not agreed to notices on WhatsApp, or said STOP.")
# Under this name a text keeps the template that takes its place once the window is closed.
OTHERWISE = "otherwise"


def refusal(message: Message, chat: Chat) -> DeskError | None:
    """What forbids to send the message now, as it is known at this moment; None for nothing."""
    if message.needs_consent and not may_notify(chat.identity.customer):
        return NotOptedIn(NOT_AGREED)
    is_template = message.kind == TEMPLATE
    if reason := why_not_sendable(chat, template=is_template):
        return WindowClosed(reason)
    return _template_refusal(message) if is_template else None


def why_not(message: Message, chat: Chat) -> str:
    """As refusal, as the sentence that the admin shows; empty for nothing."""
    return str(refusal(message, chat) or "")


def _template_refusal(message: Message) -> DeskError | None:
    """It was approved when the message was written; WhatsApp may have paused it since."""
    template_id = message.details["template_id"]
    template = Template.objects.filter(gupshup_id=template_id).first()
    if template is None:
        return NoApprovedTemplate(gettext("The desk does not know this template (any more)."))
    reason = template.why_unusable()
    return NoApprovedTemplate(reason) if reason else None


def take_other_way(message: Message, chat: Chat) -> None:
    """A text whose window is closed becomes the template that it was queued with."""
    otherwise: dict[str, Any] | None = message.details.get(OTHERWISE)
    if otherwise is None or message.kind == TEMPLATE or not why_not_sendable(chat):
        return
    Message.objects.filter(pk=message.pk).update(**otherwise)
    message.refresh_from_db(fields=["kind", "text", "details"])
