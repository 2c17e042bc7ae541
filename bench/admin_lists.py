#!/usr/bin/env python
"""How long the staff's lists take with 10,000 and with 1,000,000 orders, in one run.

Two fresh databases in the embedded server, filled by `manage.py fill_shop` (five items an
order, a fifth as many customers). Each call goes through the true URLs, middleware,
serializers and templates, signed in as an admin, by Django's test client; then the same
calls on the same rows by Django's own admin (bench/plain_admin.py). Four processes, one for each
size and each admin, are asked in turn, call by call: whatever else the machine does, it does to
all four.

    python bench/admin_lists.py [--few 10000] [--many 1000000] [--rounds 20] [--seed 1]
    python bench/admin_lists.py --keep      # leaves the databases, and says their names
    python bench/admin_lists.py --databases NAME NAME    # measures those again

Prints JSON: per call the median and p95 in ms at both sizes and the medians' ratio; at the larger
size also its processor time, its time in queries and their number; the same of the plain admin,
the worst of each, and the slowest query with its call. Takes some fifteen minutes and 4 GB on two
cores, all but three of them for filling.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import drop_database, fresh_database, say  # noqa: E402

SETTINGS = {"desk": "config.settings", "plain": "bench.plain_admin"}
MIND = 5000  # the orders that are asked for are among so many newest ones
RATIO, P95 = 1.5, 100.0  # what is aimed at


# The shop -----------------------------------------------------------------------------


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(orders: int) -> None:
    from django.db import connection

    from config.demo.many import fill_shop
    from tests.factories import UserFactory

    migrate()
    fill_shop(orders=orders)
    UserFactory(username="meera", role="admin")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")


# The calls ----------------------------------------------------------------------------


def admin_calls(some: Any, day: str) -> dict[str, str]:
    """What both admins understand."""
    phone, reference, customer = some.customer_phone, some.order_reference, some.customer_id
    orders, people = "/admin/orders/order/", "/admin/customers/customer/"
    goods, name = "/admin/orders/product/", some.customer_name
    return {
        "orders newest": orders,
        "orders page 20": f"{orders}?p=20",
        "orders by total": f"{orders}?o=-TOTAL",
        "orders pending": f"{orders}?status__exact=pending",
        "orders status and date": f"{orders}?status__exact=delivered&DAY={day}",
        "orders search reference": f"{orders}?q={reference}",
        "orders search phone": f"{orders}?q={phone[1:]}",
        "orders search part of phone": f"{orders}?q={phone[-7:]}",
        "orders search name": f"{orders}?q={name}",
        "orders search nothing": f"{orders}?q=zzyzx",
        "order page": f"{orders}{some.pk}/change/",
        "customers": people,
        "customers search phone": f"{people}?q={phone[1:]}",
        "customers search name": f"{people}?q={name}",
        "customer page": f"{people}{customer}/change/",
        "products": goods,
        "products search": f"{goods}?q=ITEM-7",
    }


def admin_words(path: str, which: str, day: str) -> str:
    """The same question in each admin's own words: its columns and its date filter."""
    if which == "desk":
        path = path.replace("o=-TOTAL", "o=-8")
        return path.replace(f"DAY={day}", f"created_at_from={day}&created_at_to={day}")
    path = path.replace("o=-TOTAL", "o=-9")
    days = f"created_at__gte={day} 00:00:00%2B05:30&created_at__lt={day} 23:59:59%2B05:30"
    return path.replace(f"DAY={day}", days)


def api_calls(some: Any, day: str) -> dict[str, str]:
    api, phone, reference = "/api/orders", some.customer_phone, some.order_reference
    return {
        "api newest": api,
        "api 200 a page": f"{api}?page_size=200",
        "api page 100": f"{api}?page=100",
        "api by total": f"{api}?ordering=total",
        "api by total, dearest first": f"{api}?ordering=-total",
        "api by status": f"{api}?ordering=status",
        "api status delivered": f"{api}?status=delivered",
        "api unpaid at the counter": f"{api}?payment_status=unpaid&channel=counter",
        "api status and date": f"{api}?status=delivered&date_from={day}&date_to={day}",
        "api a customer's": f"{api}?customer={some.customer_id}",
        "api search reference": f"{api}?search={reference}",
        "api search part of reference": f"{api}?search={reference[:9]}",
        "api search phone": f"{api}?search={phone[1:]}",
        "api search part of phone": f"{api}?search={phone[-7:]}",
        "api search name": f"{api}?search={some.customer_name.split()[0]}",
        "api search nothing": f"{api}?search=zzyzx",
        "api one order": f"{api}/{some.pk}",
    }


def calls(dice: random.Random, which: str) -> dict[str, str]:
    """Each list as staff ask for it, with another order in mind each time."""
    from django.utils import timezone

    from orders.models import Order

    some = Order.objects.all()[dice.randrange(min(Order.objects.all()[:MIND].count(), MIND))]
    day = timezone.localdate(some.created_at).isoformat()
    paths = {name: admin_words(p, which, day) for name, p in admin_calls(some, day).items()}
    return paths if which == "plain" else {**paths, **api_calls(some, day)}


# Measuring, in a process of its own: Django knows one database ---------------------------


def client() -> Any:
    from django.test import Client

    from customers.models import User

    user = User.objects.get(username="meera")
    headers = {"host": "localhost"}
    if os.environ["DJANGO_SETTINGS_MODULE"] == SETTINGS["desk"]:
        from rest_framework_simplejwt.tokens import AccessToken

        headers["authorization"] = f"Bearer {AccessToken.for_user(user)}"
    browser = Client(headers=headers)
    browser.force_login(user, backend="customers.authentication.RoleBackend")
    return browser


