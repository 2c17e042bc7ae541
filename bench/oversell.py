#!/usr/bin/env python
"""2,000 orders for far more than there is, confirmed by 64 clients at once over real HTTP.

A fresh database in the embedded server and the true gunicorn. Guests place orders of
1 to 5 lines over 20 products with too little stock, then the seller's 64 clients
confirm them all, some twice. Afterwards what confirmed orders hold must be what was
taken from stock, nothing below zero, no 5xx, and every refusal a 409 naming the lines.

    python bench/oversell.py [--orders 2000] [--clients 64] [--seed 1]

Prints JSON and exits 1 when anything differs. Takes two to five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests  # noqa: E402

from bench.crash import drop_database, free_port, fresh_database, manage, say  # noqa: E402

PRODUCTS = 20
STOCK = 40  # each; 2,000 orders ask for some 450 of each
UNLIMITED = "1000000/min"
WEB = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
PASSWORD = "neem-tamarind-42"
HERE = threading.local()  # one keep-alive connection a client


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    seconds: float


def set_environment(database: str) -> None:
    """For this process and for the server it starts."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        PARCHI_ENV="demo",
        DATABASE_URL=database,
        HOST="127.0.0.1",
        PORT=str(free_port()),
        WEB_CONCURRENCY="2",
        THROTTLE_GUEST_CHECKOUT=UNLIMITED,
    )


def fill_shelf() -> list[int]:
    """Products with a little stock each, and a seller; the products' ids."""
    import django

    django.setup()
    from tests.factories import ProductFactory, UserFactory

    UserFactory(username="ravi", role="seller", password=PASSWORD)
    return [ProductFactory(stock=STOCK).pk for _ in range(PRODUCTS)]


# The clients ---------------------------------------------------------------------------


def post(path: str, body: Any = None, *, token: str = "") -> Answer:
    if not hasattr(HERE, "session"):
        HERE.session = requests.Session()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://127.0.0.1:{os.environ['PORT']}{path}"
    began = time.monotonic()
    answer = HERE.session.post(url, json=body, headers=headers, timeout=120)
    seconds = time.monotonic() - began
    kind = answer.headers.get("Content-Type", "")
    data = answer.json() if kind.startswith("application/json") else answer.text
    return Answer(answer.status_code, data, seconds)


def at_once(clients: int, calls: Iterable[Callable[[], Answer]]) -> list[Answer]:
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda call: call(), calls))


def basket(number: int, products: list[int], dice: random.Random) -> dict[str, Any]:
    chosen = dice.sample(products, dice.randint(1, 5))
    return {
        "orderReference": f"LEG-BENCH-{number:05}",
        "customerName": f"Shakuntala Traders {number % 300}",
        "customerPhone": f"+9198{70000000 + number % 300}",
        "items": [{"productId": pk, "quantity": dice.randint(1, 5)} for pk in chosen],
    }


def wait_for_desk() -> None:
    for _ in range(100):
        try:
            url = f"http://127.0.0.1:{os.environ['PORT']}/api/categories"
            requests.get(url, timeout=5).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.2)
    raise SystemExit("The desk did not start; its log says why.")


# Afterwards -----------------------------------------------------------------------------


