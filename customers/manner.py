"""How the shop says times and amounts: asked for all the time, so every process remembers it.

A change is known at once where it was made and within REMEMBERED seconds elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import reset_format_cache

REMEMBERED = 30.0
SIGNS = {
    "INR": "₹",
    "NPR": "Rs ",
    "BDT": "৳",
    "LKR": "Rs ",
    "AED": "AED ",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """What of the shop's row each page and job needs."""

    time_zone: str = settings.TIME_ZONE
    currency: str = "INR"
    grouping: str = "indian"
    date_style: str = "words"

    @property
    def sign(self) -> str:
        """What stands before an amount."""
        return SIGNS[self.currency]


class _Memory:
    """What this process read last, and until when (time.monotonic) that will do."""

    known: Manner | None = None
    until = 0.0


def manner() -> Manner:
    """The shop's manner, at most REMEMBERED seconds old; the defaults before there is a shop."""
    known = _Memory.known
    if known is None or time.monotonic() >= _Memory.until:
        known = _read()
        remember(known)
    return known


def remembered() -> Manner:
    """What this process read last, however old, without a query; the defaults before it did."""
    return _Memory.known or Manner()


def remember(found: Manner, *, seconds: float = REMEMBERED) -> None:
    """Have this process take it for the shop's manner for so long.

    Django's formats of dates hang on it (config/formats) and are looked up again: also where
    nothing changed, for a thread may have kept an old one while another read the change.
    """
    _Memory.known, _Memory.until = found, time.monotonic() + seconds
    reset_format_cache()


def _read() -> Manner:
    from customers.models import Shop

    names = ("time_zone", "currency", "grouping", "date_style")
    row = Shop.objects.filter(pk=1).values(*names).first()
    return Manner(**row) if row else Manner()


@contextmanager
def in_shops_zone() -> Iterator[None]:
    """Days begin, and times are shown, as the shop's clock says."""
    with timezone.override(ZoneInfo(manner().time_zone)):
        yield
