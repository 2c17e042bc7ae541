"""schemathesis follows the OpenAPI document against the real server, as three kinds of caller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from rest_framework_simplejwt.tokens import RefreshToken

from customers.models import Customer, User
from drafts.models import DraftChange, DraftEntry, OrderDraft
from khata.accounts import customer_account, shop_account
from orders.models import Product, ProductImage
from tests.drafts.desk import receive_and_read
from tests.factories import CategoryFactory, ChatFactory, KhataRowFactory, ProductFactory
from tests.khata.books import moved
from tests.orders.desk import confirmed, placed
from tests.server import ROOT, WEB, running_desk
from whatsapp.models import Chat, Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)
MANY = "100000/min"
UNTHROTTLED = {
    f"THROTTLE_{name}": MANY
    for name in (
        "ANON",
        "USER",
        "LOGIN_ACCOUNT",
        "LOGIN_ADDRESS",
        "REGISTER",
        "GUEST_CHECKOUT",
        "TRACK",
    )
}


@pytest.fixture
def strict_document(tmp_path) -> Path:
    """The committed document, in which an answer may have no key that isn't named."""
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and not name.endswith("Request"):
            schema["additionalProperties"] = False
    path = tmp_path / "openapi.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


@pytest.fixture
def rows(buyer_user) -> str:
    """A small shop whose rows the calls name; a draft among them."""
    rings = ProductFactory.create_batch(3, stock=1_000)
    parent = ProductFactory(has_variants=True)
    ProductFactory(parent=parent, size="M", stock=5)
    orders = [placed((rings[0], 2)), confirmed((rings[1], 1)), placed((rings[2], 5_000))]
    chat = ChatFactory()
    for text in (f"2 {rings[0].name}", "make it 3", "ek aur add karo"):
        receive_and_read(chat, text)
    khata = KhataRowFactory()
    picture = ProductImage.objects.create(product=rings[0], image="products/ring.jpg")
    return json.dumps(
        {
            "orders": [str(order.pk) for order in orders],
            "products": list(Product.objects.values_list("pk", flat=True)),
            "skus": list(Product.objects.values_list("sku", flat=True)),
            "images": [picture.pk],
            "categories": [CategoryFactory().pk],
            "users": list(User.objects.values_list("pk", flat=True)),
            "customers": list(Customer.objects.values_list("pk", flat=True)),
            "drafts": list(OrderDraft.objects.values_list("pk", flat=True)),
            "chats": list(Chat.objects.values_list("pk", flat=True)),
            "messages": list(Message.objects.values_list("pk", flat=True)),
            "changes": list(DraftChange.objects.values_list("pk", flat=True)),
            "entries": list(DraftEntry.objects.values_list("pk", flat=True)),
            "uploads": [khata.page.upload_id],
            "pages": [khata.page.number],
            "transactions": [moved(customer_account(khata.customer), shop_account("sales")).pk],
        }
    )


def run(
    document: Path, url: str, rows: str, user: User | None, how: tuple[str, ...]
) -> subprocess.CompletedProcess:
    command = [Path(sys.executable).parent / "schemathesis", "run", document, f"--url={url}"]
    # One worker: two threads that compile at once trip over CPython 3.11's AST parser.
    command += [*how, f"--checks={','.join(CHECKS)}", "--workers=1"]
    command += ["--no-color", "--warnings=off"]
    command += ["--suppress-health-check=all", "--max-failures=20"]
    # The same calls every time; an upload waits 20 s for a worker, which does not run here.
    command += ["--generation-deterministic", "--request-timeout=40"]
    if user:
        command += [f"--header=Authorization: Bearer {RefreshToken.for_user(user).access_token}"]
    environment = {
        **os.environ,
        "PARCHI_FUZZ_ROWS": rows,
        "SCHEMATHESIS_HOOKS": "tests.config.fuzzing_hooks",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        command, cwd=document.parent, env=environment, capture_output=True, text=True, check=False
    )


EVERY_BOUNDARY = ("--phases=examples,coverage,fuzzing", "--max-examples=4")
A_FEW_OF_EACH = ("--phases=examples,fuzzing", "--max-examples=4")


@pytest.mark.parametrize(
    ("who", "how"),
    [("seller_user", EVERY_BOUNDARY), ("buyer_user", A_FEW_OF_EACH), (None, A_FEW_OF_EACH)],
)
def test_no_call_that_follows_the_document_finds_a_surprise(
    strict_document, rows, who, how, request, tmp_path
):
    user = request.getfixturevalue(who) if who else None
    with running_desk(WEB, log=tmp_path / "web.log", **UNTHROTTLED) as url:
        done = run(strict_document, url, rows, user, how)
    assert done.returncode == 0, done.stdout + done.stderr
