"""One-click answers to what is doubtful of a line: other products, sizes, colours, customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from config.wording import plain_number
from drafts.admin.highlighting import SURE
from drafts.catalogue import known_clients
from drafts.models import DraftEntry
from orders.models import Product

MOST_CLIENTS = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """``id`` goes into the line's product or client, ``text`` into its field.

    ``left`` is how many there are, or empty.
    """

    id: int
    text: str
    left: str = ""


class Asking(Protocol):
    """A line that may lack its client; gets the chips that answer it."""

    entry: DraftEntry | None
    missing: list[str]
    clients: list[Chip]


def product_chips(entry: DraftEntry) -> list[Chip]:
    """What a doubtful line may mean: its sizes and colours, else the reader's other guesses."""
    if entry.is_custom:
        return []
    product = entry.product
    if product is not None and product.has_variants:
        on_sale = [child for child in product.variants.all() if child.archived_at is None]
        children = sorted(on_sale, key=lambda child: child.pk)
        return [
            Chip(child.pk, _traits(child), plain_number(child.stock_quantity))
            for child in children
            if _fits(entry, child)
        ]
    if product is not None and entry.match_confidence >= SURE:
        return []
    return [
        Chip(option["product_id"], option["name"])
        for option in entry.alternatives
        if option.get("product_id") and option["product_id"] != entry.product_id
    ]


def client_chips(lines: Iterable[Asking]) -> None:
    """Give each line that names nobody's name the customers whose names are likest.

    Asked for after the page is there: telling whether the names are still the same takes
    longer the more customers there are.
    """
    asking = [line for line in lines if line.entry and "client" in line.missing]
    if not asking:
        return
    known = known_clients()
    for line in asking:
        name = line.entry.client_name if line.entry else ""
        near = known.candidates(name) or known.nearest(name, limit=MOST_CLIENTS)
        line.clients = [Chip(int(one.id), one.name) for one in near[:MOST_CLIENTS]]


def _fits(entry: DraftEntry, child: Product) -> bool:
    """Whether a child has the size or colour that was said, as far as one was."""
    said = [(entry.size, child.size), (entry.color, child.color)]
    return all(not a or not b or a.casefold() == b.casefold() for a, b in said)


def _traits(child: Product) -> str:
    return " · ".join(filter(None, (child.size, child.color))) or child.name
