"""What numbers a line can hold, for every reader and for what is written down of its reading."""

from __future__ import annotations

from decimal import Decimal

from drafts.reading.types import EntryReading

STEP = Decimal("0.001")
# As orders.quantities has them; readers work without the database's apps.
MAX_QUANTITY = Decimal(100_000)
MAX_WEIGHT_G = Decimal(100_000)

UNKNOWN_PRODUCT = "The product is unknown."
UNKNOWN_CLIENT = "No customer of this name was found."
BAD_QUANTITY = "The quantity can't be meant."
BAD_WEIGHT = "The weight can't be meant."
ONE_ASSUMED = "No quantity was said; one is assumed."


def plausible_quantity(value: Decimal | None, warnings: list[str]) -> Decimal | None:
    """The quantity to three decimals, or None and a warning where it can't be meant."""
    return _plausible(value, MAX_QUANTITY, BAD_QUANTITY, warnings)


def plausible_weight(value: Decimal | None, warnings: list[str]) -> Decimal | None:
    """Grams a piece to three decimals, or None and a warning where they can't be meant."""
    return _plausible(value, MAX_WEIGHT_G, BAD_WEIGHT, warnings)


def count_one(entry: EntryReading) -> None:
    """A thing ordered without a number is one of it; one that can't be meant stays open."""
    if entry.item_name and entry.quantity is None and BAD_QUANTITY not in entry.warnings:
        entry.quantity = Decimal(1)
        entry.warnings.append(ONE_ASSUMED)


def _plausible(
    value: Decimal | None, most: Decimal, complaint: str, warnings: list[str]
) -> Decimal | None:
    if value is None:
        return None
    if value.is_finite() and STEP <= value <= most:
        return value.quantize(STEP)
    warnings.append(complaint)
    return None
