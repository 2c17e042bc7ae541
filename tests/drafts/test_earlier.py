"""The usual, the same as last time: lines of the sender's own orders, for a person to check."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.conversion import convert_draft
from drafts.models import DraftEntry, OrderDraft
from drafts.reading.types import Intent
from orders.lifecycle import cancel_order
from orders.models import Order, Product
from orders.placing import Buyer, NewLine, place_order
from orders.products import archive_product
from tests.desk import text_of
from tests.drafts.desk import analysis_of, line, only_draft, receive_and_read
from tests.factories import CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def milk(units):
    return ProductFactory(sku="MLK", name="Toned milk", unit_price="30.00", stock=50)


@pytest.fixture
def bread(units):
    return ProductFactory(sku="BRD", name="Brown bread", unit_price="45.00", stock=50)


@pytest.fixture
def curd(units):
    return ProductFactory(sku="CRD", name="Curd cup", unit_price="20.00", stock=50)


@pytest.fixture
def ordered(chat):
    """Place an order of the sender's, so many days ago."""

    def place(*wanted: tuple[Product, int], days: int, customer=None) -> Order:
        lines = [NewLine(product=product, quantity=Decimal(n)) for product, n in wanted]
        buyer = Buyer.known(customer or chat.identity.customer)
        order = place_order(lines, buyer=buyer, channel="whatsapp", by=None)
        Order.objects.filter(pk=order.pk).update(created_at=timezone.now() - timedelta(days=days))
        return order

    return place


@pytest.fixture
def say(chat, reader):
    def receive_text(text, *lines, intent=Intent.ORDER):
        reader.says(text, *lines, intent=intent)
        return receive_and_read(chat, text)

    return receive_text


def lines_of(draft: OrderDraft) -> list[tuple[str, Decimal]]:
    return [(entry.item_name, entry.quantity) for entry in draft.entries.all()]


def test_the_last_order_comes_again_marked_as_not_written(say, ordered, milk, bread):
    ordered((milk, 9), days=9)
    order = ordered((milk, 2), (bread, 1), days=2)
    message = say("Hello, same as last time please")
    draft = only_draft()
    assert lines_of(draft) == [("Toned milk", 2), ("Brown bread", 1)]
    entry = draft.entries.first()
    assert (entry.from_order, entry.match_confidence) == (order, 0.6)
    [warning] = entry.warnings
    assert warning.startswith(f"Not written: from order {order.order_reference} of ")
    assert message.text[entry.source_start : entry.source_end] == "same as last time"
    assert (draft.warnings, draft.confidence) == ([], 0.6)


@pytest.mark.parametrize("intent", [Intent.ORDER, Intent.OTHER, Intent.GREETING])
def test_the_usual_is_an_order_whatever_the_reader_makes_of_it(say, ordered, milk, intent):
    ordered((milk, 2), days=2)
    message = say("namaste, the usual please", intent=intent)
    assert analysis_of(message).intent == "order"
    assert lines_of(only_draft()) == [("Toned milk", 2)]


def test_the_usual_is_what_half_of_the_newest_orders_hold(say, ordered, milk, bread, curd):
    ordered((curd, 7), days=90)  # the sixth newest is not looked at
    ordered((curd, 7), days=20)
    ordered((milk, 2), (bread, 4), days=16)
    ordered((milk, 2), (bread, 1), days=12)
    ordered((milk, 3), (curd, 1), days=8)
    ordered((milk, 2), (bread, 1), days=4)
    say("hamesha wala bhej do")
    assert lines_of(only_draft()) == [("Toned milk", 2), ("Brown bread", 1)]


def test_a_certain_order_is_perhaps_not_the_newest(say, ordered, milk):
    order = ordered((milk, 2), days=2)
    say("Friday wala order repeat")
    draft = only_draft()
    assert lines_of(draft) == [("Toned milk", 2)]
    [warning] = draft.warnings
    assert warning.startswith(f"Speaks of a certain order: see whether {order} of ")


def test_goods_on_top_stand_behind_it(say, ordered, milk, curd):
    ordered((milk, 2), days=2)
    text = "the usual and 3 curd"
    say(text, line(text, "3 curd", "CRD", "3"))
    entries = list(only_draft().entries.all())
    assert [(e.item_name, e.quantity) for e in entries] == [("Toned milk", 2), ("3 curd", 3)]
    assert [text[e.source_start : e.source_end] for e in entries] == ["the usual", "3 curd"]


def test_goods_that_are_like_last_time_bring_nothing_else(say, ordered, milk, curd):
    ordered((milk, 2), days=2)
    text = "3 curd, same as last time"
    say(text, line(text, "3 curd", "CRD", "3"))
    assert lines_of(only_draft()) == [("3 curd", 3)]


def test_orders_of_others_cancelled_and_unproven_ones_are_never_looked_at(
    say, ordered, milk, bread, curd, seller_user
):
    ordered((bread, 1), days=1, customer=CustomerFactory())
    cancel_order(ordered((curd, 1), days=2), by=seller_user)
    unproven = ordered((curd, 5), days=1)
    Order.objects.filter(pk=unproven.pk).update(customer_verified=False)
    ordered((milk, 2), days=5)
    say("same as last time")
    assert lines_of(only_draft()) == [("Toned milk", 2)]


def test_what_is_not_sold_any_more_is_told(say, ordered, milk, bread, seller_user):
    order = ordered((milk, 2), (bread, 1), days=2)
    archive_product(bread, by=seller_user)
    say("same as last time")
    draft = only_draft()
    assert lines_of(draft) == [("Toned milk", 2)]
    assert draft.warnings == [f"Brown bread of order {order} can't be taken again."]


def test_without_an_earlier_order_a_person_is_told(say, milk):
    say("the usual please", intent=Intent.OTHER)
    draft = only_draft()
    assert draft.warnings == ["Asks for what was ordered before; there is no earlier order."]
    assert not draft.entries.exists()


def test_orders_without_anything_in_common_have_no_usual(say, ordered, milk, bread, curd):
    for days, product in ((2, milk), (4, bread), (6, curd)):
        ordered((product, 1), days=days)
    say("the usual please")
    assert only_draft().warnings == [
        "Asks for the usual; the earlier orders have nothing in common."
    ]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("the usual rate?", Intent.QUESTION),
        ("same as last time, it was broken", Intent.COMPLAINT),
        ("same order cancel karo", Intent.CANCEL),
    ],
)
def test_what_was_read_as_something_else_orders_nothing(say, ordered, milk, text, intent):
    ordered((milk, 2), days=2)
    message = say(text, intent=intent)
    assert analysis_of(message).intent == intent
    assert not DraftEntry.objects.exists()


def test_the_line_says_where_it_is_from(say, ordered, milk, seller_desk, seller_api):
    order = ordered((milk, 2), days=2)
    say("same as last time")
    [shown] = seller_api.get("/order-drafts").json()
    assert shown["entries"][0]["from_order_id"] == str(order.pk)
    page = text_of(
        seller_desk.get(reverse("admin:drafts_orderdraft_review", args=[only_draft().pk]))
    )
    assert f"↻ as in {order.order_reference}" in page
    assert "⚠ check" in page


def test_it_becomes_an_order_when_staff_convert_it(say, ordered, milk, seller_user):
    ordered((milk, 2), days=2)
    say("same as last time")
    [order] = convert_draft(only_draft(), by=seller_user)
    assert [(item.product, item.quantity) for item in order.items.all()] == [(milk, 2)]
