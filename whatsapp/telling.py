"""Telling the apps above of a message (settings.MESSAGE_EVENT_HANDLERS)."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from whatsapp.models import Message


def tell_handlers(message: Message) -> None:
    """Call each handler in order, inside the caller's transaction.

    A message with media is told of when its file is here, failed, or is late; a late
    file that comes after all is told of again.
    """
    for handler in settings.MESSAGE_EVENT_HANDLERS:
        import_string(handler)(message=message)
