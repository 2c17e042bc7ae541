"""Phone numbers: one normal form, E.164."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from django.conf import settings

_DIGITS = re.compile(r"\d")


def normalise_phone(text: str | None) -> str | None:
    """Return E.164 (``+919812345678``), or None where phonenumbers finds it impossible.

    WhatsApp writes full international numbers without the plus; a shop's staff
    write national ones: the reading that phonenumbers finds valid wins.
    """
    digits = "".join(_DIGITS.findall(text or ""))
    if not 8 <= len(digits) <= 15:
        return None
    if mobile := _own_mobiles(settings.PHONE_REGION).fullmatch(digits):
        return f"+{_country(settings.PHONE_REGION)}{mobile[1]}"
    candidates = [f"+{digits}"] if (text or "").strip().startswith("+") else [digits, f"+{digits}"]
    parsed = [number for c in candidates if (number := _parse(c)) is not None]
    for check in (phonenumbers.is_valid_number, phonenumbers.is_possible_number):
        for number in parsed:
            if check(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def phone_digits(e164: str | None) -> str | None:
    """The number as WhatsApp writes it: country code first, no plus; None for a hidden one."""
    return e164.lstrip("+") if e164 else None


def masked_phone(phone: str) -> str:
    """Enough for its owner to know it again: ``***44``."""
    return f"***{phone[-2:]}" if len(phone) > 2 else "***"


@cache
def _country(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


@cache
def _own_mobiles(region: str) -> re.Pattern[str]:
    """Mobiles of the shop's own country, as typed there or with its code: most of all numbers.

    The pattern is phonenumbers' own, without the half millisecond that parsing takes.
    """
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = (metadata.general_desc, metadata.mobile) if metadata else ()
    general, mobile = [kind.national_number_pattern if kind else "" for kind in kinds] or ("", "")
    prefix = f"(?:{_country(region)}|0)?"
    return re.compile(f"{prefix}(?=(?:{general})$)((?:{mobile}))", re.ASCII)


def _parse(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return None
