"""From a WhatsApp message to stock that went down, as a clerk does it, on the real parts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from drafts.models import DraftEntry
from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import placed, stock_of
from whatsapp.simulator import post_text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]

DRAFTS = reverse("admin:drafts_orderdraft_changelist")
PHONE = "+919870011223"


@pytest.fixture
def dupatta(units):
    return ProductFactory(name="Bandhani dupatta", unit_price="350.00", stock=10)


@pytest.fixture
def nasreen(units):
    return CustomerFactory(name="Nasreen Boutique", phone=PHONE)


def open_draft(page, words: str):
    """Wait until the worker has made the draft, then open it from the list."""
    page.goto(DRAFTS)
    page.wait_for_function(
        "words => fetch(location).then(r => r.text()).then(t => t.includes(words))",
        arg=words,
        polling=500,
        timeout=60_000,
    )
    page.reload()
    page.get_by_role("link", name="Nasreen Boutique").click()
    page.wait_for_url(re.compile("/review/$"))


def test_a_message_becomes_a_confirmed_order_and_stock_goes_down(signed_in, desk, dupatta, nasreen):
    from playwright.sync_api import expect

    assert post_text("2 bandhani dupatta", phone=PHONE, url=desk)["status"] == 200
    page = signed_in()
    open_draft(page, "2 bandhani dupatta")

    source = page.locator("mark.desk-source")
    expect(source).to_have_text(re.compile("2 bandhani dupatta"))
    expect(page.get_by_text("10 pc left")).to_be_visible()
    page.get_by_role("group", name="Line 1").get_by_label("Quantity").fill("3")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(re.compile(f"{DRAFTS}$"))
    order = Order.objects.get()
    page.get_by_role("link", name=order.order_reference).click()
    expect(page.locator("[data-label='After']")).to_have_text("7")
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_text("Bandhani dupatta 10 → 7")).to_be_visible()
    expect(page.locator(".desk-steps .now")).to_have_text("Confirmed")
    page.get_by_role("link", name="Bandhani dupatta").click()
    expect(page.get_by_role("heading", name="Stock: 7 pc")).to_be_visible()
    assert stock_of(dupatta) == 7


def test_on_a_phone_a_doubt_is_settled_by_a_tap_and_a_line_is_added(
    signed_in, desk, dupatta, nasreen
):
    from playwright.sync_api import expect

    for name in ("Rope chain 18 inch", "Box chain 18 inch", "Mojari jutti"):
        ProductFactory(name=name, unit_price="900.00", stock=6)
    post_text("2 bandhani dupatta and 1 chain", phone=PHONE, url=desk)
    page = signed_in(390, 844)
    open_draft(page, "2 bandhani dupatta")

    expect(page.get_by_text("? which product?")).to_be_visible()
    page.get_by_role("button", name="Rope chain 18 inch").click()
    expect(page.get_by_text("? which product?")).to_be_hidden()
    page.get_by_role("button", name="+ Line").click()
    added = page.locator(".desk-line").last
    added.locator(".f-product .desk-find").press_sequentially("mojari")
    page.get_by_role("option", name="Mojari jutti").click()
    added.locator(".f-quantity input").fill("1")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_text("₹2,500")).to_be_visible()
    page.locator(".desk-remove").first.click()
    page.get_by_role("button", name="Convert", exact=True).click()
    page.wait_for_url(re.compile(f"{DRAFTS}$"))
    items = Order.objects.get().items.all()
    assert [item.product_name for item in items] == ["Rope chain 18 inch", "Mojari jutti"]
    assert not DraftEntry.objects.filter(product=dupatta).exists()


def test_no_page_is_wider_than_a_phone_and_none_complains(signed_in, desk, dupatta, nasreen):
    order = placed((dupatta, 2), customer=nasreen)
    post_text("2 bandhani dupatta", phone=PHONE, url=desk)
    page = signed_in(390, 844)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_draft(page, "2 bandhani dupatta")
    review = page.url
    for path in (
        review,
        "/admin/",
        DRAFTS,
        reverse("admin:orders_order_changelist"),
        reverse("admin:orders_order_change", args=[order.pk]),
        reverse("admin:orders_product_changelist"),
        reverse("admin:orders_product_change", args=[dupatta.pk]),
        reverse("admin:orders_metalrate_changelist"),
        reverse("admin:whatsapp_chat_changelist"),
        reverse("admin:customers_customer_change", args=[nasreen.pk]),
    ):
        page.goto(path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert complaints == []