class Queries:
    """What was asked of the database since the last start."""

    def __init__(self) -> None:
        self.took: list[tuple[float, str]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.took.append(((time.perf_counter() - began) * 1000, sql))


def one_call(browser: Any, path: str) -> dict[str, Any]:
    from django.db import connection

    queries = Queries()
    with connection.execute_wrapper(queries):
        began, computed = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        took, cpu = time.perf_counter() - began, time.process_time() - computed
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return {
        "ms": took * 1000,
        "cpu_ms": cpu * 1000,
        "sql_ms": sum(ms for ms, _ in queries.took),
        "queries": len(queries.took),
        "slowest": max(queries.took, default=(0.0, "")),
    }


def answer_calls(which: str, seed: int) -> None:
    """For each line of stdin one line of JSON: a name is a call, an empty line begins a round."""
    browser, dice = client(), random.Random(seed)
    paths: dict[str, str] = {}
    for line in sys.stdin:
        name = line.strip()
        if not name:
            paths = calls(dice, which)
        facts = one_call(browser, paths[name]) if name else list(paths)
        print(json.dumps(facts), flush=True)


def measure(asked: argparse.Namespace) -> None:
    import django

    django.setup()
    if asked.measure == "fill":
        fill(asked.orders)
    elif asked.measure == "migrate":
        migrate()
    else:
        answer_calls(asked.measure, asked.seed)


# The run ------------------------------------------------------------------------------


def process(what: str, database: str, asked: argparse.Namespace, *more: str) -> Any:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS.get(what, SETTINGS["desk"]),
        "PYTHONPATH": str(ROOT),
        "PARCHI_ENV": "demo",
        "DATABASE_URL": database,
    }
    command = [sys.executable, __file__, "--measure", what, "--seed", str(asked.seed), *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)


def ask(child: Any, name: str = "") -> Any:
    child.stdin.write(f"{name}\n")
    child.stdin.flush()
    answer = child.stdout.readline()
    if not answer:
        raise SystemExit(f"{child.args}: it ended at {name or 'the start'}")
    return json.loads(answer)


def time_calls(children: dict[tuple[str, str], Any], rounds: int) -> dict[Any, dict[str, Any]]:
    """What each child said of each call; the first round warms caches and plans and is left out."""
    said: dict[Any, dict[str, Any]] = {key: {} for key in children}
    for number in range(rounds + 1):
        known = {key: ask(child) for key, child in children.items()}
        for name in known["desk", "few"]:
            for key, child in children.items():
                if name not in known[key]:
                    continue
                facts = ask(child, name)
                if number:
                    said[key].setdefault(name, []).append(facts)
    return said


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def row(few: list[dict[str, Any]], many: list[dict[str, Any]]) -> dict[str, float]:
    def middle(calls: list[dict[str, Any]], what: str) -> float:
        return round(statistics.median(call[what] for call in calls), 1)

    return {
        "few_ms": middle(few, "ms"),
        "many_ms": middle(many, "ms"),
        "few_p95_ms": round(p95([call["ms"] for call in few]), 1),
        "many_p95_ms": round(p95([call["ms"] for call in many]), 1),
        "ratio": round(middle(many, "ms") / middle(few, "ms"), 2),
        "cpu_ms": middle(many, "cpu_ms"),
        "sql_ms": middle(many, "sql_ms"),
        "queries": max(call["queries"] for call in many),
    }


def report(few: dict[str, Any], many: dict[str, Any]) -> dict[str, Any]:
    rows = {name: row(few[name], many[name]) for name in few}
    slowest = max((*call["slowest"], name) for name in many for call in many[name])
    return {
        "calls": rows,
        "worst_ratio": max((facts["ratio"], name) for name, facts in rows.items()),
        "worst_p95_ms": max((facts["many_p95_ms"], name) for name, facts in rows.items()),
        f"over_{RATIO}": [name for name, facts in rows.items() if facts["ratio"] > RATIO],
        f"over_{P95:.0f}_ms": [n for n, facts in rows.items() if facts["many_p95_ms"] > P95],
        "slowest_query": dict(zip(("ms", "sql", "call"), slowest, strict=True)),
    }


def filled(orders: int, asked: argparse.Namespace) -> str:
    database: str = fresh_database(f"lists_{orders}_{os.getpid()}")
    say(f"{orders:,} orders: filling {database}")
    wait_for(process("fill", database, asked, "--orders", str(orders)))
    return database


def wait_for(child: Any) -> None:
    if child.wait():
        raise SystemExit(f"{child.args[3:5]} failed")


def measured(databases: dict[str, str], asked: argparse.Namespace) -> dict[str, Any]:
    children = {
        (which, size): process(which, database, asked)
        for which in SETTINGS
        for size, database in databases.items()
    }
    try:
        said = time_calls(children, asked.rounds)
    finally:
        for child in children.values():
            child.terminate()
            child.wait()
    return {which: report(said[which, "few"], said[which, "many"]) for which in SETTINGS}


def run(asked: argparse.Namespace) -> dict[str, Any]:
    sizes = (asked.few, asked.many)
    databases = asked.databases or [filled(orders, asked) for orders in sizes]
    for database in databases:
        wait_for(process("migrate", database, asked))
    load = round(os.getloadavg()[0], 1)
    try:
        facts = measured(dict(zip(("few", "many"), databases, strict=True)), asked)
    finally:
        for database in databases:
            if not asked.keep and not asked.databases:
                drop_database(database)
    return {"few": asked.few, "many": asked.many, "load_before": load, **facts}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, default in (("few", 10_000), ("many", 1_000_000), ("rounds", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--databases", nargs=2, help="addresses that --keep left")
    parser.add_argument("--measure", choices=("fill", "migrate", *SETTINGS), help=argparse.SUPPRESS)
    parser.add_argument("--orders", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked)
        return
    json.dump(run(asked), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
