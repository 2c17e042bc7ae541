"""The demo's catalogue: units and categories, products with their stock, metal rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from config.demo.data import load
from orders.models import Category, Metal, MetalRate, PriceBasis, Product, StockMovement
from orders.stock import open_stock

DAYS_OF_RATES = 31
# The month's orders take from this; about the stock of the file is left today.
OPENING_TIMES = 2
OPENED_AGO = 35  # days


def fill_shelf(chance: Random) -> int:
    """Make the catalogue with opening stock and a month of rates; how many products."""
    data = load("catalogue")
    categories = {
        slug: Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in data["categories"].items()
    }
    _note_rates(data["rates"], chance)
    for row in data["product"]:
        _stock_up(row, categories[row["category"]])
    return Product.objects.count()


def _note_rates(today: dict[str, float], chance: Random) -> None:
    """Each metal's rate of every day, wandering up to today's."""
    day = timezone.localdate()
    for metal in Metal:
        rate = Decimal(str(today[metal.value]))
        for ago in range(DAYS_OF_RATES):
            date = day - dt.timedelta(days=ago)
            MetalRate.objects.get_or_create(metal=metal, date=date, defaults={"rate": rate})
            drift = Decimal(chance.randint(-60, 75)) / 10_000
            rate = (rate * (1 - drift)).quantize(Decimal("0.5"))


def _stock_up(row: dict[str, Any], category: Category) -> None:
    """A single product, or a parent with a child for each size or colour."""
    traits = [("size", size) for size in row.get("sizes", [])]
    traits += [("color", color) for color in row.get("colors", [])]
    fields = _fields(row, category)
    head = Product.objects.create(
        sku=row["sku"],
        name=row["name"],
        aliases=row["aliases"],
        has_variants=bool(traits),
        is_featured=row.get("featured", False),
        **fields,
    )
    children = [_child(head, trait, value, fields) for trait, value in traits]
    for product in children or [head]:
        quantity = Decimal(str(row["stock"])) * OPENING_TIMES
        open_stock(product, quantity=quantity, by=None)
    # The shelf was filled before the month of sales that follows.
    opened = timezone.now() - dt.timedelta(days=OPENED_AGO)
    StockMovement.objects.filter(product__in=children or [head]).update(created_at=opened)


def _child(head: Product, trait: str, value: str, fields: dict[str, Any]) -> Product:
    return Product.objects.create(
        sku=f"{head.sku}-{value.upper().replace('.', '')}",
        name=head.name,
        parent=head,
        **{trait: value},
        **fields,
    )


def _fields(row: dict[str, Any], category: Category) -> dict[str, Any]:
    """What parent and child share; gold and silver are priced by the gram."""
    decimals = (
        "unit_price",
        "cost_price",
        "bulk_price",
        "bulk_quantity",
        "weight",
        "reorder_level",
    )
    given: dict[str, Any] = {name: Decimal(str(row[name])) for name in decimals if name in row}
    if "metal" in row:
        given |= {
            "price_basis": PriceBasis.GRAM,
            "metal": row["metal"],
            "making_charge": Decimal(row["making_charge"]),
            "tax_rate": Decimal(3),
            "hsn_code": "7113",
        }
    else:
        given["tax_rate"] = Decimal(row["tax_rate"])
    return {"category": category, "unit_id": row.get("unit", "pc"), **given}
