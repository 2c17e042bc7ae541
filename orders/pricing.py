"""What a product costs today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Value, When
from django.db.models.functions import Round
from django.utils import timezone

from orders.models import MetalRate, PriceBasis, Product
from orders.quantities import to_paise

Rates = Mapping[str, Decimal]


@dataclass(frozen=True)
class LineMoney:
    """Rupees of one line; ``tax`` is the part contained in ``subtotal``."""

    subtotal: Decimal
    tax: Decimal


def rates_on(day: dt.date | None = None) -> Rates:
    """Rupees a gram by metal: each metal's latest rate on or before the day (today in the shop)."""
    rows = MetalRate.objects.filter(date__lte=day or timezone.localdate())
    latest = rows.order_by("metal", "-date").distinct("metal")
    return dict(latest.values_list("metal", "rate"))


def current_price(
    product: Product,
    *,
    quantity: Decimal | int = 1,
    weight: Decimal | None = None,
    on: dt.date | None = None,
    rates: Rates | None = None,
) -> Decimal | None:
    """Rupees a unit, tax included, or None where there is no price, rate or weight.

    ``weight`` is the line's own, in grams a piece. Whoever prices many products
    reads ``rates`` once and passes them.
    """
    if product.price_basis == PriceBasis.GRAM:
        rates = rates_on(on) if rates is None else rates
        return _price_by_weight(product, weight or product.weight, rates)
    bulk = product.bulk_quantity is not None and quantity >= product.bulk_quantity
    return product.bulk_price if bulk else product.unit_price


def _price_by_weight(product: Product, weight: Decimal | None, rates: Rates) -> Decimal | None:
    rate = rates.get(product.metal or "")
    if rate is None or not weight:
        return None
    return to_paise(weight * rate + product.making_charge)


def price_expression(rates: Rates) -> Case:
    """``current_price`` of one piece for the database, to filter and sort by."""
    by_weight = [
        When(
            price_basis=PriceBasis.GRAM,
            metal=metal,
            weight__gt=0,
            then=Round(F("weight") * Value(rate) + F("making_charge"), precision=2),
        )
        for metal, rate in rates.items()
    ]
    by_piece = When(price_basis=PriceBasis.PIECE, then=F("unit_price"))
    return Case(*by_weight, by_piece, output_field=DecimalField(max_digits=20, decimal_places=2))


def line_money(unit_price: Decimal, quantity: Decimal, tax_rate: Decimal) -> LineMoney:
    """A line's subtotal and the tax contained in it, each rounded half up to paise.

    ``tax_rate`` is in percent: of 105.00 at 5 %, 5.00 is tax.
    """
    subtotal = to_paise(unit_price * quantity)
    return LineMoney(subtotal, to_paise(subtotal * tax_rate / (100 + tax_rate)))
