"""The review desk and the lists by hand and keyboard: light, undo, two clerks, keys."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from drafts.models import DraftEntry, OrderDraft
from orders.models import Order
from tests.drafts.desk import receive_and_read
from tests.factories import ChatFactory, CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import placed
from tests.server import WEB, running_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]

DRAFTS = reverse("admin:drafts_orderdraft_changelist")


@pytest.fixture
def desk(transactional_db, units, tmp_path):
    """A desk without a worker: the messages are read before."""
    with running_desk(WEB, log=tmp_path / "desk.log") as address:
        yield address


@pytest.fixture
def drafts(units) -> list[OrderDraft]:
    """Two that wait, the older one of two lines."""
    ProductFactory(name="Bandhani dupatta", unit_price="350.00", stock=10)
    ProductFactory(name="Silk saree", unit_price="2400.00", stock=10)
    for name, text in (
        ("Nasreen Boutique", "2 bandhani dupatta and 1 silk saree"),
        ("Meena Traders", "3 silk saree"),
    ):
        receive_and_read(ChatFactory(identity__customer=CustomerFactory(name=name)), text)
    return list(OrderDraft.objects.order_by("pk"))


def review(draft: OrderDraft) -> str:
    return reverse("admin:drafts_orderdraft_review", args=[draft.pk])


def test_words_and_their_line_light_each_other(signed_in, drafts):
    from playwright.sync_api import expect

    page = signed_in()
    page.goto(review(drafts[0]))
    lit = re.compile(r"\blit\b")
    words, lines = page.locator("mark.desk-source"), page.locator(".desk-lines > .desk-line")
    expect(words.nth(1)).to_have_text(re.compile("silk saree"))
    for hovered, other in ((words, lines), (lines, words)):
        hovered.nth(1).hover()
        expect(other.nth(1)).to_have_class(lit)
        expect(other.nth(0)).not_to_have_class(lit)
        page.mouse.move(0, 0)
        expect(other.nth(1)).not_to_have_class(lit)


def test_what_was_put_aside_comes_back_by_u(signed_in, drafts):
    from playwright.sync_api import expect

    page = signed_in()
    page.goto(review(drafts[0]))
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(review(drafts[1])))  # the next one is open already
    toast = page.locator(".desk-toast")
    expect(toast).to_contain_text("is put aside")
    assert OrderDraft.objects.get(pk=drafts[0].pk).status == "discarded"
    page.keyboard.press("u")
    page.wait_for_url(re.compile(review(drafts[0])))
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert OrderDraft.objects.get(pk=drafts[0].pk).status == "open"


def test_two_clerks_on_one_draft_see_each_other_and_the_later_overwrites_nothing(signed_in, drafts):
    from playwright.sync_api import expect

    meera = UserFactory(username="meera", role="seller")
    first = signed_in()
    first.goto(review(drafts[0]))
    expect(first.locator("[data-here]")).to_be_hidden()
    other = signed_in(who=meera)
    other.goto(review(drafts[0]))
    expect(other.locator("[data-here]")).to_contain_text("ravi opened this")
    other.get_by_role("group", name="Line 1").get_by_label("Quantity").fill("5")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()

    # The page asks every fifteen seconds, and whenever somebody comes back to it.
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(first.locator("[data-here]")).to_contain_text("meera changed this draft")
    first.get_by_role("group", name="Line 1").get_by_label("Quantity").fill("9")
    first.keyboard.press("Control+Enter")
    expect(first.get_by_text("changed meanwhile")).to_be_visible()
    expect(first.get_by_role("group", name="Line 1").get_by_label("Quantity")).to_have_value("9")
    assert DraftEntry.objects.order_by("pk")[0].quantity == 5
    assert not Order.objects.exists()


def test_every_list_is_walked_by_keys(signed_in, drafts):
    from playwright.sync_api import expect

    goods = ProductFactory(name="Mojari jutti", stock=9)
    for name in ("Lata Pawar", "Sunita Rao"):
        placed((goods, 1), customer=CustomerFactory(name=name))
    page = signed_in()
    for model in ("drafts_orderdraft", "orders_order", "orders_product", "customers_customer"):
        page.goto(reverse(f"admin:{model}_changelist"))
        rows = page.locator("#result_list tr.data-row")
        current = re.compile("desk-current")
        page.keyboard.press("j")
        expect(rows.nth(0)).to_have_class(current)
        page.keyboard.press("j")
        expect(rows.nth(1)).to_have_class(current)
        page.keyboard.press("k")
        expect(rows.nth(0)).to_have_class(current)
        page.keyboard.press("x")
        if model == "orders_order":
            expect(rows.nth(0).locator("input.action-select")).to_be_checked()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Open the row")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        page.keyboard.press("/")
        expect(page.locator("#searchbar")).to_be_focused()
        page.keyboard.type("jkx?")
        expect(page.locator("#searchbar")).to_have_value("jkx?")
        page.keyboard.press("Escape")
        expect(page.locator("#searchbar")).not_to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/(review|change)/"))
