#!/usr/bin/env python
"""How long the order lists take with 10,000 and with 1,000,000 orders, in one run.

Two fresh databases in the embedded server, filled in bulk (five items an order, a
fifth as many customers). Each call goes through the true URLs, middleware, serializers
and templates, signed in as an admin, in this process.

    python bench/lists.py [--few 10000] [--many 1000000] [--rounds 20] [--seed 1]

Prints JSON: per call the median and p95 in ms at both sizes and the medians' ratio.
Takes some ten minutes and 3 GB on two cores; the databases are dropped afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import drop_database, fresh_database, say  # noqa: E402

ITEMS = 5
FIRST = "Asha Bharat Chandni Deepak Esha Farhan Gita Hari Indu Jatin Kavita Lata Mohan Nisha Omkar"
LAST = "Pawar Kulkarni Jadhav Bansal Mehta Rathod Solanki Trivedi Desai Naik Gowda Reddy Iyer Das"


# Each row is the pattern's with what follows from its number, so both sizes hold alike rows.
NAME = """
    ({first}::text[])[1 + n % 15] || ' ' || ({last}::text[])[1 + n / 15 % 14]
    || ' ' || ({last}::text[])[1 + n / 210 % 14]
"""
CUSTOMERS = f"""
INSERT INTO customers_customer
SELECT (jsonb_populate_record(pattern, jsonb_build_object(
    'id', pattern.id + n, 'name', {NAME}, 'phone', '+9198' || (10000000 + n)
))).* FROM customers_customer pattern, generate_series(1, {{orders}} / 5) AS n
"""
ORDERS = f"""
INSERT INTO orders_order
SELECT (jsonb_populate_record(pattern, jsonb_build_object(
    'id', md5('order' || n)::uuid,
    'order_reference',
    'LEG-' || upper(substr(md5(n::text), 1, 4) || '-' || substr(md5(n::text), 5, 5)) || n,
    'customer_id', first_customer + n % ({{orders}} / 5),
    'customer_name', {NAME},
    'customer_phone', '+9198' || (10000000 + n % ({{orders}} / 5)),
    'status', coalesce(
        (array['pending', 'confirmed', 'shipped', 'cancelled'])[1 + n % 50], 'delivered'
    ),
    'payment_status', coalesce((array['unpaid', 'part_paid'])[1 + n % 20], 'paid'),
    'channel', coalesce((array['counter', 'storefront'])[1 + n % 10], 'whatsapp'),
    'subtotal', 50 + n * 7919::bigint % 500000, 'total', 50 + n * 7919::bigint % 500000,
    'created_at', now() - {{orders}}::int * interval '1 minute' + n * interval '1 minute'
))).* FROM orders_order pattern, (SELECT min(id) + 1 AS first_customer FROM customers_customer) c,
    generate_series(1, {{orders}}) AS n
