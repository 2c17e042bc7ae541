"""Codes that people ask for to get into their account (settings.CUSTOMER_EVENT_HANDLERS).

The message's row never holds the code: it is made at the moment of sending, and only its
keyed hash is kept (customers/account_messages.py). So neither staff, who read the chat, nor
a copy of the database can use it. A message that is sent again carries a new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from customers.account_messages import fresh_code
from customers.identities import identify_sender
from customers.models import AccountMessage
from customers.telling import CODE_DUE
from whatsapp.composing import compose
from whatsapp.errors import NoticeOff
from whatsapp.gateway import GatewayRefused
from whatsapp.models import Chat, Message, Notice, NoticeEvent
from whatsapp.notice_fields import CODE, code_values
from whatsapp.outbox import queue_code
from whatsapp.outgoing import Outgoing, TemplateMessage, Text

PURPOSE = "account-code:"


def on_customer_event(*, event: str, **data: Any) -> None:
    """Queue the message for a code that is due.

    Raises NoticeOff, and NoApprovedTemplate where the 24-hour window is closed and the
    shop chose no template for codes.
    """
    if event == CODE_DUE:
        _queue(data["message"])


def _queue(asked: AccountMessage) -> Message:
    event = NoticeEvent.ACCOUNT_CODE
    if not Notice.objects.filter(event=event, is_on=True).exists():
        raise NoticeOff(_("Notices “%(label)s” are switched off.") % {"label": event.label})
    identity = identify_sender(asked.address)
    chat = Chat.objects.get_or_create(identity=identity)[0]
    said = compose(event, code_values(), customer=identity.customer, chat=chat)
    return queue_code(chat, said.text, said.template, purpose=f"{PURPOSE}{asked.pk}")


def with_code(message: Message, content: Outgoing) -> Outgoing:
    """What leaves: the content with a fresh code in its place, if the message is for one.

    Raises GatewayRefused where the code is not wanted any more.
    """
    purpose = message.purpose or ""
    if not purpose.startswith(PURPOSE):
        return content
    code = fresh_code(purpose.removeprefix(PURPOSE))
    if code is None:
        raise GatewayRefused(_("The code was asked for too long ago."), permanent=True)
    if isinstance(content, TemplateMessage):
        params = [value.replace(CODE, code) for value in content.params]
        return replace(content, params=params, text=content.text.replace(CODE, code))
    assert isinstance(content, Text)  # noqa: S101 - queue_code makes no other
    return Text(content.text.replace(CODE, code))
