"""A catalogue order is read without any AI: it names its products itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from drafts.reading.types import EntryReading, Intent, Reading
from orders.models import Product
from whatsapp.models import Message

CART = "order"


def read_cart(message: Message) -> Reading:
    """The lines of a cart as the customer filled it; prices stay the desk's own."""
    lines: list[dict[str, Any]] = message.details.get("lines", [])
    skus = {line["sku"] for line in lines}
    products = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    entries = [
        _entry(line, products.get(line["sku"]), span=span)
        for line, span in zip(lines, _spans(message.text, lines), strict=True)
    ]
    return Reading(Intent.ORDER, entries, 1.0, reader="cart", version="1")


def _entry(
    line: dict[str, Any], product: Product | None, *, span: tuple[int, int] | None
) -> EntryReading:
    quantity = _decimal(line["quantity"])
    return EntryReading(
        item_name=product.name if product else line["sku"],
        sku=line["sku"],
        quantity=quantity,
        size=product.size if product else None,
        color=product.color if product else None,
        confidence=1.0,
        span=span,
        warnings=_price_warnings(line, product),
    )


def _price_warnings(line: dict[str, Any], product: Product | None) -> list[str]:
    """What the catalogue showed stays a warning where the desk's price is another."""
    shown = _decimal(line["price"])
    if product is None or shown is None or product.unit_price in (None, shown):
        return []
    return [f"The catalogue showed {shown}; the desk's price is {product.unit_price}."]


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _spans(text: str, lines: list[dict[str, Any]]) -> Iterator[tuple[int, int] | None]:
    """Each line of a cart stands in the text on a line of its own, in the same order."""
    start = 0
    for words in text.split("\n")[: len(lines)]:
        yield start, start + len(words)
        start += len(words) + 1
