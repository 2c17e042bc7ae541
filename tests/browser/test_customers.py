"""A customer's page in a real browser: everything of a person, and two that are one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.models import Customer, CustomerAlias
from orders.models import Order
from tests.factories import ChatFactory, CustomerFactory, IdentityFactory, ProductFactory
from tests.orders.desk import placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_duplicate_is_seen_merged_and_parted_again(signed_in, seller, width):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # the first pages of a server that just began
    type(seller).objects.update(role="admin")
    kurta = ProductFactory(name="Cotton kurta", stock=40, unit_price="450")
    kept = CustomerFactory(name="Harbhajan Gill", phone="+919811500001", company="Gill Gold")
    gone = CustomerFactory(name="Harbajan Gil", phone="+919811500002", company="Gill & Co")
    CustomerAlias.objects.create(customer=kept, name="Bhajji")
    ChatFactory(identity=IdentityFactory(customer=kept, phone=kept.phone))
    placed((kurta, 2), customer=kept)
    for _ in range(2):
        placed((kurta, 1), customer=gone)
    page = signed_in(width, 900)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(reverse("admin:customers_customer_change", args=[kept.pk]))
    glance = page.get_by_label("At a glance")
    expect(glance).to_contain_text("Also called: Bhajji")
    expect(glance).to_contain_text("1 order")
    expect(glance).to_contain_text("₹900")
    expect(page.get_by_role("link", name="Chat with +919811500001")).to_be_visible()
    duplicates = page.locator("#likeness")
    expect(duplicates).to_contain_text("Harbajan Gil")
    duplicates.get_by_role("link", name="Compare and merge").click()

    page.locator("[name=company][value=gone]").check()
    page.get_by_role("button", name="Merge the two").click()
    expect(page.locator("body")).to_contain_text("Harbajan Gil is merged into Harbhajan Gill")
    expect(page.get_by_label("At a glance")).to_contain_text("3 orders")
    kept.refresh_from_db()
    assert (kept.company, Order.objects.filter(customer=kept).count()) == ("Gill & Co", 3)
    assert not Customer.objects.filter(pk=gone.pk).exists()

    page.get_by_role("button", name="Undo the merge").click()
    expect(page.locator("body")).to_contain_text("Harbajan Gil is a customer of its own again.")
    expect(page.get_by_label("At a glance")).to_contain_text("1 order")
    kept.refresh_from_db()
    assert (kept.company, Order.objects.filter(customer=gone.pk).count()) == ("Gill Gold", 2)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert (wide, complaints) == (width, [])
