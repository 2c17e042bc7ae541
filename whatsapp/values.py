"""Single values out of untrusted JSON: bounded, and such as PostgreSQL can store."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from customers.phones import normalise_phone

ID_LIMIT = 200
TEXT_LIMIT = 20_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MILLISECONDS_FROM = 10**11

Json = dict[str, Any]


def obj(value: Any) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def clean(value: Any, limit: int) -> str:
    """A string or number as text that can be stored, bounded; all else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _UNSTORABLE.sub("", str(value))[:limit]


def identifier(value: Any) -> str:
    """An id as sent; a longer one than we index is replaced by its digest."""
    text = clean(value, 1_000_000)
    return text if len(text) <= ID_LIMIT else digest(text.encode())


def first(items: Any) -> Json:
    """The first of a list if it is a JSON object, else an empty one."""
    return obj(items[0]) if isinstance(items, list) and items else {}


def phone_number(value: Any) -> str | None:
    """E.164 of digits with or without plus; WhatsApp always gives the country code."""
    digits = clean(value, 40).strip().lstrip("+")
    return normalise_phone(f"+{digits}") if digits.isascii() and digits.isdigit() else None


def digest(raw: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def moment(value: Any) -> datetime | None:
    """A time in seconds or milliseconds, number or digits; None for what no event can have."""
    digits = clean(value, 20)
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    seconds = number / 1000 if number > _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def number(value: Any, *, limit: float) -> float | None:
    """A number or numeric string within ±limit, else None."""
    try:
        found = float(clean(value, 40))
    except ValueError:
        return None
    return found if isfinite(found) and abs(found) <= limit else None


def objects(value: Any, *, limit: int) -> list[Json]:
    """The JSON objects of a list, at most so many."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)][:limit]
