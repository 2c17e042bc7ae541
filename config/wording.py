"""How the desk says numbers and times to people in a shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.manner import manner
from orders.models import Product

_PAISE = Decimal("0.01")


def rupees(amount: Decimal | int | None, *, paise: bool | None = None) -> str:
    """``₹1,25,000.50`` in the shop's currency and grouping; a dash for None.

    ``paise`` True always shows two decimals (columns), False never, None only
    where there are any.
    """
    if amount is None:
        return "—"
    value = Decimal(amount).quantize(_PAISE, ROUND_HALF_UP)
    whole, fraction = f"{abs(value):.2f}".split(".")
    shown = fraction != "00" if paise is None else paise
    sign = "−" if value < 0 else ""
    return f"{sign}{manner().sign}{_grouped(whole)}{f'.{fraction}' if shown else ''}"


def _grouped(digits: str) -> str:
    """With commas where the shop puts them: the last three digits, then groups of two."""
    if manner().grouping == "western":
        return f"{int(digits):,}"
    head, tail = digits[:-3], digits[-3:]
    groups = [tail]
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ",".join(groups)


def plain_number(value: Decimal | int | None) -> str:
    """A quantity without idle zeros: ``2``, ``2.5``; empty for None."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


def grouped_number(value: Decimal) -> str:
    """``1,25,000.5``: the shop's grouping, without idle zeros."""
    whole, _point, fraction = plain_number(abs(value)).partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{_grouped(whole)}{f'.{fraction}' if fraction else ''}"


def goods_name(product: Product) -> str:
    """A product's name, with its size and colour where the name does not say them."""
    traits = [trait for trait in (product.size, product.color) if trait]
    missing = [trait for trait in traits if trait.casefold() not in product.name.casefold()]
    return " · ".join([product.name, *missing])


def duration(span: timedelta) -> str:
    """How long something waits: ``38 min``, ``3 h``, ``2 days``."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def ago(when: datetime, *, now: datetime | None = None) -> str:
    """A moment as people say it: ``12 min ago``, ``yesterday 18:20``, ``3 Nov``."""
    now = now or timezone.now()
    if timedelta(0) <= now - when < timedelta(hours=1):
        minutes = int((now - when).total_seconds() // 60)
        return _("%(count)s min ago") % {"count": minutes} if minutes else _("just now")
    local, today = timezone.localtime(when), timezone.localtime(now).date()
    days = (today - local.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return _("yesterday %(time)s") % {"time": f"{local:%H:%M}"}
    if 1 < days < 7:
        return date_format(local, "D H:i")
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")
