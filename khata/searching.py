"""Finding accounts, what was posted, and what stands on pages."""

from __future__ import annotations

import re
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import CustomerAlias
from khata.models import Account, KhataRow, LedgerLine, LedgerTransaction

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


def search_transactions(
    rows: QuerySet[LedgerTransaction], words: str
) -> QuerySet[LedgerTransaction]:
    """Transactions with the words in particulars, slip or customer's name, or of this amount."""
    words = words.strip()
    lines = LedgerLine.objects.filter(transaction=OuterRef("pk"))
    whose = Q(account__customer__name__icontains=words)
    if (amount := _amount(words)) is not None:
        whose |= Q(debit=amount) | Q(credit=amount)
    said = Q(memo__icontains=words) | Q(slip_number__icontains=words)
    return rows.filter(said | Exists(lines.filter(whose)))


def search_rows(rows: QuerySet[KhataRow], words: str) -> QuerySet[KhataRow]:
    """Rows of any page with the words in what was read or chosen, or of this amount."""
    words = words.strip()
    columns = ("name", "particulars", "slip_number", "customer__name", "page__party")
    found = Q()
    for column in (*columns, "page__upload__file_name"):
        found |= Q(**{f"{column}__icontains": words})
    if (amount := _amount(words)) is not None:
        found |= Q(debit=amount) | Q(credit=amount) | Q(balance=amount)
    return rows.filter(found)


def _amount(words: str) -> Decimal | None:
    """The number that somebody types who looks for an amount: ``1,250``, ``₹450.50``."""
    plain = re.sub(r"^(₹|rs\.?)|[,\s]|/-$", "", words, flags=re.IGNORECASE)
    return Decimal(plain) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", plain) else None
