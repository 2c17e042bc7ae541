#!/usr/bin/env python
"""How fast customers and past orders are imported, beside the raw COPY of the same rows.

A fresh database in the embedded server for each round; the true rule over a CSV in a
process of its own, whose largest memory is noted (how words sound is remembered of up to
100,000 words, some 20 MB, whatever the file's length). COPY then writes what the import wrote
(the rows and their histories) into the same tables, emptied, indexes and all.

    python bench/imports.py [--customers 20000] [--orders 5000] [--times 5] [--rounds 3]

Prints JSON: rows a second (the best of the rounds), the ratio to COPY, how much of a second
a thousand rows compute in Python and in PostgreSQL (what a busy machine changes least), and
the rate and the memory of a file so many times as long. Takes about three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import drop_database, fresh_database, say  # noqa: E402

PRODUCTS = 200
LINES = 3
TABLES = {
    "customers": ("customers_customer", "customers_historicalcustomer"),
    "orders": (
        *("customers_customer", "customers_historicalcustomer", "orders_order"),
        *("orders_historicalorder", "orders_orderitem", "orders_payment", "orders_orderevent"),
    ),
}


def customers_file(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Name,Company,Phone,Email,Credit limit\n")
        file.writelines(
            f"Party {n},Firm {n % 999},{9800000000 + n},party{n}@example.in,{n % 50 * 1000}\n"
            for n in range(count)
        )


def orders_file(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Bill no,Date,Party,Mobile,SKU,Qty,Rate,Status,Paid\n")
        file.writelines(
            f"B-{n},{n % 28 + 1:02}/{n % 12 + 1:02}/2025,Party {n % 2000},{9800000000 + n % 2000},"
            f"SKU-{(n * LINES + line) % PRODUCTS},{line + 1},{100 + n % 400},delivered,yes\n"
            for n in range(count)
            for line in range(LINES)
        )


MAKE = {"customers": customers_file, "orders": orders_file}


def measure(kind: str, count: int) -> None:
    """In a process of its own: Django knows one database. Prints the facts."""
    import django

    django.setup()
    from django.db import connection

    from config.importing import importer_of
    from customers.imports.jobs import Wishes, resume_or_start
    from customers.imports.running import run_job

    connection.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        MAKE[kind](path, count)
        began, computed = time.perf_counter(), computing(connection)
        importer = importer_of(kind)
        job = resume_or_start(path, importer, name=path.name, wishes=Wishes(), by=None)
        run_job(job, path, importer)
        took = time.perf_counter() - began
        python, postgres = (b - a for a, b in zip(computed, computing(connection), strict=True))
        assert job.created_count == count, job.last_error
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        copied = copy_again(kind, Path(folder), connection)
    facts = {
        "a_second": count / took,
        "copy_a_second": count / copied,
        "memory_mb": memory,
        "python_s": python * 1000 / count,
        "postgres_s": postgres * 1000 / count,
    }
    json.dump(facts, sys.stdout)


def computing(connection: Any) -> tuple[float, float]:
    """Seconds of a processor that this process took so far, and its server process."""
    backend = connection.connection.info.backend_pid
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time(), ticks / os.sysconf("SC_CLK_TCK")


def copy_again(kind: str, folder: Path, connection: Any) -> float:
    """Seconds that COPY needs to write the same rows into the same tables, emptied."""
    tables = TABLES[kind]
    with connection.cursor() as cursor:
        for table in tables:
            with (folder / table).open("wb") as file, cursor.copy(read_of(cursor, table)) as copy:
                for block in copy:
                    file.write(block)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET session_replication_role = origin")
        began = time.perf_counter()
        for table in tables:
            with (folder / table).open("rb") as file, cursor.copy(write_of(cursor, table)) as copy:
                while block := file.read(1024 * 1024):
                    copy.write(block)
        return time.perf_counter() - began


def columns_of(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
        " FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return str(cursor.fetchone()[0])


def read_of(cursor: Any, table: str) -> str:
    return f"COPY {table} ({columns_of(cursor, table)}) TO STDOUT"


def write_of(cursor: Any, table: str) -> str:
    return f"COPY {table} ({columns_of(cursor, table)}) FROM STDIN"


def prepare() -> None:
    """In a process of its own: the tables and products that each round starts with."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.factories import ProductFactory

    call_command("migrate", verbosity=0)
    for number in range(PRODUCTS):
        ProductFactory(sku=f"SKU-{number}")


def in_own_process(database: str, *arguments: str) -> bytes:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PARCHI_ENV": "demo",
        "DATABASE_URL": database,
    }
    return subprocess.check_output([sys.executable, __file__, *arguments], env=environment)


def measured(kind: str, count: int, template: str) -> dict[str, float]:
    database = fresh_database(f"imports_{os.getpid()}", template=template)
    try:
        answer = in_own_process(database, "--measure", kind, "--count", str(count))
        return json.loads(answer)
    finally:
        drop_database(database)


def of_kind(kind: str, count: int, *, times: int, rounds: int, template: str) -> dict[str, float]:
    say(f"{kind}: {count:,} in {rounds} rounds, then {count * times:,}")
    runs = [measured(kind, count, template) for _ in range(rounds)]
    best = max(runs, key=lambda run: run["a_second"])
    long = measured(kind, count * times, template)
    return {
        "count": count,
        "a_second": round(best["a_second"]),
        "copy_a_second": round(best["copy_a_second"]),
        "times_copy": round(best["copy_a_second"] / best["a_second"], 1),
        "python_s_a_thousand": round(best["python_s"], 2),
        "postgres_s_a_thousand": round(best["postgres_s"], 2),
        "long_count": count * times,
        "long_a_second": round(long["a_second"]),
        "long_python_s_a_thousand": round(long["python_s"], 2),
        "long_postgres_s_a_thousand": round(long["postgres_s"], 2),
        "memory_mb": round(best["memory_mb"]),
        "long_memory_mb": round(long["memory_mb"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    sizes = (("customers", 20_000), ("orders", 5_000), ("times", 5), ("rounds", 3))
    for name, default in sizes:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", choices=tuple(MAKE), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.prepare:
        prepare()
    elif asked.measure:
        measure(asked.measure, asked.count)
    else:
        run(asked)


def run(asked: argparse.Namespace) -> None:
    name = f"imports_{os.getpid()}_empty"
    say("the tables are made, once")
    template = fresh_database(name)
    try:
        in_own_process(template, "--prepare")
        limits = {"times": asked.times, "rounds": asked.rounds}
        table = {
            kind: of_kind(kind, getattr(asked, kind), **limits, template=name) for kind in MAKE
        }
    finally:
        drop_database(template)
    json.dump(table, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
