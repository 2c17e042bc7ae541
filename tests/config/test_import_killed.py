"""An import that is killed at any moment and run again ends as one clean run would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.reconciling import find_faults
from customers.imports.models import ImportJob
from orders.models import Order, OrderItem
from tests.factories import ProductFactory
from tests.importing import bring, counts, table

ORDERS = 4000
HEAD = "Bill no,Date,Party,Mobile,SKU,Qty,Rate"


def facts() -> tuple[int, int, list[tuple[object, ...]]]:
    rows = Order.objects.order_by("order_reference")
    return (
        OrderItem.objects.count(),
        Order.history.count(),
        list(rows.values_list("order_reference", "customer_name", "total", "created_at")),
    )


def big_file(path: Path) -> Path:
    lines = (
        f"B-{n},2025-04-{n % 28 + 1:02},Party {n % 900},{9820000000 + n % 900},KUR-{line},{line},40"
        for n in range(ORDERS)
        for line in (1, 2, 3)
    )
    path.write_text(table(HEAD, *lines), encoding="utf-8")
    return path


def database_address() -> str:
    params = connection.get_connection_params()
    return f"postgres://{params['user']}@/{params['host']}/{params['dbname']}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_a_killed_import_goes_on_where_it_was(tmp_path, units):
    for line in (1, 2, 3):
        ProductFactory(sku=f"KUR-{line}")
    path = big_file(tmp_path / "bills.csv")
    command = [sys.executable, "manage.py", "import_orders", str(path)]
    environment = {**os.environ, "DATABASE_URL": database_address(), "PARCHI_ENV": "demo"}
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not ImportJob.objects.filter(position__gt=0).exists():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    broken_off = ImportJob.objects.get()
    assert 0 < broken_off.rows_done < ORDERS * 3
    assert Order.objects.count() == broken_off.created_count

    job = bring("orders", path)
    assert job.pk == broken_off.pk
    assert counts(job) == (ORDERS, 0, 0, 0)
    assert find_faults() == []
    killed = facts()

    Order.objects.all().delete()
    Order.history.all().delete()
    ImportJob.objects.all().delete()
    assert counts(bring("orders", path)) == (ORDERS, 0, 0, 0)
    assert facts() == killed