def speed(answers: list[Answer], seconds: float) -> dict[str, float]:
    times = sorted(answer.seconds for answer in answers)
    return {
        "seconds": round(seconds, 1),
        "a_second": round(len(times) / seconds, 1),
        "p50_ms": round(times[len(times) // 2] * 1000),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000),
    }


def names_the_lines(answer: Answer) -> bool:
    """Whether a refusal says of each short line what was wanted and what there is."""
    if answer.status != 409 or answer.body["errors"][0]["code"] != "short_stock":
        return False
    lines = answer.body.get("lines", [])
    keys = {"productId", "productName", "wanted", "available"}
    return bool(lines) and all(
        set(line) == keys and line["wanted"] > line["available"] >= 0 for line in lines
    )


def count() -> dict[str, Any]:
    """What the database holds of it."""
    from django.db.models import Sum

    from orders.models import Order, OrderItem, Product

    sold = OrderItem.objects.filter(order__status="confirmed")
    by_product = dict(sold.order_by().values_list("product").annotate(pieces=Sum("quantity")))
    stock = dict(Product.objects.values_list("pk", "stock_quantity"))
    taken = {pk: STOCK - left for pk, left in stock.items() if left != STOCK}
    return {
        "orders": Order.objects.count(),
        "confirmed_orders": Order.objects.filter(status="confirmed").count(),
        "confirmed_lines": sold.count(),
        "confirmed_pieces": int(sum(by_product.values())),
        "stock_taken": int(sum(taken.values())),
        "products_that_differ": sorted(
            pk for pk in {*by_product, *taken} if by_product.get(pk, 0) != taken.get(pk, 0)
        ),
        "below_zero": sum(left < 0 for left in stock.values()),
        "pieces_left": int(sum(stock.values())),
    }


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    dice = random.Random(arguments.seed)
    products = fill_shelf()
    baskets = [basket(number, products, dice) for number in range(arguments.orders)]
    with arguments.log.open("ab") as log:
        web = subprocess.Popen(WEB, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for_desk()
            say(f"placing {len(baskets)} orders")
            began = time.monotonic()
            placed = at_once(
                arguments.clients, (lambda b=b: post("/api/orders", b) for b in baskets)
            )
            placing = speed(placed, time.monotonic() - began)
            confirmed, confirming = confirm(placed, arguments.clients, dice)
        finally:
            web.terminate()
            web.wait()
    code, faults = manage("reconcile", "--json")
    refusals = [answer for answer in confirmed if answer.status != 200]
    everything = [*placed, *confirmed]
    return {
        "placed": dict(Counter(answer.status for answer in placed)),
        "placing": placing,
        "confirmations": dict(Counter(answer.status for answer in confirmed)),
        "confirming": confirming,
        "refusals_that_name_no_lines": sum(not names_the_lines(answer) for answer in refusals),
        "answers_5xx": sum(answer.status >= 500 for answer in everything),
        **count(),
        **{"reconcile_exit": code, "reconcile": json.loads(faults)},
    }


def confirm(
    placed: list[Answer], clients: int, dice: random.Random
) -> tuple[list[Answer], dict[str, float]]:
    """Confirm every order, a quarter of them twice, in any order."""
    token = post("/api/auth/token", {"username": "ravi", "password": PASSWORD}).body["access"]
    ids = [answer.body["id"] for answer in placed if answer.status == 201]
    ids += dice.sample(ids, len(ids) // 4)
    dice.shuffle(ids)
    say(f"confirming with {clients} clients: {len(ids)} calls")
    began = time.monotonic()
    calls = (lambda pk=pk: post(f"/api/orders/{pk}/confirm", token=token) for pk in ids)
    answers = at_once(clients, calls)
    return answers, speed(answers, time.monotonic() - began)


def is_right(result: dict[str, Any], orders: int) -> bool:
    faults = ("products_that_differ", "below_zero", "answers_5xx", "refusals_that_name_no_lines")
    return (
        result["placed"] == {201: orders}
        and set(result["confirmations"]) <= {200, 409}
        and result["confirmed_pieces"] == result["stock_taken"] > 0
        and not any(result[name] for name in (*faults, "reconcile_exit"))
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path("/tmp/parchi-oversell.log"))
    arguments = parser.parse_args()
    database = fresh_database()
    try:
        set_environment(database)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        result = run(arguments)
    finally:
        from django.db import connections

        connections.close_all()
        drop_database(database)
    right = is_right(result, arguments.orders)
    print(json.dumps({"right": right, "seed": arguments.seed, **result}, indent=2))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
