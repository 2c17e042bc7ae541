"""The customer's page in a phone's browser that runs no scripts."""

from __future__ import annotations

import pytest

from customers.consent import may_notify
from orders.models import OrderStatus
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import brought_to, placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_customer_without_scripts_finds_the_order_and_ticks_the_box(browser, desk, units, width):
    from playwright.sync_api import expect

    lata = CustomerFactory(name="Lata Pawar", phone="+919822001144")
    order = placed((ProductFactory(name="Indigo kurta", stock=9), 2), customer=lata)
    brought_to(order, OrderStatus.PROCESSING)
    context = browser.new_context(
        base_url=desk,
        viewport={"width": width, "height": 844},
        java_script_enabled=False,
        locale="en-IN",
    )
    page = context.new_page()
    page.goto("/track")
    page.get_by_label("Order reference").fill(order.order_reference)
    page.get_by_label("Phone number").fill("98220 01144")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {order.order_reference}")
    expect(page.locator("[aria-current=step]")).to_contain_text("Being packed")
    box = page.get_by_role("checkbox", name="Tell me on WhatsApp how my order goes")
    expect(box).not_to_be_checked()
    box.press("Space")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(box).to_have_count(0)
    assert may_notify(lata)
    assert page.locator("html").bounding_box()["width"] <= width
