"""What a gram of each metal costs from a day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import User
from orders.errors import InvalidLine
from orders.models import Metal, MetalRate
from orders.quantities import checked_money


@transaction.atomic
def set_rates(rates: Mapping[str, Decimal], *, on: dt.date, by: User | None) -> list[MetalRate]:
    """Set the day's rate, in rupees a gram, of each metal named; who did it is in the history.

    Raises InvalidLine with the metal as ``attr`` where a rate can't be meant.
    """
    for metal, rate in rates.items():
        if checked_money(rate, attr=metal) == 0:
            raise InvalidLine(_("A rate is more than zero."), attr=metal)
    return [_set(metal, rate, on=on, by=by) for metal, rate in sorted(rates.items())]


def _set(metal: str, rate: Decimal, *, on: dt.date, by: User | None) -> MetalRate:
    row = MetalRate.objects.select_for_update().filter(metal=Metal(metal), date=on).first()
    row = row or MetalRate(metal=metal, date=on)
    row.rate = rate
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row
