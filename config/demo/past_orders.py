"""Half a year of orders from the shop's old billing program, brought by the import."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.utils import timezone

from config.demo.data import load
from customers.imports.jobs import Wishes, resume_or_start
from customers.imports.running import run_job
from customers.models import User
from orders.imports.orders import OrderImporter
from orders.models import Product

_NAME = "bills-of-the-old-program.csv"
_HEADERS = ("Bill no", "Date", "Party", "Mobile", "SKU", "Qty", "Rate", "Status", "Paid", "Paid by")
_FIRST, _LAST = 210, 32
"""How many days ago the old bills begin and end."""


def bring_past_orders(*, by: User) -> int:
    """Import the old bills; how many. Safe to run again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / _NAME
        with path.open("w", encoding="utf-8", newline="") as file:
            count = _write(file)
        importer = OrderImporter()
        job = resume_or_start(path, importer, name=_NAME, wishes=Wishes(), by=by)
        run_job(job, path, importer)
    return count


def _write(file: IO[str]) -> int:
    """Who comes often came often then, each at a pace of their own; some came no more."""
    chance = Random(20260521)  # noqa: S311
    pieces = Product.objects.sellable().filter(unit__divisible=False, metal__isnull=True)
    shelf = list(pieces.order_by("sku"))
    rows, count = csv.writer(file), 0
    rows.writerow(_HEADERS)
    for party in _parties(chance):
        ago = _FIRST - chance.uniform(0, 60)
        while ago > party["last"]:
            count += 1
            goods = chance.sample(shelf, chance.randint(1, 3))
            rows.writerows(_bill(f"OB-{count:04}", ago, party, goods))
            ago -= chance.expovariate(1 / party["pace"]) + 1
    return count


def _parties(chance: Random) -> Iterator[dict[str, Any]]:
    for person in load("people")["customer"]:
        pace = chance.uniform(50, 150) / int(person["weight"]) ** 0.5
        yield {**person, "pace": pace, "last": _LAST}
    yield from load("past_orders")["party"]


def _bill(
    number: str, ago: float, party: dict[str, Any], goods: list[Product]
) -> Iterator[tuple[Any, ...]]:
    day = timezone.localdate() - dt.timedelta(days=int(ago))
    for product in goods:
        line = (product.sku, 1, product.unit_price, "delivered", "yes", "cash")
        yield (number, f"{day:%d/%m/%Y}", party["name"], party["phone"], *line)
