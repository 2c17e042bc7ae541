"""Telling the apps above of what became of a person (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

# Two identities were one person: ``kept`` and ``gone``, which is deleted after all were told.
JOINED = "joined"
# An identity leads to another customer than ``before``: ``identity``.
MOVED = "moved"


def tell_handlers(event: str, **data: Any) -> None:
    """Call each handler in order, inside the caller's transaction."""
    for handler in settings.CUSTOMER_EVENT_HANDLERS:
        import_string(handler)(event=event, **data)
