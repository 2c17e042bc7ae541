"""The storefront's calls in TypeScript, type-checked against the schema, on the running desk."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from orders.models import Order
from tests.factories import PASSWORD
from tests.server import WEB, running_desk
from tests.storefront.conftest import HERE

TSC = HERE / "node_modules" / ".bin" / "tsc"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


def run(node: str, script: Path, **environment: str) -> list[dict]:
    """What the script printed, a JSON object a line."""
    done = subprocess.run(
        [node, script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_whole_flow_of_a_storefront_works_from_typescript(node, built, kurta, people, tmp_path):
    with running_desk(WEB, log=tmp_path / "web.log") as url:
        calls = run(
            node,
            built / "flow.js",
            DESK_URL=url,
            DESK_PASSWORD=PASSWORD,
            DESK_PRODUCT=str(kurta.pk),
        )
    (tmp_path / "calls.json").write_text(json.dumps(calls, indent=2))
    assert {call["call"] for call in calls} >= {
        "createOrder",
        "getOrders",
        "getMyOrders",
        "getOrderById",
        "updateOrderStatus",
        "confirmOrder",
        "cancelOrder",
    }
    assert all(call["path"].split("?")[0].endswith("/") for call in calls)
    assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "pending"]


def test_the_client_refuses_what_the_schema_refuses(built):
    """The types are worth something: a status nobody knows doesn't compile."""
    wrong = HERE / "generated" / "wrong.ts"
    wrong.write_text(
        'import { desk, updateOrderStatus } from "../orders.js";\n'
        'await updateOrderStatus(desk("http://127.0.0.1"), "x", "teleported");\n'
    )
    try:
        done = subprocess.run(
            [TSC, "--noEmit"], cwd=HERE, capture_output=True, text=True, check=False
        )
    finally:
        wrong.unlink()
    assert done.returncode != 0
    assert "teleported" in done.stdout