WHERE pattern.order_reference = 'LEG-PATTERN'
"""
ITEMS_OF_ORDERS = """
INSERT INTO orders_orderitem
SELECT (jsonb_populate_record(pattern, jsonb_build_object(
    'id', md5(orders_order.id::text || n)::uuid, 'order_id', orders_order.id, 'position', n
))).* FROM orders_orderitem pattern, orders_order, generate_series(1, {items}) AS n
WHERE orders_order.order_reference <> 'LEG-PATTERN'
"""


# The shop -----------------------------------------------------------------------------


def fill(orders: int) -> None:
    """Make the rows with SQL; what they are made of is one true order of the factories."""
    from django.db import connection

    from customers.models import Customer
    from orders.models import Order
    from orders.placing import Buyer, NewLine, place_order
    from tests.factories import CustomerFactory, ProductFactory, UserFactory

    UserFactory(username="meera", role="admin")
    # Its key is the first: the others' follow from it.
    buyer = Buyer.known(CustomerFactory())
    line = NewLine(product=ProductFactory(), quantity=Decimal(1))
    place_order([line], buyer=buyer, channel="counter", by=None, reference="LEG-PATTERN")
    assert Customer.objects.count() == 1
    words = {"first": array(FIRST), "last": array(LAST), "orders": orders, "items": ITEMS}
    # Filled last, an index of words costs a tenth.
    words_index = next(one for one in Order._meta.indexes if one.name == "order_by_words")
    with connection.schema_editor() as editor:
        editor.remove_index(Order, words_index)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows are known to fit
        for statement in (CUSTOMERS, ORDERS, ITEMS_OF_ORDERS):
            cursor.execute(statement.format(**words))
    with connection.schema_editor() as editor:
        editor.add_index(Order, words_index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def array(words: str) -> str:
    return "array['" + "','".join(words.split()) + "']"


# The calls ----------------------------------------------------------------------------


def calls(dice: random.Random, orders: int) -> dict[str, str]:
    """Each list as the storefront's staff and the back office ask for it."""
    from django.utils import timezone

    from orders.models import Order

    some = Order.objects.all()[dice.randrange(min(orders, 5000))]
    day = timezone.localdate(some.created_at)
    phone, reference = some.customer_phone, some.order_reference
    api, admin = "/api/orders", "/admin/orders/order/"
    return {
        "api newest": api,
        "api 200 a page": f"{api}?page_size=200",
        "api page 100": f"{api}?page=100",
        "api by total": f"{api}?ordering=total",
        "api by total, dearest first": f"{api}?ordering=-total",
        "api by status": f"{api}?ordering=status",
        "api status delivered": f"{api}?status=delivered",
        "api status pending": f"{api}?status=pending",
        "api unpaid at the counter": f"{api}?payment_status=unpaid&channel=counter",
        "api status and date": f"{api}?status=delivered&date_from={day}&date_to={day}",
        "api a customer's": f"{api}?customer={some.customer_id}",
        "api search reference": f"{api}?search={reference}",
        "api search part of reference": f"{api}?search={reference[:9]}",
        "api search phone": f"{api}?search={phone[1:]}",
        "api search part of phone": f"{api}?search={phone[-7:]}",
        "api search name": f"{api}?search={some.customer_name.split()[0]}",
        "api search whole name": f"{api}?search={some.customer_name}",
        "api search nothing": f"{api}?search=zzyzx",
        "api one order": f"{api}/{some.pk}",
        "admin newest": admin,
        "admin status and date": f"{admin}?status__exact=delivered"
        f"&created_at_from={day}&created_at_to={day}",
        "admin search reference": f"{admin}?q={reference}",
        "admin search phone": f"{admin}?q={phone[1:]}",
        "admin search name": f"{admin}?q={some.customer_name}",
        "admin one order": f"{admin}{some.pk}/change/",
    }


def time_calls(orders: int, rounds: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of each call, each round with another order in mind."""
    from django.test import Client
    from rest_framework_simplejwt.tokens import AccessToken

    from customers.models import User

    user = User.objects.get(username="meera")
    client = Client(headers={"authorization": f"Bearer {AccessToken.for_user(user)}"})
    client.force_login(user)
    dice, times = random.Random(seed), {}
    for number in range(rounds + 1):
        for name, path in calls(dice, orders).items():
            began = time.perf_counter()
            answer = client.get(path, headers={"host": "localhost"})
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
            if number:  # the first round warms caches and plans
                times.setdefault(name, []).append(took)
    return times


def measure(orders: int, rounds: int, seed: int) -> None:
    """In a process of its own: Django knows one database. Prints the times."""
    import django

    django.setup()
    from django.core.management import call_command

    say(f"{orders:,} orders: filling")
    call_command("migrate", verbosity=0)
    fill(orders)
    say(f"{orders:,} orders: asking")
    json.dump(time_calls(orders, rounds, seed), sys.stdout)


def measured(orders: int, arguments: argparse.Namespace) -> dict[str, list[float]]:
    database = fresh_database()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PARCHI_ENV": "demo",
        "DATABASE_URL": database,
    }
    command = [sys.executable, __file__, "--measure", str(orders)]
    command += ["--rounds", str(arguments.rounds), "--seed", str(arguments.seed)]
    try:
        return json.loads(subprocess.check_output(command, env=environment))
    finally:
        drop_database(database)


def summary(few: list[float], many: list[float]) -> dict[str, float]:
    def p95(times: list[float]) -> float:
        return round(statistics.quantiles(times, n=20)[-1], 1)

    return {
        "few_ms": round(statistics.median(few), 1),
        "many_ms": round(statistics.median(many), 1),
        "few_p95_ms": p95(few),
        "many_p95_ms": p95(many),
        "ratio": round(statistics.median(many) / statistics.median(few), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, default in (("few", 10_000), ("many", 1_000_000), ("rounds", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments.rounds, arguments.seed)
        return
    say("filling and asking; some minutes")
    few, many = measured(arguments.few, arguments), measured(arguments.many, arguments)
    table: dict[str, Any] = {name: summary(few[name], many[name]) for name in few}
    json.dump({"few": arguments.few, "many": arguments.many, "calls": table}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
