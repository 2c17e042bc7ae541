"""Many at once: nothing is sold twice, nothing waits for ever."""

from __future__ import annotations

import threading
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from rest_framework.response import Response

from orders.lifecycle import cancel_order, confirm_order, return_items
from orders.locking import lock_order
from orders.models import Order, OrderStatus, Product, SlipNumber, StockMovement
from orders.payments import record_payment, reverse_payment
from orders.placing import NewLine, place_order
from orders.references import new_reference
from orders.slips import allocate_slips, claim_slip
from orders.stock import adjust_stock, count_stock, open_stock
from tests.conftest import client_of
from tests.factories import ProductFactory, UserFactory
from tests.orders.desk import brought_to, confirmed, guest, movements_of, placed, stock_of
from tests.orders.racing import kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


@pytest.fixture
def ring(units):
    return ProductFactory(name="Silver ring", stock=10)


def sales(product: Product) -> int:
    return StockMovement.objects.filter(product=product, kind="sale").count()


def test_of_64_confirmations_at_once_a_stock_of_10_serves_exactly_10(ring):
    orders = [placed((ring, 1)) for _ in range(64)]

    results = race(*(partial(confirm_order, order, by=None) for order in orders))

    assert kinds(results) == {"Confirmation": 10, "ShortStock": 54}
    assert Order.objects.filter(status="confirmed").count() == 10
    assert (stock_of(ring), sales(ring)) == (0, 10)
    assert sum(quantity for _, quantity, _ in movements_of(ring)) == 0
    assert sorted(after for _, _, after in movements_of(ring)) == list(range(11))


def check_then_take(product: Product, everybody_has_checked: threading.Barrier) -> str:
    """What must never be written: a check in Python, then an unconditional subtraction."""
    with transaction.atomic():
        enough = stock_of(product) >= 1
        everybody_has_checked.wait()
        if enough:
            Product.objects.filter(pk=product.pk).update(stock_quantity=F("stock_quantity") - 1)
    return "sold" if enough else "refused"


