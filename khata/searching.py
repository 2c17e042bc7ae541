"""Finding accounts by whose they are."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import CustomerAlias
from khata.models import Account

_FEWEST_DIGITS = 3


def search_accounts(rows: QuerySet[Account], words: str) -> QuerySet[Account]:
    """Accounts of customers whose name, firm or other name holds the words, or phone the digits."""
    words = words.strip()
    called = CustomerAlias.objects.filter(customer=OuterRef("customer"), name__icontains=words)
    found = Q(customer__name__icontains=words) | Q(customer__company__icontains=words)
    digits = re.sub(r"\D", "", words)
    if len(digits) >= _FEWEST_DIGITS and not re.search(r"[^\W\d_]", words):
        found |= Q(customer__phone__contains=digits)
    return rows.filter(found | Exists(called))
