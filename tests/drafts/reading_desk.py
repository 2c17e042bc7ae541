"""A small catalogue and customers that the offline reader's tests read against."""

from __future__ import annotations

from typing import Any

from customers.matching.clients import KnownClients
from drafts.matching import ProductIndex
from drafts.reading.offline import OfflineReader
from drafts.reading.types import CatalogueProduct, KnownClient, Reading

LETTERS = ("S", "M", "L", "XL", "XXL")
WAISTS = ("28", "30", "32", "34", "36")

CATALOGUE = ProductIndex(
    [
        CatalogueProduct("SR-CTN", "Cotton Saree", ("suti saree",), colors=("red", "blue")),
        CatalogueProduct("SR-SLK", "Silk Saree", ("resham saree",), colors=("red", "gold")),
        CatalogueProduct("KT-ALN", "A-Line Kurti", ("aline kurti",), sizes=LETTERS,
                         colors=("black", "sky blue", "red")),
        CatalogueProduct("JN-STR", "Straight Jeans", ("jeans",), sizes=WAISTS,
                         colors=("blue", "black")),
        CatalogueProduct("BN-GLS", "Glass Bangles", ("kaanch choodi",), unit="pair",
                         sizes=("2.4", "2.6")),
        CatalogueProduct("RG-CPL", "Couple Ring", ("couple ring",), sizes=("12", "14", "16")),
        CatalogueProduct("CH-FIG", "Figaro Chain", ("figaro",), sizes=("18", "20")),
        CatalogueProduct("CN-10", "Silver Coin 10 g", ("silver coin 10gm",)),
        CatalogueProduct("CN-20", "Silver Coin 20 g", ("silver coin 20gm",)),
        CatalogueProduct("DL-MSR", "Masoor Dal (per kg)", ("masoor", "masur"), unit="kg"),
        CatalogueProduct("OL-15", "Cottonseed Oil 15 L Tin", ("cottonseed tin",), unit="tin"),
        CatalogueProduct("BX-SNK", "Snack Box (pkt of 50)", ("snack box",), unit="pkt"),
        CatalogueProduct("WR-CU", "Copper Wire (per gram)", ("copper wire",), unit="g"),
        CatalogueProduct("CL-MSN", "Muslin Cloth", ("malmal",), unit="m"),
    ]
)  # fmt: skip
CLIENTS = KnownClients(
    [
        KnownClient("7", "Nirmala Bhatt", ("Nirmalaben",)),
        KnownClient("8", "Devendra Rathod", ("Devendra", "Devu bhai")),
        KnownClient("9", "Hotel Kohinoor", ("Kohinoor",)),
    ]
)


def read(text: str) -> Reading:
    return OfflineReader().read(text, catalogue=CATALOGUE, clients=CLIENTS)


def entries(text: str) -> list[tuple[Any, ...]]:
    """sku, quantity, then size, colour, grams and client where said."""
    return [
        (e.sku, e.quantity and float(e.quantity), e.size, e.color,
         e.weight_g and float(e.weight_g), e.client_name)
        for e in read(text).entries
    ]  # fmt: skip


def entry(
    sku: str | None,
    quantity: float | None,
    size: str | None = None,
    color: str | None = None,
    grams: float | None = None,
    client: str | None = None,
) -> tuple[Any, ...]:
    return (sku, quantity, size, color, grams, client)
