"""The shelf with a scanner in the hand, prices, and home, in a real browser."""

from __future__ import annotations

import pytest

from orders.models import Product
from tests.factories import ProductFactory
from tests.orders.desk import stock_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_scanner_counts_the_shelf(signed_in, width):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    payal = ProductFactory(name="Silver payal", sku="PAY-1", barcode="8901234567894", stock=4)
    kurta = ProductFactory(name="Cotton kurta", sku="KUR-1", stock=10)
    page = signed_in(width, 844)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/admin/orders/product/count/")
    page.evaluate("document.activeElement.blur()")  # a scanner does not know of cursors
    for code in ("8901234567894", "8901234567894", "kur-1", "nothing", "8901234567894"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    counted = page.get_by_label("Counted: Silver payal")
    expect(counted).to_have_value("3")
    page.reload()
    expect(counted).to_have_value("3")
    page.get_by_label("One more: Cotton kurta").click()
    page.get_by_label("One less: Silver payal").click()
    Product.objects.filter(pk=kurta.pk).update(stock_quantity=9)  # sold meanwhile
    page.keyboard.press("Control+Enter")
    expect(page.locator("#counts")).to_contain_text("set: 4 → 2")
    expect(page.locator("#counts")).to_contain_text("Please count again")
    assert (stock_of(payal), stock_of(kurta)) == (2, 9)
    page.get_by_label("Counted: Cotton kurta").fill("8")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#counts")).to_contain_text("set: 9 → 8")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert (stock_of(kurta), wide, complaints) == (8, width, [])


def test_nothing_typed_or_scanned_on_the_shelf_is_passed_over(signed_in):
    """Codes of nothing stay in sight, what is no number is not set, names are offered to tap."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    payal = ProductFactory(name="Silver payal", sku="PAY-1", stock=4)
    page = signed_in(390, 844)
    page.goto("/admin/orders/product/count/")
    for code in ("890777", "PAY-1", "890778", "payal"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Silver payal · PAY-1").click()
    rows = page.locator("#counts")
    expect(page.get_by_label("Counted: Silver payal")).to_have_value("2")
    for code in ("890777", "890778"):
        expect(rows).to_contain_text(f"No product has the code {code}.")
    page.get_by_label("Counted: Silver payal").fill("3o")
    page.keyboard.press("Control+Enter")
    expect(rows).to_contain_text("Not set: “3o” is no count.")
    assert stock_of(payal) == 4
    page.get_by_label("Take off the list: 890777").click()
    expect(rows).not_to_contain_text("890777")
    page.get_by_label("Counted: Silver payal").fill("30")
    page.keyboard.press("Control+Enter")
    expect(rows).to_contain_text("set: 4 → 30")
    assert stock_of(payal) == 30


def test_an_admin_previews_and_changes_prices_by_keyboard(signed_in, seller):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    type(seller).objects.update(role="admin")
    kurta = ProductFactory(name="Cotton kurta", unit_price="449")
    page = signed_in()
    page.goto("/admin/orders/product/")
    page.get_by_role("link", name="Change prices").click()
    page.get_by_label("More").fill("10")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".desk-table")).to_contain_text("₹494.00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("1 price is changed.")
    kurta.refresh_from_db()
    assert kurta.unit_price == 494


@pytest.mark.parametrize("width", [1280, 390])
def test_home_shows_its_days_and_fits_the_screen(signed_in, width):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    page = signed_in(width, 844)
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.get_by_text("As a table").first.click()
    expect(page.locator(".desk-chart-table").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
