"""Changing the lines of a pending order: sums follow, stock and ledger are never touched."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from customers.errors import InvalidInput
from orders.amending import add_item, change_item, remove_item
from orders.errors import InvalidLine, NoSuchVariant, NotPending
from orders.lifecycle import confirm_order
from orders.lines import NewLine
from orders.models import Order
from orders.placing import Buyer, place_order
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import confirmed, placed, stock_of
from tests.orders.racing import kinds, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", unit_price="120.00", stock=10)


@pytest.fixture
def plate(units):
    return ProductFactory(name="Steel plate", unit_price="80.00", stock=10)


@pytest.fixture
def order(lamp, plate):
    return placed((lamp, 2), (plate, 1))


def lines_of(order: Order) -> list[tuple[str, Decimal, Decimal]]:
    return [(item.product_name, item.quantity, item.subtotal) for item in order.items.all()]


def told(order: Order) -> list[str]:
    return [event.note for event in order.events.filter(kind="amended")]


def test_another_quantity_changes_the_sums_and_says_who(order, seller_user, lamp):
    item = order.items.get(product=lamp)
    change_item(order, item.pk, {"quantity": Decimal(5)}, by=seller_user)
    order.refresh_from_db()
    assert lines_of(order) == [("Brass lamp", 5, 600), ("Steel plate", 1, 80)]
    assert (order.subtotal, order.total, order.item_count) == (680, 680, 6)
    event = order.events.get(kind="amended")
    assert (event.note, event.actor) == ("2 × Brass lamp → 5 × Brass lamp", seller_user)
    assert order.history.first().history_user == seller_user
    assert stock_of(lamp) == 10


def test_a_line_is_taken_out_and_one_put_in(order, seller_user, lamp, plate):
    remove_item(order, order.items.get(product=lamp).pk, by=seller_user)
    add_item(order, NewLine(product=lamp, quantity=Decimal(3)), by=seller_user)
    order.refresh_from_db()
    assert lines_of(order) == [("Steel plate", 1, 80), ("Brass lamp", 3, 360)]
    assert (order.total, order.item_count) == (440, 4)
    assert told(order) == ["− 2 × Brass lamp", "+ 3 × Brass lamp"]


def test_the_last_line_is_taken_out_by_cancelling_only(lamp, seller_user):
    order = placed((lamp, 2))
    with pytest.raises(InvalidInput, match="cancel the order"):
        remove_item(order, order.items.get().pk, by=seller_user)
    assert order.items.count() == 1


def test_another_size_is_another_child_at_its_price(units, seller_user):
    kurta = ProductFactory(name="Kurta", has_variants=True)
    for size, price in (("M", "500"), ("L", "550")):
        ProductFactory(name=f"Kurta {size}", parent=kurta, size=size, unit_price=price, stock=5)
    order = place_order(
        [NewLine(product=kurta, quantity=Decimal(1), size="M")],
        buyer=Buyer.known(CustomerFactory()),
        channel="whatsapp",
        by=seller_user,
    )
    item = order.items.get()
    change_item(order, item.pk, {"size": "L"}, by=seller_user)
    order.refresh_from_db()
    assert lines_of(order) == [("Kurta L", 1, 550)]
    assert order.items.get().pk == item.pk
    with pytest.raises(NoSuchVariant):
        change_item(order, item.pk, {"size": "XS"}, by=seller_user)
    assert lines_of(order) == [("Kurta L", 1, 550)]


def test_a_price_that_staff_typed_stays(lamp, seller_user):
    line = NewLine(product=lamp, quantity=Decimal(2), unit_price=Decimal("99.00"))
    buyer = Buyer.known(CustomerFactory())
    order = place_order([line], buyer=buyer, channel="whatsapp", by=seller_user)
    change_item(order, order.items.get().pk, {"quantity": Decimal(4)}, by=seller_user)
    item = order.items.get()
    assert (item.unit_price, item.subtotal, item.override.new_price) == (99, 396, 99)


@pytest.mark.parametrize("quantity", ["0", "-1", "2.5", "99999999999"])
def test_what_cannot_be_ordered_changes_nothing(order, seller_user, lamp, quantity):
    with pytest.raises(InvalidLine):
        change_item(
            order, order.items.get(product=lamp).pk, {"quantity": Decimal(quantity)}, by=seller_user
        )
    assert lines_of(order) == [("Brass lamp", 2, 240), ("Steel plate", 1, 80)]


def test_the_line_of_another_order_is_refused(order, lamp, seller_user):
    other = placed((lamp, 1))
    with pytest.raises(InvalidLine):
        remove_item(order, other.items.get().pk, by=seller_user)
    assert other.items.count() == 1


def test_once_confirmed_no_line_changes(lamp, seller_user):
    order = confirmed((lamp, 2))
    item = order.items.get()
    for amend in (
        partial(change_item, order, item.pk, {"quantity": Decimal(1)}),
        partial(add_item, order, NewLine(product=lamp, quantity=Decimal(1))),
        partial(remove_item, order, item.pk),
    ):
        with pytest.raises(NotPending):
            amend(by=seller_user)
    assert lines_of(order) == [("Brass lamp", 2, 240)]
    assert stock_of(lamp) == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_confirming_and_amending_at_once_take_what_the_order_says(units, lamp, seller_user):
    """Whoever is first: the stock taken is the order's quantity."""
    order = placed((lamp, 2))
    item = order.items.get()
    results = race(
        partial(change_item, order, item.pk, {"quantity": Decimal(5)}, by=seller_user),
        partial(confirm_order, order, by=seller_user),
    )
    assert "Confirmation" in kinds(results)
    assert stock_of(lamp) == 10 - order.items.get().quantity
