"""Messages to customers: a row first; whatsapp/sending.py hands it to the gateway."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import User
from whatsapp import queueing
from whatsapp.errors import NotResendable, WindowClosed
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
    Text,
    as_row,
    checked,
)
from whatsapp.window import why_not_sendable

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


def _queue(chat: Chat, content: Outgoing, *, purpose: str, by: User | None) -> Message:
    existing = Message.objects.filter(purpose=purpose).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            message = _insert(chat, checked(content), purpose=purpose, by=by)
    except IntegrityError:  # another transaction was quicker
        return Message.objects.get(purpose=purpose)
    defer_send(message)
    return message


def _insert(chat: Chat, content: Outgoing, *, purpose: str, by: User | None) -> Message:
    now = timezone.now()
    return Message.objects.create(
        chat=chat,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        **as_row(content),
        purpose=purpose,
        requested_by=by,
        happened_at=now,
        next_attempt_at=now + queueing.GRACE,
    )


def defer_send(message: Message) -> None:
    """Queue the sending, in order with all else that is done about this chat."""
    lock = f"chat-{message.chat_id}"
    queueing.defer_job(queueing.SEND_MESSAGE, lock=lock, message_id=message.pk)


def resend(message: Message, *, by: User) -> Message:
    """Queue a message again that failed or perhaps went out, because a person decided so.

    Its attempts and ids start anew; who did it and what was before stands in the
    message's log. Raises NotResendable from any other state, and WindowClosed
    where WhatsApp would not take it now.
    """
    with transaction.atomic():
        before = Message.objects.select_for_update().get(pk=message.pk)
        if before.direction != Direction.OUT or before.status not in RESENDABLE:
            raise NotResendable("Only a message that failed or perhaps went out is sent again.")
        if reason := why_not_sendable(before.chat):
            raise WindowClosed(reason)
        Message.objects.filter(pk=message.pk).update(
            status=MessageStatus.QUEUED,
            attempt_count=0,
            provider_id=None,
            whatsapp_id=None,
            sent_at=None,
            requested_by=by,
            next_attempt_at=timezone.now() + queueing.GRACE,
        )
        said = f"Sent again; before: {before.get_status_display()}. {before.last_error}"
        log_by_hand(before, said, by=by)
        message.refresh_from_db()
        defer_send(message)
    return message
