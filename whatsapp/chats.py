"""What staff do with a chat: find it, answer in it."""

from __future__ import annotations

import re
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import CustomerAlias, User
from customers.phones import normalise_phone
from customers.words import begin_with
from whatsapp.errors import WindowClosed
from whatsapp.models import Chat, Message, MessageWords
from whatsapp.outbox import queue_text
from whatsapp.window import why_not_sendable

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]*")


def find_chats(chats: QuerySet[Chat], text: str) -> QuerySet[Chat]:
    """The chats with a customer of such a name, such digits in the number, or these words.

    Each word of the text must begin a word of one and the same message.
    """
    customer = "identity__customer"
    wanted = Q(**{f"{customer}__name__icontains": text}) | Q(identity__profile_name__icontains=text)
    aliases = CustomerAlias.objects.filter(name__icontains=text)
    wanted |= Q(**{f"{customer}__in": aliases.values("customer")})
    wanted |= Q(pk__in=messages_with(text).values("chat"))
    if _PHONE.fullmatch(text):
        wanted |= Q(identity__phone__contains="".join(filter(str.isdecimal, text)))
    if phone := normalise_phone(text):
        wanted |= Q(identity__phone=phone)
    return chats.filter(wanted)


def messages_with(text: str) -> QuerySet[Message]:
    """The messages of which each word of the text begins a word, by index."""
    return Message.objects.filter(begin_with(MessageWords("text"), text))


@transaction.atomic
def answer(chat: Chat, text: str, *, key: str = "", by: User | None) -> tuple[Message, bool]:
    """Queue what staff wrote; the message, and whether it is new.

    The same ``key`` in the same chat is the same message: a second click sends nothing.
    Raises WindowClosed for a new one, InvalidInput for one without words.
    """
    purpose = f"staff:{chat.pk}:{key or uuid4().hex}"
    if known := Message.objects.filter(purpose=purpose).first():
        return known, False
    if not text.strip():
        raise InvalidInput(_("There is nothing to send."), attr="text")
    if reason := why_not_sendable(chat):
        raise WindowClosed(reason)
    return queue_text(chat, text, purpose=purpose, by=by), True
