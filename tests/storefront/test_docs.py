"""The examples of docs/storefront.md marked for running do run, one after another."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from orders.models import Order
from tests.factories import PASSWORD
from tests.server import ROOT, WEB, running_desk
from tests.storefront.conftest import HERE, npm

MARKED = re.compile(r"<!-- run -->\n```(\w+)\n(.*?)```", re.DOTALL)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


def examples(language: str) -> str:
    """All marked blocks of a language, as one script."""
    text = (ROOT / "docs" / "storefront.md").read_text()
    return "\n".join(code for kind, code in MARKED.findall(text) if kind == language)


def shell(command: list[str], script: str, url: str) -> str:
    environment = {**os.environ, "DESK": url, "SELLER": "ravi", "PASSWORD": PASSWORD}
    done = subprocess.run(
        command, input=script, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_curl_examples_run(kurta, people, tmp_path):
    with running_desk(WEB, log=tmp_path / "web.log") as url:
        shell(["bash", "-euo", "pipefail"], examples("bash"), url)
    order = Order.objects.get(order_reference="LEG-7K3M-Q0XW")
    assert (order.status, order.item_count, order.address_city) == ("processing", 2, "Surat")
    assert Order.objects.get(user__username="nilofer").status == "pending"


def test_the_typescript_example_compiles_and_runs(node, kurta, people, tmp_path):
    (HERE / "generated").mkdir(exist_ok=True)
    (HERE / "generated" / "docs.ts").write_text(examples("typescript"))
    for script in ("generate", "build"):
        done = npm("run", "--silent", script)
        assert done.returncode == 0, done.stdout + done.stderr
    with running_desk(WEB, log=tmp_path / "web.log") as url:
        said = shell([node, HERE / "generated" / "built" / "generated" / "docs.js"], "", url)
    placed, refused = said.splitlines()
    assert placed.endswith("pending 450")
    assert refused == "401 not_authenticated"
