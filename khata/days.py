"""The day on which something enters the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_past: ContextVar[dt.date | None] = ContextVar("posting_day", default=None)


def posting_day() -> dt.date:
    """Today in the shop, or the day of the history that is being written down."""
    return _past.get() or timezone.localdate()


@contextmanager
def as_of(day: dt.date) -> Iterator[None]:
    """What happens inside happened on that day: for taking over a shop's past."""
    token = _past.set(day)
    try:
        yield
    finally:
        _past.reset(token)
