"""Who may write to the desk, and counting the rest by day.

The numbers of the environment (ALLOWED_PHONE_NUMBERS) are fixed; the shop's page adds others.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Shop, WhatsAppIdentity
from customers.phones import normalise_phone
from whatsapp.models import IgnoredCount

EVERYBODY = "*"


def is_allowed(phone: str | None, bsuid: str) -> bool:
    """Whether a sender is on the list: ``*`` is everybody, an empty list nobody.

    An identity that is linked to an allowed phone counts as allowed.
    """
    if EVERYBODY in settings.ALLOWED_PHONE_NUMBERS:
        return True
    entries = [*settings.ALLOWED_PHONE_NUMBERS, *Shop.current().allowed_phones]
    if EVERYBODY in entries:
        return True
    allowed = {number for entry in entries if (number := normalise_phone(entry))}
    return phone in allowed or (bool(allowed) and _is_linked(phone, bsuid, allowed))


def _is_linked(phone: str | None, bsuid: str, allowed: set[str]) -> bool:
    own = Q(phone=phone, phone__isnull=False) | Q(bsuid=bsuid, bsuid__gt="")
    linked = Q(phone__in=allowed) | Q(customer__phone__in=allowed)
    return WhatsAppIdentity.objects.filter(own & linked).exists()


def count_ignored() -> None:
    """One more message today, in the shop's zone, of which nothing is kept."""
    today, _ = IgnoredCount.objects.get_or_create(day=timezone.localdate())
    IgnoredCount.objects.filter(pk=today.pk).update(count=F("count") + 1)
