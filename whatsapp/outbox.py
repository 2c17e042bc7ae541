"""Messages to customers: a row first; whatsapp/sending.py hands it to the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.due import GRACE
from customers.models import User
from whatsapp import queueing
from whatsapp.allowing import OTHERWISE, refusal, take_other_way
from whatsapp.errors import NotResendable
from whatsapp.logbook import log_by_hand
from whatsapp.models import Chat, Direction, Message, MessageStatus
from whatsapp.outgoing import (
    Button,
    Buttons,
    Choices,
    Document,
    Outgoing,
    Picture,
    Section,
    TemplateMessage,
    Text,
    as_row,
    checked,
)

RESENDABLE = (MessageStatus.FAILED, MessageStatus.PERHAPS_SENT)


def queue_text(chat: Chat, text: str, *, purpose: str, by: User | None = None) -> Message:
    """The message of this purpose to a chat, queued with its job unless it exists already.

    Joins the caller's transaction. A text over WhatsApp's 4096 characters is
    shortened and ends in an ellipsis.
    """
    return _queue(chat, Text(text), purpose=purpose, by=by)


def queue_buttons(
    chat: Chat,
    text: str,
    buttons: Sequence[Button],
    *,
    purpose: str,
    footer: str = "",
    by: User | None = None,
) -> Message:
    """As queue_text, with one to three buttons to tap; raises InvalidInput past a limit."""
    return _queue(chat, Buttons(text, buttons, footer), purpose=purpose, by=by)


def queue_list(
    chat: Chat,
    text: str,
    sections: Sequence[Section],
    *,
    title: str,
    label: str,
    purpose: str,
    by: User | None = None,
) -> Message:
    """As queue_text, with a button (``label``) that opens a list; raises InvalidInput."""
    return _queue(chat, Choices(text, title, label, sections), purpose=purpose, by=by)


def queue_image(
    chat: Chat, url: str, *, purpose: str, caption: str = "", by: User | None = None
) -> Message:
    """As queue_text, a picture that WhatsApp fetches from the link; raises InvalidInput."""
    return _queue(chat, Picture(url, caption), purpose=purpose, by=by)


def queue_document(
    chat: Chat,
    url: str,
    *,
    file_name: str,
    purpose: str,
    caption: str = "",
    by: User | None = None,
) -> Message:
    """As queue_text, a document that WhatsApp fetches from the link; raises InvalidInput."""
    return _queue(chat, Document(url, file_name, caption), purpose=purpose, by=by)


def queue_template(
    chat: Chat, template: TemplateMessage, *, purpose: str, by: User | None = None
) -> Message:
    """As queue_text, an approved template, which may go at any time to who agreed to notices."""
    return _queue(chat, template, purpose=purpose, by=by, needs_consent=True)


def queue_notice(
    chat: Chat,
    text: str,
    template: TemplateMessage | None,
    *,
    purpose: str,
    by: User | None = None,
) -> Message:
    """As queue_text, a notice: it leaves only while the customer agrees to notices.

    The text goes if there is one and the 24-hour window is open when its turn comes,
    else the template; one of the two must be given.
    """
    if not text and template is not None:
        return queue_template(chat, template, purpose=purpose, by=by)
    spare = {OTHERWISE: as_row(template)} if template is not None else {}
    return _queue(chat, Text(text), purpose=purpose, by=by, needs_consent=True, spare=spare)


def queue_code(chat: Chat, text: str, template: TemplateMessage | None, *, purpose: str) -> Message:
    """As queue_notice, what somebody asked for themselves: it needs no consent to notices."""
    if not text and template is not None:
        return _queue(chat, template, purpose=purpose, by=None)
    spare = {OTHERWISE: as_row(template)} if template is not None else {}
    return _queue(chat, Text(text), purpose=purpose, by=None, spare=spare)


def _queue(
    chat: Chat,
    content: Outgoing,
    *,
    purpose: str,
    by: User | None,
    needs_consent: bool = False,
    spare: Mapping[str, Any] | None = None,
) -> Message:
    existing = Message.objects.filter(purpose=purpose).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            row = as_row(checked(content))
            row["details"] |= spare or {}
            message = _insert(chat, row, purpose=purpose, by=by, needs_consent=needs_consent)
    except IntegrityError:  # another transaction was quicker
        return Message.objects.get(purpose=purpose)
    defer_send(message)
    return message


def _insert(
    chat: Chat, row: dict[str, Any], *, purpose: str, by: User | None, needs_consent: bool
) -> Message:
    now = timezone.now()
    return Message.objects.create(
        chat=chat,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        **row,
        purpose=purpose,
        needs_consent=needs_consent,
        requested_by=by,
        happened_at=now,
        next_attempt_at=now + GRACE,
    )


def defer_send(message: Message) -> None:
    """Queue the sending, in order with all else that is done about this chat."""
    lock = f"chat-{message.chat_id}"
    queueing.defer_job(queueing.SEND_MESSAGE, lock=lock, message_id=message.pk)


def resend(message: Message, *, by: User) -> Message:
    """Queue a message again that failed or perhaps went out, because a person decided so.

    Its attempts and ids start anew; who did it and what was before stands in the
    message's log. A notice whose window is closed meanwhile becomes its template. Raises
    NotResendable from any other state, and what forbids to send it now: WindowClosed,
    NotOptedIn, NoApprovedTemplate.
    """
    with transaction.atomic():
        before = Message.objects.select_for_update().get(pk=message.pk)
        if before.direction != Direction.OUT or before.status not in RESENDABLE:
            raise NotResendable(_("Only a message that failed or perhaps went out is sent again."))
        take_other_way(before, before.chat)
        if forbidden := refusal(before, before.chat):
            raise forbidden
        Message.objects.filter(pk=message.pk).update(
            status=MessageStatus.QUEUED,
            attempt_count=0,
            provider_id=None,
            whatsapp_id=None,
            sent_at=None,
            requested_by=by,
            next_attempt_at=timezone.now() + GRACE,
        )
        said = f"Sent again; before: {before.get_status_display()}. {before.last_error}"
        log_by_hand(before, said, by=by)
        message.refresh_from_db()
        defer_send(message)
    return message