@pytest.fixture
def no_check_on_stock(units):
    """The product table without its CHECK, which is the last line of defence."""
    [check] = [c for c in Product._meta.constraints if c.name == "stock_not_negative"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Product, check)
    yield
    Product.objects.update(stock_quantity=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(Product, check)


def test_without_the_guard_the_same_race_sells_4_of_1(no_check_on_stock):
    last_ring = ProductFactory(stock=1)
    barrier = threading.Barrier(4)

    assert race(*[partial(check_then_take, last_ring, barrier)] * 4) == ["sold"] * 4
    assert stock_of(last_ring) == -3


def test_the_database_itself_refuses_to_sell_below_zero(units):
    last_ring = ProductFactory(stock=1)
    with pytest.raises(IntegrityError, match="stock_not_negative"):
        race(*[partial(check_then_take, last_ring, threading.Barrier(2))] * 2)
    assert stock_of(last_ring) == 0


@pytest.mark.parametrize("round_", range(5))
def test_orders_over_the_same_products_in_opposite_order_never_deadlock(units, round_):
    shelf = [ProductFactory(stock=100) for _ in range(4)]
    there = [(product, 1) for product in shelf]
    orders = [placed(*(there if n % 2 else reversed(there))) for n in range(24)]

    results = race(*(partial(confirm_order, order, by=None) for order in orders))
    assert kinds(results) == {"Confirmation": 24}

    results = race(*(partial(cancel_order, order, by=None) for order in orders))
    assert kinds(results) == {"Order": 24}
    assert [stock_of(product) for product in shelf] == [100] * 4


def test_the_same_order_confirmed_by_16_at_once_takes_stock_once(ring):
    order = placed((ring, 3))

    results = race(*[partial(confirm_order, order, by=None)] * 16)

    assert sorted(result.already for result in results) == [False] + [True] * 15
    assert movements_of(ring) == [("opening", 10, 10), ("sale", -3, 7)]
    assert order.events.filter(kind="confirmed").count() == 1


def test_the_same_order_cancelled_by_16_at_once_gives_back_once(ring):
    order = confirmed((ring, 3))
    race(*[partial(cancel_order, order, by=None)] * 16)
    assert movements_of(ring)[1:] == [("sale", -3, 7), ("cancellation", 3, 10)]


def test_confirming_and_cancelling_at_once_ends_cancelled_with_all_stock_there(ring):
    orders = [placed((ring, 1)) for _ in range(8)]
    runs = [
        partial(rule, order, by=None) for order in orders for rule in (confirm_order, cancel_order)
    ]

    race(*runs)

    assert {order.status for order in Order.objects.all()} == {"cancelled"}
    assert stock_of(ring) == 10


def test_one_item_can_not_be_returned_by_two_at_once(ring):
    order = brought_to(placed((ring, 3)), OrderStatus.DELIVERED)
    item = order.items.get()

    results = race(*[partial(return_items, order, {item.pk: Decimal(2)}, by=None, reason="")] * 4)

    assert kinds(results) == {"InvalidLine": 3, "Order": 1}
    assert stock_of(ring) == 9


def test_counting_while_it_is_sold_never_loses_a_sale(ring):
    orders = [placed((ring, 1)) for _ in range(8)]
    counts = [
        partial(count_stock, ring, counted=Decimal(12), expected=Decimal(10), reason="", by=None)
    ]
    sums = [partial(adjust_stock, ring, delta=Decimal(1), reason="", by=None)] * 8

    race(*(partial(confirm_order, order, by=None) for order in orders), *sums, *counts * 4)

    assert stock_of(ring) == sum(quantity for _, quantity, _ in movements_of(ring))


def test_a_product_is_opened_once(units):
    product = ProductFactory()
    results = race(*[partial(open_stock, product, quantity=Decimal(5), by=None)] * 8)
    assert kinds(results) == {"AlreadyOpened": 7, "NoneType": 1}
    assert movements_of(product) == [("opening", 5, 5)]


def test_blocks_of_slip_numbers_are_unique_and_each_block_is_consecutive(db):
    blocks = race(*[partial(allocate_slips, 5)] * 16)

    numbers = [[int(slip.removeprefix("SL-")) for slip in block] for block in blocks]
    assert all(block == list(range(block[0], block[0] + 5)) for block in numbers)
    assert sorted(n for block in numbers for n in block) == list(range(1, 81))
    assert SlipNumber.objects.count() == 80


def test_a_number_typed_by_many_is_given_to_one_and_skipped_by_the_counter(db):
    typed = [partial(claim_slip, "SL-003")] * 8
    results = race(*typed, *[partial(allocate_slips, 2)] * 8)

    given = [slip for block in results[8:] for slip in block]
    assert len(set(given)) == 16
    # The counter may have been at 3 before any of the eight had typed it.
    assert results[:8].count("SL-003") + given.count("SL-003") == 1


def test_typing_a_number_and_drawing_others_in_one_transaction_never_deadlocks(db):
    def type_and_draw(number: int) -> list[str]:
        with transaction.atomic():
            return [claim_slip(f"SL-{number}"), *allocate_slips(2)]

    results = race(*(partial(type_and_draw, 3 * n) for n in range(1, 17)))

    given = [slip for result in results if isinstance(result, list) for slip in result]
    assert len(set(given)) == len(given)
    assert set(kinds(results)) <= {"list", "SlipTaken"}


def test_whoever_waits_too_long_for_an_order_is_asked_to_try_again(ring, monkeypatch):
    order = placed((ring, 1))
    monkeypatch.setattr("customers.locking.PATIENCE", "50ms")
    seller_api = client_of(UserFactory())
    seller_api.raise_request_exception = False
    held, answered = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_order(order)
            held.set()
            answered.wait(timeout=30)

    def confirm() -> Response:
        held.wait(timeout=30)
        try:
            return seller_api.post(f"/api/orders/{order.pk}/confirm")
        finally:
            answered.set()

    _, response = race(hold, confirm)

    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert response.json()["errors"][0]["code"] == "busy"
    assert (stock_of(ring), Order.objects.get().status) == (10, "pending")


def test_a_payment_is_reversed_once(ring):
    payment = record_payment(placed((ring, 1)), amount=Decimal(450), method="upi", by=None)
    results = race(*[partial(reverse_payment, payment, by=None, note="")] * 8)
    assert kinds(results) == {"AlreadyReversed": 7, "Payment": 1}


def test_references_drawn_alike_at_the_same_moment_are_drawn_again(ring, monkeypatch):
    def draw(prefix: str) -> str:
        # One reference in two hundred thousand million, were it not for this.
        return f"{prefix}-{new_reference('X')[-1]}"

    monkeypatch.setattr("orders.placing.new_reference", draw)
    monkeypatch.setattr("orders.placing.REFERENCE_DRAWS", 1000)
    orders = race(*[lambda: placed((ring, 1), buyer=guest())] * 24)
    assert len({order.order_reference for order in orders}) == 24


def test_a_reference_sent_by_many_at_once_makes_one_order(ring):
    lines = [NewLine(product=ring, quantity=Decimal(1))]
    place = partial(
        place_order, lines, buyer=guest(), channel="storefront", by=None, reference="LEG-7A2B-0001"
    )
    results = race(*[place] * 8)
    assert kinds(results) == {"Order": 1, "ReferenceTaken": 7}
    assert Order.objects.count() == 1
