"""Customers that may be one person: one number, one e-mail, or names that sound alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from customers.models import Customer, WhatsAppIdentity

# A name that many people bear says little; as many of them are shown.
MOST_SHOWN = 20
# "Om" sounds like too much else.
_SHORTEST_SOUND = 3


class Likeness(models.TextChoices):
    PHONE = "phone", _("Same phone")
    EMAIL = "email", _("Same e-mail")
    NAME = "name", _("Name sounds alike")


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Customers that share one thing; ``value`` is the number, e-mail or sound they share."""

    by: str
    value: str
    customer_ids: list[int]


@dataclass(slots=True)
class PerhapsSame:
    """Another row that may be the same person, and why."""

    customer: Customer
    reasons: list[Likeness] = field(default_factory=list)


# A number stands as the first, as the second, or as the one they write from.
_MARKS = """
    SELECT 'phone' AS by, phone AS value, id FROM customers_customer
        WHERE phone IS NOT NULL AND erased_at IS NULL
    UNION ALL SELECT 'phone', phone2, id FROM customers_customer
        WHERE phone2 <> '' AND erased_at IS NULL
    UNION ALL SELECT 'phone', phone, customer_id FROM customers_whatsappidentity
        WHERE phone IS NOT NULL
    UNION ALL SELECT 'email', lower(email), id FROM customers_customer
        WHERE email <> '' AND erased_at IS NULL
    UNION ALL SELECT 'name', name_sound, id FROM customers_customer
        WHERE length(name_sound) >= %(shortest)s AND erased_at IS NULL
"""
_GROUPS = f"""
WITH marks AS ({_MARKS})
SELECT by, value, (array_agg(DISTINCT id))[:%(shown)s], count(*) OVER () AS groups
FROM marks WHERE %(by)s IN ('', by)
GROUP BY by, value HAVING count(DISTINCT id) > 1
ORDER BY array_position(ARRAY['phone', 'email', 'name'], by), value
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 - a constant


def duplicate_groups(
    *, by: str = "", limit: int, offset: int = 0
) -> tuple[list[DuplicateGroup], int]:
    """Groups of customers that may be one, the surest kind first, and how many there are.

    ``by`` is a Likeness, empty for all three. No more than MOST_SHOWN of a group are named.
    """
    bounds: dict[str, Any] = {
        "shown": MOST_SHOWN,
        "shortest": _SHORTEST_SOUND,
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {**bounds, "by": by})
        rows = cursor.fetchall()
    groups = [DuplicateGroup(by, value, sorted(ids)) for by, value, ids, _ in rows]
    return groups, rows[0][3] if rows else 0


def duplicates_of(customer: Customer) -> list[PerhapsSame]:
    """Who may be the same person as this customer, the likest first; at most MOST_SHOWN."""
    found: dict[int, PerhapsSame] = {}
    for why, condition in _conditions(customer):
        alike = Customer.objects.known().filter(condition).exclude(pk=customer.pk)
        for other in alike.order_by("pk")[:MOST_SHOWN]:
            found.setdefault(other.pk, PerhapsSame(other)).reasons.append(why)
    ranked = sorted(found.values(), key=lambda one: _rank(customer, one))
    return ranked[:MOST_SHOWN]


def _conditions(customer: Customer) -> Sequence[tuple[Likeness, Q]]:
    writes_from = WhatsAppIdentity.objects.filter(customer=customer.pk, phone__isnull=False)
    numbers = {customer.phone, customer.phone2, *writes_from.values_list("phone", flat=True)}
    numbers -= {None, ""}
    others = WhatsAppIdentity.objects.filter(phone__in=numbers).values_list("customer", flat=True)
    conditions = [
        (Likeness.PHONE, Q(phone__in=numbers) | Q(phone2__in=numbers) | Q(pk__in=list(others)))
    ]
    if customer.email:
        same = Customer.objects.annotate(address=Lower("email"))
        ids = same.exclude(email="").filter(address=customer.email.lower()).values("pk")
        conditions.append((Likeness.EMAIL, Q(pk__in=ids)))
    if len(customer.name_sound) >= _SHORTEST_SOUND:
        conditions.append((Likeness.NAME, Q(name_sound=customer.name_sound)))
    return conditions


def _rank(customer: Customer, one: PerhapsSame) -> tuple[int, float, int]:
    likeness = fuzz.ratio(customer.name.lower(), one.customer.name.lower())
    return (-len(one.reasons), -likeness, one.customer.pk)
