"""Orders as a clerk works them off in a browser, wide and narrow; and Ctrl+K from anywhere."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]
LIST = reverse("admin:orders_order_changelist")


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", unit_price="500.00", stock=3)


@pytest.fixture
def meenal(units):
    return CustomerFactory(name="Meenal Bhosale", phone="+919822033445")


def watched(page) -> list[str]:
    """What goes wrong in the page's scripts."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_an_order_is_found_from_any_page_by_keys_alone(signed_in, lamp, meenal):
    order = placed((lamp, 1), customer=meenal)
    page = signed_in()
    complaints = watched(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("98220 33445")
    page.get_by_role("option", name=order.order_reference).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{order.pk}/change/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert not page.locator("#finder").is_visible()
    assert complaints == []


def test_a_lists_headers_stay_in_sight_and_cover_no_row_that_keys_walk_to(signed_in, lamp):
    for _ in range(12):
        placed((lamp, 1))
    page = signed_in(1280, 420)
    page.goto(LIST)
    for _ in range(12):
        page.keyboard.press("j")
    header, row = page.locator("#result_list thead"), page.locator(".desk-current")
    expect(header.get_by_text("Placed")).to_be_in_viewport(ratio=1)
    for _ in range(8):
        page.keyboard.press("k")
    below = header.locator("th").nth(2).bounding_box()
    expect(header.get_by_text("Placed")).to_be_in_viewport(ratio=1)
    assert row.bounding_box()["y"] >= below["y"] + below["height"] - 1


def test_a_double_click_records_money_once(signed_in, lamp, meenal):
    """The browser drops the first click's answer, while the desk has done what it said."""
    order = placed((lamp, 1), customer=meenal)
    page = signed_in()
    complaints = watched(page)
    page.goto(reverse("admin:orders_order_change", args=[order.pk]))
    page.get_by_label("Amount ₹").first.fill("100")
    at = page.get_by_role("button", name="Record payment").bounding_box()
    page.mouse.dblclick(at["x"] + 9, at["y"] + 9)
    page.get_by_text("₹100 recorded.").wait_for()
    assert [payment.amount for payment in order.payments.all()] == [100]
    page.get_by_label("Amount ₹").first.fill("50")  # another form of the same page is sent
    page.get_by_role("button", name="Record payment").click()
    page.get_by_text("₹50 recorded.").wait_for()
    assert (order.payments.count(), complaints) == (2, [])


def test_a_phone_finds_by_a_button(signed_in, lamp, meenal):
    page = signed_in(390, 800)
    page.get_by_role("button", name="Search everything").click()
    page.keyboard.type("meenal")
    page.get_by_role("option", name="Meenal Bhosale").click()
    page.wait_for_url(f"**/customers/customer/{meenal.pk}/change/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [1280, 390])
def test_a_short_order_is_sold_as_far_as_it_goes_and_the_rest_cancelled(
    signed_in, lamp, meenal, width
):
    order = placed((lamp, 5), customer=meenal)
    page = signed_in(width, 800)
    complaints = watched(page)
    page.goto(reverse("admin:orders_order_change", args=[order.pk]))
    page.get_by_text("needs 5, 3 left").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("The rest waits as").wait_for()
    rest = Order.objects.get(back_order_of=order)
    page.locator(".desk-head").get_by_role("link", name=rest.order_reference).click()
    page.wait_for_url(f"**/{rest.pk}/change/")

    page.get_by_text("Cancel order").click()
    page.locator(".desk-bar").get_by_label("Why").fill("Not in stock")
    page.get_by_role("button", name=f"Cancel {rest}").click()
    page.get_by_text(f"{rest} is cancelled.").wait_for()
    assert list(Order.objects.order_by("created_at").values_list("status", flat=True)) == [
        "confirmed",
        "cancelled",
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


def test_a_pending_order_is_changed_and_added_to(signed_in, lamp, meenal):
    plate = ProductFactory(name="Steel plate", unit_price="80.00", stock=9)
    order = placed((lamp, 2), customer=meenal)
    page = signed_in()
    page.goto(reverse("admin:orders_order_change", args=[order.pk]))
    page.get_by_label("Change Brass lamp").click()
    page.locator(".desk-edit").get_by_label("Quantity").fill("3")
    page.locator(".desk-edit").get_by_role("button", name="Save").click()
    page.get_by_text("Changed to 3 × Brass lamp.").wait_for()

    page.get_by_text("Add a line").click()
    page.get_by_placeholder("Search a product").press_sequentially("steel")
    page.get_by_role("option", name="Steel plate").click()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("1 × Steel plate added.").wait_for()
    assert order.items.get(product=plate).quantity == 1


def test_several_are_confirmed_and_the_short_one_is_named(signed_in, lamp, meenal):
    first, second = placed((lamp, 2), customer=meenal), placed((lamp, 2), customer=meenal)
    page = signed_in()
    page.goto(f"{LIST}?status__exact=pending")
    page.locator("td[data-label='Expand row']").first.click()
    page.locator(".desk-lines-inside").get_by_text("Brass lamp").first.wait_for()
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("confirm_chosen")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Confirmed: 1").wait_for()
    refused = page.locator(".desk-refused")
    assert second.order_reference in refused.inner_text()
    assert "Brass lamp (2 wanted, 1 available)" in refused.inner_text()
    page.get_by_role("link", name="Remove Status: Pending").click()
    page.get_by_role("link", name=first.order_reference).wait_for()
