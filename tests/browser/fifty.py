"""Fifty messages as customers of a shop write them, each with what it orders."""

from __future__ import annotations

import json
from dataclasses import dataclass

from drafts.models import DraftEntry, OrderDraft
from tests.drafts.desk import kurta_with_children
from tests.factories import CustomerFactory, ProductFactory
from tests.jobs import run_jobs
from whatsapp import inbound
from whatsapp.simulator import text_event

# Name and rupees; the kurta in sizes and the dal by the kilo come on top.
GOODS = {
    "Bandhani dupatta": 350,
    "Silk saree": 2400,
    "Silver anklet": 1150,
    "Glass bangles dozen": 120,
    "Mojari jutti": 780,
    "Rope chain 18 inch": 900,
    "Box chain 18 inch": 950,
}


@dataclass(frozen=True)
class Told:
    """A message; ``wanted`` are (product, quantity), nothing where it is no order.

    ``client`` is whom it is for, where that is not the sender.
    """

    text: str
    wanted: tuple[tuple[str, int], ...] = ()
    client: str = ""


def _one(text: str, product: str, *quantities: int) -> list[Told]:
    return [Told(text.format(q=q), ((product, q),)) for q in quantities]


def _two(text: str, first: str, second: str, *pairs: tuple[int, int]) -> list[Told]:
    return [Told(text.format(a=a, b=b), ((first, a), (second, b))) for a, b in pairs]


DUPATTA, SAREE, ANKLET, BANGLES, JUTTI, ROPE, BOX = GOODS
KURTA_L, KURTA_M, DAL = "Anarkali kurta L", "Anarkali kurta M", "Masoor dal"

FIFTY = [
    *_one("{q} bandhani dupatta", DUPATTA, 2, 5),
    *_one("namaste bhai, {q} bandhani dupatta bhej do", DUPATTA, 1, 4),
    *_one("{q} silk saree chahiye", SAREE, 3, 2),
    *_one("please send {q} silk saree", SAREE, 1, 4),
    *_one("masoor dal {q} kg", DAL, 5, 2, 10),
    *_one("{q} silver anklet", ANKLET, 1, 6),
    *_one("{q} mojari jutti bhejna", JUTTI, 2, 3),
    *_one("{q} rope chain 18 inch", ROPE, 1, 2),
    *_one("anarkali kurta size L {q} pc", KURTA_L, 2, 3),
    *_one("{q} anarkali kurta M", KURTA_M, 1, 2),
    *_two("{a} bandhani dupatta and {b} silk saree", DUPATTA, SAREE, (2, 1), (1, 3)),
    *_two("{a} silver anklet aur {b} mojari jutti", ANKLET, JUTTI, (1, 2), (3, 1)),
    *_two("{a} silk saree\n{b} bandhani dupatta", SAREE, DUPATTA, (1, 6), (2, 2)),
    *_two("{a} box chain 18 inch, {b} rope chain 18 inch", BOX, ROPE, (1, 1), (2, 3)),
    *_two("masoor dal {a} kg aur {b} silk saree", DAL, SAREE, (3, 1), (1, 2)),
    *_two("{a} mojari jutti + {b} bandhani dupatta", JUTTI, DUPATTA, (2, 2), (1, 5)),
    *_one("{q} chain", BOX, 1, 2, 3),
    *_one("{q} chain chahiye", ROPE, 1, 2),
    *_one("{q} anarkali kurta", KURTA_L, 1, 2),
    *_one("{q} anarkali kurta bhej do", KURTA_M, 1, 3),
    # Nothing is said of how many: the reader takes one for granted.
    *_one("kuch silk saree bhejo", SAREE, 3),
    *_one("bandhani dupatta bhej do", DUPATTA, 1),
    *_one("200000 glass bangles dozen", BANGLES, 2),
    *_one("{q} bandhni duppata", DUPATTA, 2),
    *_one("{q} patola stole", SAREE, 1),
    Told("1 bandhani dupatta for Priya", ((DUPATTA, 1),), client="Priya Salgaonkar"),
    Told("2 silk saree for Rukhsana Shaikh", ((SAREE, 2),), client="Rukhsana Shaikh"),
    Told("please send 2 boys for pickup"),
    Told("send 2 photo of silk saree"),
]


def write_all() -> dict[int, Told]:
    """Every message comes in from a customer of its own and is read; by draft what was told."""
    for name, price in GOODS.items():
        ProductFactory(name=name, unit_price=price, stock=500)
    kurta_with_children(sizes=("M", "L"), unit_price="900")
    ProductFactory(name=DAL, unit_price=110, unit__code="kg", stock=500)
    for name in ("Priya Deshmukh", "Priya Salgaonkar"):
        CustomerFactory(name=name)
    by_sender = {}
    for number, told in enumerate(FIFTY):
        customer = CustomerFactory(phone=f"+9198200{11000 + number}")
        by_sender[customer.pk] = told
        event = text_event(told.text, digits=customer.phone.removeprefix("+"))
        inbound.receive(json.dumps(event).encode())
    run_jobs()
    return {draft.pk: by_sender[draft.customer_id] for draft in OrderDraft.objects.all()}


def read_right(drafts: dict[int, Told]) -> set[int]:
    """Those whose lines say what was meant before anybody looked at them."""
    lines: dict[int, list[tuple[str, int | None, str]]] = {}
    for entry in DraftEntry.objects.select_related("product", "client").order_by("position"):
        name = entry.product.name if entry.product else ""
        unknown = f"{entry.client_name}?" if entry.client_name else ""
        client = entry.client.name if entry.client else unknown
        quantity = None if entry.quantity is None else int(entry.quantity)
        lines.setdefault(entry.draft_id, []).append((name, quantity, client))
    return {
        pk
        for pk, told in drafts.items()
        if lines[pk] == [(name, quantity, told.client) for name, quantity in told.wanted]
    }
