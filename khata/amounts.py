"""How amounts of an account's unit are written for people."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from config.wording import plain_number, rupees
from khata.models import LedgerUnit


def said(amount: Decimal | None, unit: str = LedgerUnit.INR) -> str:
    """``₹1,25,000.50`` or ``12.345 g``; empty for none."""
    if amount is None:
        return ""
    if unit == LedgerUnit.INR:
        return rupees(amount, paise=True)
    return f"{plain_number(amount)} g".replace("-", "−")


def said_side(amount: Decimal, unit: str = LedgerUnit.INR) -> str:
    """A column of debits or credits leaves the other side's rows empty."""
    return said(amount, unit) if amount else ""


def standing(balance: Decimal, unit: str = LedgerUnit.INR) -> str:
    """What a balance means: owed to the shop, by the shop, or nothing."""
    if not balance:
        return _("Nothing is owed")
    whose = _("Balance due") if balance > 0 else _("In advance")
    return f"{whose}: {said(abs(balance), unit)}"
