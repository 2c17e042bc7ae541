"""The main pages with the demo shop in them: nothing serious for axe-core, nothing too wide."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from config.demo.seeding import seed_demo
from customers.models import User
from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload
from orders.models import Order, OrderStatus
from tests.browser.conftest import missing
from tests.factories import PASSWORD
from tests.server import WEB, running_desk
from whatsapp.models import Chat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]
HERE = Path(__file__).resolve().parent
GRAVE = {"serious", "critical"}
# What each form that a word unfolds asks, where it would lie beyond the window.
HUNG_OUT = """() => [...document.querySelectorAll("details.desk-ask")].filter((ask) => {
  const was = ask.open;
  ask.open = true;
  const box = ask.lastElementChild.getBoundingClientRect();
  ask.open = was;
  return box.width && (box.left < 0 || box.right > innerWidth);
}).map((ask) => ask.innerText)"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The pinned axe-core's script; without npm these tests are skipped, but fail in CI."""
    try:
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        missing(f"axe-core ({error})", "apt-get install nodejs npm")
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def desk(transactional_db, units, settings, tmp_path, monkeypatch):
    """A desk with the demo's shop, and no worker that would change it."""
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    seed_demo(password=PASSWORD)
    with running_desk(WEB, log=tmp_path / "desk.log") as address:
        yield address


@pytest.fixture
def seller(desk) -> User:
    """The owner, to whom no page is closed."""
    return User.objects.get(username="admin")


def main_pages() -> dict[str, str]:
    """The address of each by its name."""
    draft = OrderDraft.objects.filter(status=DraftStatus.OPEN).earliest("pk")
    order = Order.objects.filter(status=OrderStatus.PENDING).earliest("created_at")
    upload = KhataUpload.objects.get()
    return {
        "home": reverse("admin:index"),
        "drafts": reverse("admin:drafts_orderdraft_changelist"),
        "review desk": reverse("admin:drafts_orderdraft_change", args=[draft.pk]),
        "orders": reverse("admin:orders_order_changelist"),
        "order": reverse("admin:orders_order_change", args=[order.pk]),
        "products": reverse("admin:orders_product_changelist"),
        "stock count": reverse("admin:orders_product_count"),
        "customers": reverse("admin:customers_customer_changelist"),
        "customer": reverse("admin:customers_customer_change", args=[order.customer_id]),
        "khata page": reverse("admin:khata_khataupload_review", args=[upload.pk]),
        "chats": reverse("admin:whatsapp_chat_changelist"),
        "chat": reverse("admin:whatsapp_chat_change", args=[Chat.objects.earliest("pk").pk]),
        "shop": reverse("admin:customers_shop_changelist"),
        "track": reverse("track"),
    }


def visited(page) -> Iterator[str]:
    """Open one main page after the other by day, then by night, at last an order's /track."""
    order = Order.objects.filter(status=OrderStatus.PENDING).earliest("created_at")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, path in main_pages().items():
            page.goto(path)
            yield f"{name}, {scheme}"
        page.fill("[name=reference]", order.order_reference)
        page.fill("[name=phone]", order.customer_phone)
        page.press("[name=phone]", "Enter")
        page.wait_for_selector("#progress")
        yield f"track of an order, {scheme}"


def faults_of(page, axe: str, width: int) -> list[str]:
    """What axe-core calls serious or critical, a line an element; and what is beyond the window."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [rule for rule in found["violations"] if rule["impact"] in GRAVE]
    faults = [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in grave
        for node in rule["nodes"]
    ]
    faults += [f"unfolds beyond the window: {words}" for words in page.evaluate(HUNG_OUT)]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return faults if wide <= width else [*faults, f"{wide} px wide"]


def test_no_main_page_shuts_anybody_out_by_day_or_night_wide_or_narrow(signed_in, axe):
    faults = []
    for width in (1280, 390):
        page = signed_in(width, 844)
        for place in visited(page):
            faults += [f"{place}, {width} px: {fault}" for fault in faults_of(page, axe, width)]
        page.context.clear_cookies()
        page.goto(reverse("admin:login"))
        faults += [f"sign-in, {width} px: {fault}" for fault in faults_of(page, axe, width)]
    assert faults == []
