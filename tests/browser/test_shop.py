"""The shop's settings, the products' file and saved views, in a real browser."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from customers.models import AlertWish, OpeningTime, SavedView, Shop
from tests.factories import ProductFactory
from tests.orders.desk import placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]


@pytest.fixture
def owner(seller):
    type(seller).objects.update(role="admin")
    return seller


def a_logo() -> dict:
    stream = BytesIO()
    Image.new("RGB", (60, 30), "teal").save(stream, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": stream.getvalue()}


@pytest.mark.parametrize("width", [1280, 390])
def test_an_owner_sets_the_shop_up(signed_in, owner, width):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    page = signed_in(width, 844)
    page.goto("/admin/customers/shop/")
    page.get_by_label("Shop name").fill("Kamal Brass House")
    page.get_by_label("Logo").first.set_input_files(a_logo())
    page.get_by_label("Long numbers").select_option("western")
    page.get_by_label("Order prefix").fill("kam")
    page.get_by_label("Phones that may write").fill("98220 12345")
    page.locator("#opening_times-group .add-row a, #opening_times-group a.add-row").first.click()
    page.locator("[name=opening_times-0-weekday]").select_option("0")
    page.locator("[name=opening_times-0-opens]").fill("10:00")
    page.locator("[name=opening_times-0-closes]").fill("20:30")
    page.locator("#alert_wishes-group .add-row a, #alert_wishes-group a.add-row").first.click()
    page.locator("[name=alert_wishes-0-kind]").select_option("drafts")
    page.locator("[name=alert_wishes-0-user]").select_option(str(owner.pk))
    page.locator("[name=_save]").click()
    expect(page.locator("body")).to_contain_text("Only capital letters and digits.")
    assert Shop.objects.get().name == "My shop"
    page.get_by_label("Order prefix").fill("KAM")
    page.locator("[name=_save]").click()
    expect(page.get_by_label("Shop name")).to_have_value("Kamal Brass House")
    expect(page.locator("body")).not_to_contain_text("Only capital letters")
    shop = Shop.objects.get()
    kept = (shop.order_prefix, shop.grouping, shop.allowed_phones)
    assert kept == ("KAM", "western", ["+919822012345"])
    assert str(OpeningTime.objects.get()) == "Monday 10:00-20:30"
    assert AlertWish.objects.get().user == owner
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_products_as_they_are_narrowed_come_as_a_file(signed_in):
    ProductFactory(name="Silver payal", sku="PAY-1", stock=4)
    ProductFactory(name="Cotton kurta", sku="KUR-1", stock=10)
    page = signed_in()
    page.goto("/admin/orders/product/?q=payal")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    assert "PAY-1" in text and "KUR-1" not in text
    with page.expect_download() as coming:
        page.get_by_role("link", name="Excel").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clerk_keeps_a_list_as_it_is_narrowed(signed_in, seller, width):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    placed((ProductFactory(name="Brass lamp", stock=5), 1))
    page = signed_in(width, 844)
    page.goto("/admin/orders/order/?payment=due&o=-3")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name", exact=True).fill("To collect")
    page.get_by_label("For everybody at the shop").check()
    page.get_by_label("Name", exact=True).press("Enter")
    chip = page.get_by_role("link", name="To collect")
    expect(chip).to_have_attribute("aria-current", "true")
    page.goto("/admin/orders/order/")
    chip.click()
    page.wait_for_url("**payment=due*")
    page.get_by_text("Rename or remove").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_label("Name", exact=True).fill("Money to collect")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Money to collect")).to_be_visible()
    page.get_by_text("Rename or remove").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("is removed")).to_be_visible()
    assert not SavedView.objects.exists()
