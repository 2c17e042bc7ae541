"""From a line as read to a draft's entry: bounded, cleaned, resolved against the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from customers.errors import DeskError
from customers.models import Customer
from drafts.models import DraftEntry
from drafts.reading.amounts import (
    UNKNOWN_CLIENT,
    UNKNOWN_PRODUCT,
    plausible_quantity,
    plausible_weight,
)
from drafts.reading.types import Candidate, EntryReading, Reading
from orders.models import Product
from orders.variants import resolve_sellable

MAX_ENTRIES = 200
MAX_ALTERNATIVES = 10
TOO_MANY_LINES = f"Only the first {MAX_ENTRIES} lines were taken."


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that a reading names, fetched at once."""

    products: dict[str, Product]
    clients: dict[int, Customer]


def known_rows(reading: Reading) -> Known:
    """Products on sale and customers named by a reading, in a fixed number of queries."""
    skus = {sku for line in reading.entries[:MAX_ENTRIES] for sku in _skus(line)}
    products = Product.objects.on_sale().filter(sku__in=skus).prefetch_related("variants")
    ids = {pk for line in reading.entries if (pk := _row_id(line.client_id)) is not None}
    return Known({product.sku: product for product in products}, Customer.objects.in_bulk(ids))


def entry_from_reading(line: EntryReading, known: Known, *, text: str, base: int) -> DraftEntry:
    """An unsaved entry; ``base`` is where the message's ``text`` begins in raw_message.

    What can't be right (an unknown sku, a quantity of 10^12) is left empty and
    named in the entry's warnings; nothing is guessed.
    """
    warnings = list(line.warnings)
    head = known.products.get(line.sku or "")
    if line.sku and head is None:
        warnings.append(UNKNOWN_PRODUCT)
    client = known.clients.get(_row_id(line.client_id) or 0)
    if line.client_name and client is None:
        warnings.append(UNKNOWN_CLIENT)
    start, end = _span(line.span, text, base)
    entry = DraftEntry(
        item_name=clean(line.item_name, 200),
        quantity=plausible_quantity(line.quantity, warnings),
        unit=clean(line.unit, 12),
        weight=plausible_weight(line.weight_g, warnings),
        size=clean(line.size, 40),
        color=clean(line.color, 40),
        client_name=clean(line.client_name, 120),
        client=client,
        said=clean(line.said, 120),
        said_client=clean(line.client_name, 120),
        match_confidence=share(line.confidence) if head else 0,
        alternatives=alternatives(line.alternatives[:MAX_ALTERNATIVES], known.products),
        source_start=start,
        source_end=end,
    )
    set_product(entry, head)
    entry.warnings = clean_warnings(warnings)
    return entry


def set_product(entry: DraftEntry, product: Product | None) -> None:
    """Point the entry at a product, at the child of its size and colour where there is one."""
    entry.product = sellable_of(product, size=entry.size, color=entry.color) if product else None
    if entry.product is not None:
        entry.unit = entry.product.unit_id or ""
        entry.size = entry.product.size or entry.size
        entry.color = entry.product.color or entry.color


def sellable_of(product: Product, *, size: str, color: str) -> Product:
    """The child of this size and colour, or the product itself where that is not clear."""
    try:
        return resolve_sellable(product, size=size, color=color)
    except DeskError:
        return product


def alternatives(
    options: Iterable[Candidate], products: Mapping[str, Product]
) -> list[dict[str, Any]]:
    """Other products the words may mean, as the draft keeps and the API shows them."""
    return [
        {
            "sku": option.sku,
            "product_id": products[option.sku].pk,
            "name": products[option.sku].name,
            "confidence": share(option.confidence),
        }
        for option in options
        if option.sku in products
    ]


def clean(text: str | None, length: int) -> str:
    """A reader's text as PostgreSQL can hold it: no NUL, no half characters, bounded."""
    whole = (text or "").encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return whole.strip()[:length]


def clean_warnings(warnings: Iterable[str]) -> list[str]:
    """Each warning once, bounded, in order."""
    return list(dict.fromkeys(filter(None, (clean(text, 300) for text in warnings))))[:20]


def share(value: float) -> float:
    """A confidence brought into 0..1; what is no number is 0."""
    return 0.0 if isnan(value) else min(max(value, 0.0), 1.0)


def _span(
    span: tuple[int, int] | None, text: str, base: int
) -> tuple[int, int] | tuple[None, None]:
    if span is None or not 0 <= span[0] < span[1] <= len(text):
        return None, None
    return base + span[0], base + span[1]


def _skus(line: EntryReading) -> list[str]:
    options = [option.sku for option in line.alternatives[:MAX_ALTERNATIVES]]
    return [clean(sku, 64) for sku in (line.sku, *options) if sku]


def _row_id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
