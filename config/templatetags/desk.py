"""Template filters of the desk: money, quantities and times as people say them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import retelling, wording
from drafts import intents
from khata.amounts import said, said_side
from orders.models import Product

register = template.Library()


@register.filter
def rupees(amount: Decimal | None) -> str:
    """``₹1,25,000``; paise only where there are any."""
    return wording.rupees(amount)


@register.filter
def money(amount: Decimal | None) -> str:
    """``₹1,25,000.50``; always two decimals, for columns."""
    return wording.rupees(amount, paise=True)


@register.filter
def amount(value: Decimal | None, unit: str) -> str:
    """``₹1,25,000.50`` or ``12.345 g``, as the account counts; empty for nothing."""
    return said_side(value, unit) if value else ""


@register.filter
def balance(value: Decimal, unit: str) -> str:
    """The same, but nothing is ``₹0.00``."""
    return said(value, unit)


@register.filter
def goods(product: Product) -> str:
    """A product's name with its size and colour, each said once."""
    return wording.goods_name(product)


@register.filter
def absolute(value: Decimal) -> Decimal:
    """Without its sign."""
    return abs(value)


@register.filter
def number(value: Decimal | None) -> str:
    """``2.5`` without idle zeros."""
    return wording.plain_number(value)


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """``12 min ago``, the exact time on hover; a dash for None."""
    if moment is None:
        return "—"
    exact = date_format(timezone.localtime(moment), "EXACT_DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, wording.ago(moment)
    )


@register.filter
def waiting(moment: datetime | None) -> str:
    """How long something waits since a moment: ``38 min``."""
    return "" if moment is None else wording.duration(timezone.now() - moment)


@register.filter
def spaced(code: str) -> str:
    """``Payment recorded`` for ``payment_recorded``."""
    return code.replace("_", " ").capitalize()


@register.filter
def retold(stored: str) -> str:
    """A sentence that is stored in English, in the reader's language."""
    return retelling.retold(stored)


@register.filter
def intent_words(intent: str) -> str:
    """What a message is about, in the reader's language: ``order``, ``greeting``."""
    return intents.intent_words(intent)


@register.filter
def unsaid(trait: str, name: str) -> str:
    """A size or colour, unless the product's name says it already."""
    return "" if trait.casefold() in name.casefold() else trait
