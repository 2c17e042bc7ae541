"""The simulator on a phone: what is written there comes back with the shop's answer."""

from __future__ import annotations

import pytest

from tests.factories import ProductFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]


def test_a_customer_is_played_on_a_phone_and_hears_from_the_shop(signed_in):
    from playwright.sync_api import expect

    ProductFactory(name="Gold ring", stock=50)
    page = signed_in(390, 844)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/simulator?phone=%2B919870011226")
    page.get_by_label("Write as the customer").fill("2 gold ring")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".desk-bubble-out")).to_contain_text("2 gold ring", timeout=60_000)
    expect(page.locator(".desk-bubble-in")).to_contain_text("2 × Gold ring", timeout=60_000)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert (width, complaints) == (390, [])
