"""An order's way: what each move takes, gives back, allows and leaves behind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from customers.errors import InvalidInput
from orders.errors import InvalidLine, MoveNotAllowed, OrderGone, ShortStock, UnknownStatus
from orders.lifecycle import (
    ALLOWED_MOVES,
    cancel_order,
    confirm_order,
    move_order,
    parse_status,
    return_items,
)
from orders.models import Order, OrderStatus
from orders.stock import StockUpdate
from tests.factories import ProductFactory
from tests.orders.desk import brought_to, confirmed, movements_of, placed, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", stock=10)


@pytest.fixture
def rice(units):
    return ProductFactory(name="Basmati rice", unit=units["kg"], stock="20")


@pytest.fixture
def heard(settings):
    """What the order event handlers were told."""
    settings.ORDER_EVENT_HANDLERS = ["tests.orders.test_lifecycle.hear"]
    HEARD.clear()
    return HEARD


HEARD: list[tuple] = []


def hear(*, order, event, by, **data):
    HEARD.append((event, order.status, by and by.username, sorted(data)))


def veto(*, order, event, by, **data):
    if event == "confirmed":
        raise InvalidInput("Over the credit limit.")


def test_confirming_takes_the_stock_of_every_line(kurta, rice, seller_user):
    order = placed((kurta, 3), (rice, "2.5"))

    confirmation = confirm_order(order, by=seller_user)

    assert not confirmation.already
    assert confirmation.order.status == "confirmed"
    assert confirmation.stock_updates == [
        StockUpdate(kurta.pk, "Indigo kurta", Decimal(10), Decimal(7)),
        StockUpdate(rice.pk, "Basmati rice", Decimal(20), Decimal("17.5")),
    ]
    assert stock_of(kurta) == 7
    assert movements_of(rice) == [("opening", 20, 20), ("sale", Decimal("-2.5"), Decimal("17.5"))]
    assert {m.actor for m in kurta.movements.filter(kind="sale")} == {seller_user}


def test_confirming_again_takes_nothing_twice(kurta):
    order = placed((kurta, 3))
    confirm_order(order, by=None)

    again = confirm_order(order, by=None)

    assert (again.already, again.stock_updates, again.order.status) == (True, [], "confirmed")
    assert stock_of(kurta) == 7


def test_a_short_order_takes_nothing_and_names_every_short_line(kurta, rice):
    shawl = ProductFactory(name="Wool shawl", stock=1)
    order = placed((kurta, 6), (rice, 2), (shawl, 4), (kurta, 5))

    with pytest.raises(ShortStock) as refusal:
        confirm_order(order, by=None)

    assert refusal.value.data["lines"] == [
        {"product_id": kurta.pk, "product_name": "Indigo kurta", "wanted": 6, "available": 10},
        {"product_id": shawl.pk, "product_name": "Wool shawl", "wanted": 4, "available": 1},
        {"product_id": kurta.pk, "product_name": "Indigo kurta", "wanted": 5, "available": 10},
    ]
    order.refresh_from_db()
    assert order.status == "pending"
    assert [stock_of(p) for p in (kurta, rice, shawl)] == [10, 20, 1]
    assert [e.kind for e in order.events.all()] == ["placed"]


def test_a_handler_that_refuses_rolls_the_confirmation_back(kurta, settings):
    settings.ORDER_EVENT_HANDLERS = ["tests.orders.test_lifecycle.veto"]
    order = placed((kurta, 3))

    with pytest.raises(InvalidInput):
        confirm_order(order, by=None)

    order.refresh_from_db()
    assert (order.status, stock_of(kurta)) == ("pending", 10)


@pytest.mark.parametrize("status", ["confirmed", "processing"])
def test_cancelling_gives_back_what_was_taken_once(kurta, seller_user, status):
    order = brought_to(placed((kurta, 3), (kurta, 1)), OrderStatus(status))

    cancelled = cancel_order(order, by=seller_user, reason="Customer changed her mind")
    cancel_order(order, by=seller_user)

    assert cancelled.status == "cancelled"
    assert movements_of(kurta)[1:] == [
        ("sale", -3, 7),
        ("sale", -1, 6),
        ("cancellation", 3, 9),
        ("cancellation", 1, 10),
    ]


def test_cancelling_a_pending_order_moves_no_stock(kurta):
    cancel_order(placed((kurta, 3)), by=None)
    assert movements_of(kurta) == [("opening", 10, 10)]


def test_a_buyer_may_cancel_only_while_the_order_is_pending(kurta, buyer_user):
    assert cancel_order(placed((kurta, 1)), by=buyer_user).status == "cancelled"

    with pytest.raises(MoveNotAllowed):
        cancel_order(confirmed((kurta, 1)), by=buyer_user)
    assert stock_of(kurta) == 9


@pytest.mark.parametrize("start", list(OrderStatus))
@pytest.mark.parametrize("end", list(OrderStatus))
def test_only_the_moves_of_the_table_are_possible(kurta, start, end):
    order = placed((kurta, 1))
    Order.objects.filter(pk=order.pk).update(status=start)

    if end == start or end in ALLOWED_MOVES[start]:
        assert move_order(order, end, by=None).status == end
    else:
        with pytest.raises(MoveNotAllowed) as refusal:
            move_order(order, end, by=None)
        assert refusal.value.data == {"allowed": list(ALLOWED_MOVES[start])}
        assert Order.objects.get(pk=order.pk).status == start


def test_a_deleted_order_is_refused_by_name(kurta):
    order = placed((kurta, 1))
    Order.objects.filter(pk=order.pk).delete()
    with pytest.raises(OrderGone):
        confirm_order(order, by=None)


def test_each_move_leaves_an_event_a_history_row_and_word(kurta, seller_user, heard):
    order = placed((kurta, 1))
    for status in ("confirmed", "processing", "shipped", "delivered", "returned"):
        move_order(order, OrderStatus(status), by=seller_user, reason="as agreed")

    events = order.events.values_list("kind", "from_status", "to_status", "actor__username")
    assert list(events) == [
        ("placed", "", "pending", None),
        ("confirmed", "pending", "confirmed", "ravi"),
        ("processing", "confirmed", "processing", "ravi"),
        ("shipped", "processing", "shipped", "ravi"),
        ("delivered", "shipped", "delivered", "ravi"),
        ("returned", "delivered", "returned", "ravi"),
    ]
    history = order.history.order_by("history_id").values_list("status", "history_user__username")
    assert list(history) == [
        ("pending", None),
        ("confirmed", "ravi"),
        ("processing", "ravi"),
        ("shipped", "ravi"),
        ("delivered", "ravi"),
        ("returned", "ravi"),
    ]
    assert heard == [
        ("placed", "pending", None, []),
        ("confirmed", "confirmed", "ravi", ["stock_updates"]),
        ("processing", "processing", "ravi", []),
        ("shipped", "shipped", "ravi", []),
        ("delivered", "delivered", "ravi", []),
        ("returned", "returned", "ravi", ["returned", "stock_updates"]),
    ]


def test_moving_to_the_same_status_leaves_no_trace(kurta):
    order = brought_to(placed((kurta, 1)), OrderStatus.SHIPPED)
    before = order.events.count()
    assert move_order(order, OrderStatus.SHIPPED, by=None).status == "shipped"
    assert order.events.count() == before


def test_goods_come_back_in_parts_until_every_line_is_back(kurta, rice, heard):
    order = brought_to(placed((kurta, 3), (rice, "2.5")), OrderStatus.DELIVERED)
    kurtas, bag = order.items.all()
    heard.clear()

    order = return_items(order, {kurtas.pk: Decimal(1)}, by=None, reason="torn")
    assert (order.status, stock_of(kurta), stock_of(rice)) == ("delivered", 8, Decimal("17.5"))
    order = return_items(order, {kurtas.pk: Decimal(2)}, by=None, reason="torn too")
    assert (order.status, stock_of(kurta)) == ("delivered", 10)
    order = return_items(order, {bag.pk: Decimal("2.5")}, by=None, reason="weevils")

    assert (order.status, stock_of(rice)) == ("returned", 20)
    assert movements_of(kurta)[1:] == [("sale", -3, 7), ("return", 1, 8), ("return", 2, 10)]
    assert [(event, status) for event, status, *_ in heard] == [
        ("returned", "delivered"),
        ("returned", "delivered"),
        ("returned", "returned"),
    ]
    notes = [e.note for e in order.events.filter(kind="items_returned")]
    assert notes == ["1 × Indigo kurta: torn", "2 × Indigo kurta: torn too"]


def test_returning_the_rest_takes_what_parts_left(kurta):
    order = brought_to(placed((kurta, 3)), OrderStatus.DELIVERED)
    item = order.items.get()
    return_items(order, {item.pk: Decimal(1)}, by=None, reason="")

    order = move_order(order, OrderStatus.RETURNED, by=None)

    assert (order.status, stock_of(kurta)) == ("returned", 10)
    assert movements_of(kurta)[2:] == [("return", 1, 8), ("return", 2, 10)]


@pytest.mark.parametrize("quantity", ["0", "-1", "4", "0.5", "NaN", "1e9"])
def test_more_than_was_sold_or_nonsense_does_not_come_back(kurta, quantity):
    order = brought_to(placed((kurta, 3)), OrderStatus.DELIVERED)
    item = order.items.get()
    with pytest.raises(InvalidLine) as refusal:
        return_items(order, {item.pk: Decimal(quantity)}, by=None, reason="")
    assert refusal.value.attr == "lines.0.quantity"
    assert stock_of(kurta) == 7


def test_lines_of_another_order_do_not_come_back(kurta):
    order = brought_to(placed((kurta, 3)), OrderStatus.DELIVERED)
    other = brought_to(placed((kurta, 2)), OrderStatus.DELIVERED)
    with pytest.raises(InvalidLine):
        return_items(order, {other.items.get().pk: Decimal(1)}, by=None, reason="")
    with pytest.raises(InvalidInput):
        return_items(order, {}, by=None, reason="")
    assert stock_of(kurta) == 5


@pytest.mark.parametrize("text", ["processing", "PROCESSING", " Processing "])
def test_a_status_is_known_in_any_letter_case(text):
    assert parse_status(text) == OrderStatus.PROCESSING


@pytest.mark.parametrize("value", ["paid", "", None, 3, True, ["shipped"], {"a": 1}, "shipped\x00"])
def test_anything_else_is_no_status(value):
    with pytest.raises(UnknownStatus) as refusal:
        parse_status(value)
    assert refusal.value.data == {"allowed": list(OrderStatus.values)}
