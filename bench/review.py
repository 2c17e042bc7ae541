#!/usr/bin/env python
"""How long the review desk takes to show a draft of one line and one of thirty, in one run.

A fresh database in the embedded server with a shop of 2,000 products and 5,000 customers.
The long draft is for six clients, some of its lines are doubtful or incomplete, its goods
were bought before and other drafts want them. Each page goes through the true URLs,
middleware and templates, signed in as a seller, in this process, with DEBUG off.

    python bench/review.py [--lines 30] [--rounds 30] [--products 2000] [--customers 5000]

Prints JSON: per call ("page", and "look": what is asked while somebody types) the median
and p95 in ms for both drafts, how much of the median this process computed (the rest it
waited, for the database or for its turn on a busy machine), the medians' ratio, the
queries, and the machine's load.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import drop_database, fresh_database, say  # noqa: E402

# Milliseconds by the clock, and of this process.
Took = tuple[float, float]
CLIENTS = 6
WORDS = "Silk Cotton Bandhani Chanderi Patola Tussar Linen Georgette Khadi Organza"


def shop(products: int, customers: int) -> None:
    """Goods and people with names of their own; everybody on the list bought something."""
    from customers.models import Customer
    from orders.models import Product
    from tests.factories import CustomerFactory, ProductFactory, UnitFactory, UserFactory
    from tests.orders.desk import placed

    UserFactory(username="ravi", role="seller")
    UnitFactory(code="pc")
    words = WORDS.split()
    pattern = ProductFactory(name="Silk saree 0", unit_price="900", stock=40)
    Product.objects.bulk_create(
        Product(
            sku=f"SKU-{n:05}",
            name=f"{words[n % 10]} {words[n // 10 % 10]} saree {n}",
            unit=pattern.unit,
            unit_price=500 + n,
            stock_quantity=40,
        )
        for n in range(1, products)
    )
    Customer.objects.bulk_create(
        Customer(name=f"{words[n % 10]} Traders {n}", phone=f"+9198{20_000_000 + n}")
        for n in range(customers)
    )
    goods = list(Product.objects.all()[:CLIENTS])
    for number in range(CLIENTS):
        client = CustomerFactory(name=f"Meena Stores {number}", credit_limit=50_000)
        placed(*((product, 1) for product in goods), customer=client)


def draft_of(lines: int) -> int:
    """A draft as it was read from one message a line; its key."""
    from customers.models import Customer
    from drafts.models import DraftEntry, DraftMessage, OrderDraft
    from orders.models import Product
    from orders.slips import allocate_slips
    from tests.factories import ChatFactory, InboundMessageFactory

    chat = ChatFactory()
    draft = OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    clients = list(Customer.objects.filter(name__startswith="Meena Stores"))
    goods, slips = list(Product.objects.order_by("pk")[:lines]), allocate_slips(lines)
    at = 0
    for number in range(lines):
        text = f"{number + 1} {goods[number].name} for {clients[number % CLIENTS].name}"
        message = InboundMessageFactory(chat=chat, text=text)
        DraftMessage.objects.create(draft=draft, message=message)
        DraftEntry.objects.create(
            draft=draft,
            message=message,
            position=number + 1,
            item_name=goods[number].name,
            product=None if number % 10 == 9 else goods[number],
            quantity=None if number % 10 == 4 else number + 1,
            unit="pc",
            client=clients[number % CLIENTS],
            client_name=clients[number % CLIENTS].name,
            slip_number=slips[number],
            match_confidence=0.6 if number % 3 == 2 else 1,
            alternatives=[{"product_id": one.pk, "name": one.name} for one in goods[:3]],
            source_start=at,
            source_end=at + len(text),
        )
        at += len(text) + 1
    return draft.pk


def typed(draft_id: int) -> dict[str, Any]:
    """What the page would send of the draft as it is shown."""
    from drafts.admin.forms import line_forms
    from drafts.models import OrderDraft

    draft = OrderDraft.objects.get(pk=draft_id)
    forms = line_forms(draft.entries.all())
    sent: dict[str, Any] = {"version": draft.version, "line": [form.prefix for form in forms]}
    for form in forms:
        for name, value in form.initial.items():
            if value not in (None, "", False):
                sent[form.add_prefix(name)] = str(value)
    return sent


def calls_of(draft_id: int) -> dict[str, Callable[[], Any]]:
    from django.test import Client
    from django.urls import reverse

    from customers.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="ravi"))
    page = reverse("admin:drafts_orderdraft_review", args=[draft_id])
    look = reverse("admin:drafts_orderdraft_look", args=[draft_id])
    sent = typed(draft_id)
    return {"page": lambda: client.get(page), "look": lambda: client.post(look, sent)}


def timed(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[Took]]:
    """Milliseconds of each call; what comes first warms caches and is left out."""
    times: dict[str, list[Took]] = {name: [] for name in calls}
    for number in range(rounds + 2):
        for name, call in calls.items():
            began, computed = time.perf_counter(), time.process_time()
            answer = call()
            ended = time.perf_counter(), time.process_time()
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code}")
            if number >= 2:
                times[name].append(((ended[0] - began) * 1000, (ended[1] - computed) * 1000))
    return times


def queries(call: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


def summary(times: list[Took]) -> dict[str, float]:
    waited, computed = zip(*times, strict=True)
    return {
        "median_ms": round(statistics.median(waited), 1),
        "p95_ms": round(statistics.quantiles(waited, n=20)[-1], 1),
        "cpu_ms": round(statistics.median(computed), 1),
    }


def measure(arguments: argparse.Namespace) -> None:
    """In a process of its own: Django knows one database. Prints the table."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    say("filling")
    shop(arguments.products, arguments.customers)
    few, many = calls_of(draft_of(1)), calls_of(draft_of(arguments.lines))
    say("asking")
    short, long = timed(few, arguments.rounds), timed(many, arguments.rounds)
    table = {}
    for name in few:
        one = {**summary(short[name]), "queries": queries(few[name])}
        all_of_them = {**summary(long[name]), "queries": queries(many[name])}
        ratio = round(all_of_them["median_ms"] / one["median_ms"], 2)
        table[name] = {"one_line": one, "many_lines": all_of_them, "ratio": ratio}
    load = round(os.getloadavg()[0], 1)
    json.dump({"lines": arguments.lines, "load": load, "calls": table}, sys.stdout, indent=1)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    defaults = (("lines", 30), ("rounds", 30), ("products", 2000), ("customers", 5000))
    for name, default in defaults:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments)
        return
    database = fresh_database()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PARCHI_ENV": "demo",
        "DATABASE_URL": database,
    }
    try:
        command = [sys.executable, __file__, "--measure", *sys.argv[1:]]
        subprocess.run(command, env=environment, check=True)
    finally:
        drop_database(database)


if __name__ == "__main__":
    main()
