"""Telling the apps above of what became of a person (settings.CUSTOMER_EVENT_HANDLERS)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

# Two identities were one person: ``kept`` and ``gone``, which is deleted after all were told.
JOINED = "joined"
# An identity leads to another customer than ``before``: ``identity``.
MOVED = "moved"
# Two customers were one person: ``kept``, ``gone`` (deleted after all were told), and
# ``moves`` (customers/repointing.py), in which each handler notes what it moved.
MERGED = "merged"
# They are two again: ``kept``, ``gone``, and ``moved``, the ids by column. What points at a
# customer has been pointed back already.
UNMERGED = "unmerged"
# A person is forgotten: ``customer``, ``marks`` (customers/marks.py), and ``files``, to which
# each handler adds the storage names to delete.
ERASED = "erased"
# An account showed that its ``email`` or ``phone`` is its own (one is empty): ``user``.
PROVEN = "proven"
# A code is to be sent to a phone: ``message``, an AccountMessage. Who sends it puts what
# ``account_messages.fresh_code`` answers in at the moment of sending; raises DeskError if it can't.
CODE_DUE = "code_due"
# One of the staff is to hear something on WhatsApp: ``alert``, a StaffAlert, and ``words``.
# Raises DeskError if it can't be.
ALERT_DUE = "alert_due"


def tell_handlers(event: str, **data: Any) -> None:
    """Call each handler in order, inside the caller's transaction."""
    for handler in settings.CUSTOMER_EVENT_HANDLERS:
        import_string(handler)(event=event, **data)
