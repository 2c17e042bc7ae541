"""Selling what is there: the rest of the order waits as an order of its own."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from config.reconciling import find_faults
from customers.models import PaymentTerms
from orders.backorders import sell_what_is_there
from orders.errors import MoveNotAllowed, NothingInStock
from orders.lifecycle import cancel_order, confirm_order
from orders.models import Order
from orders.payments import record_payment
from orders.placing import Buyer, NewLine, place_order
from orders.shortage import stock_for
from orders.slips import allocate_slips
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import placed, stock_of
from tests.orders.racing import kinds, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", unit_price=Decimal("500.00"), stock=3)


@pytest.fixture
def plate(units):
    return ProductFactory(name="Steel plate", unit_price=Decimal("80.00"), stock=0)


@pytest.fixture
def rice(units):
    return ProductFactory(name="Basmati rice", unit_id="kg", unit_price="110.00", stock="2.500")


def lines_of(order: Order) -> list[tuple[str, Decimal, Decimal]]:
    rows = order.items.order_by("position")
    return [(item.product_name, item.quantity, item.subtotal) for item in rows]


def test_the_stock_check_says_line_by_line_what_is_missing(lamp, plate, rice):
    order = placed((lamp, 2), (lamp, 4), (plate, 1), (rice, "4.2"))
    lines = stock_for(list(order.items.select_related("unit")))
    assert [(line.now, line.after, line.there, line.missing) for line in lines] == [
        (3, -3, 2, 0),
        (3, -3, 1, 3),
        (0, -1, 0, 1),
        (Decimal("2.5"), Decimal("-1.7"), Decimal("2.5"), Decimal("1.7")),
    ]


def test_what_is_there_is_sold_and_the_rest_becomes_a_pending_order(lamp, plate, seller_user):
    order = placed((lamp, 5), (plate, 2), customer=CustomerFactory(name="Meenal Bhosale"))
    kept_line, moved_line = order.items.order_by("position")

    split = sell_what_is_there(order, by=seller_user)

    assert (split.order.status, split.back_order.status) == ("confirmed", "pending")
    assert lines_of(split.order) == [("Brass lamp", 3, 1500)]
    assert lines_of(split.back_order) == [("Brass lamp", 2, 1000), ("Steel plate", 2, 160)]
    assert (split.order.total, split.order.item_count) == (1500, 3)
    assert (split.back_order.total, split.back_order.item_count) == (1160, 4)
    assert split.back_order.back_order_of == split.order
    assert split.back_order.customer == order.customer
    assert split.back_order.items.filter(pk=moved_line.pk).exists()
    assert split.order.items.get().pk == kept_line.pk
    assert (stock_of(lamp), stock_of(plate)) == (0, 0)
    assert find_faults() == []


def test_both_timelines_say_what_happened_and_who_did_it(lamp, plate, seller_user):
    order = placed((lamp, 5), (plate, 2))
    split = sell_what_is_there(order, by=seller_user)
    told = order.events.values_list("kind", "note", "actor__username")
    assert list(told)[1:] == [
        ("back_ordered", f"{split.back_order}: 2 × Brass lamp, 2 × Steel plate", "ravi"),
        ("confirmed", "", "ravi"),
    ]
    assert list(split.back_order.events.values_list("kind", "note", "actor__username")) == [
        ("placed", f"Back-order of {order}", "ravi")
    ]
    assert order.history.first().history_user == seller_user
    assert split.back_order.history.first().history_user == seller_user


def test_an_order_that_is_all_there_is_simply_confirmed(lamp):
    split = sell_what_is_there(placed((lamp, 3)), by=None)
    assert (split.order.status, split.back_order, stock_of(lamp)) == ("confirmed", None, 0)
    assert Order.objects.count() == 1


def test_nothing_happens_when_nothing_is_there(plate):
    order = placed((plate, 2))
    with pytest.raises(NothingInStock):
        sell_what_is_there(order, by=None)
    assert list(Order.objects.values_list("status", flat=True)) == ["pending"]
    assert lines_of(order) == [("Steel plate", 2, 160)]


def test_what_is_made_to_order_is_sold_with_what_is_there(plate, seller_user):
    lines = [
        NewLine(product=plate, quantity=Decimal(2)),
        NewLine(
            product=None,
            quantity=Decimal(1),
            is_custom=True,
            item_name="Engraved tray",
            unit_price=Decimal(900),
        ),
    ]
    order = place_order(
        lines, buyer=Buyer.known(CustomerFactory()), channel="counter", by=seller_user
    )
    split = sell_what_is_there(order, by=seller_user)
    assert lines_of(split.order) == [("Engraved tray", 1, 900)]
    assert lines_of(split.back_order) == [("Steel plate", 2, 160)]
    assert split.back_order.taken_by == seller_user


def test_a_piece_is_not_cut_and_rice_is(rice, lamp):
    lamp.__class__.objects.filter(pk=lamp.pk).update(unit="pc")
    split = sell_what_is_there(placed((rice, "4.2"), (lamp, 1)), by=None)
    assert lines_of(split.order)[0] == ("Basmati rice", Decimal("2.5"), Decimal("275.00"))
    assert lines_of(split.back_order) == [("Basmati rice", Decimal("1.7"), Decimal("187.00"))]


def test_prices_stay_as_agreed_with_who_set_them_and_each_part_has_its_slip(units, seller_user):
    kurta = ProductFactory(
        name="Cotton kurta", unit_price="450", bulk_price="400", bulk_quantity=10, stock=4
    )
    [slip] = allocate_slips(1)
    lines = [
        NewLine(product=kurta, quantity=Decimal(12)),
        NewLine(
            product=kurta,
            quantity=Decimal(5),
            unit_price=Decimal(390),
            price_reason="Old customer",
            slip_number=slip,
        ),
    ]
    order = place_order(
        lines, buyer=Buyer.known(CustomerFactory()), channel="counter", by=seller_user
    )
    ProductFactory._meta.model.objects.filter(pk=kurta.pk).update(
        unit_price="999", bulk_price="990"
    )

    split = sell_what_is_there(order, by=seller_user)
    assert lines_of(split.order) == [("Cotton kurta", 4, 1600)]
    assert lines_of(split.back_order) == [("Cotton kurta", 8, 3200), ("Cotton kurta", 5, 1950)]
    moved = split.back_order.items.get(slip_number=slip)
    assert (moved.override.reason, moved.override.actor) == ("Old customer", seller_user)


def test_the_rest_of_a_line_keeps_its_typed_price_and_gets_a_slip_of_its_own(lamp, seller_user):
    [slip] = allocate_slips(1)
    line = NewLine(
        product=lamp,
        quantity=Decimal(5),
        unit_price=Decimal(480),
        price_reason="Festival",
        slip_number=slip,
    )
    order = place_order(
        [line], buyer=Buyer.known(CustomerFactory()), channel="counter", by=seller_user
    )
    split = sell_what_is_there(order, by=seller_user)
    kept, rest = split.order.items.get(), split.back_order.items.get()
    assert (kept.slip_number, rest.slip_number) == (slip, "SL-002")
    assert [(i.override.new_price, i.override.reason) for i in (kept, rest)] == [
        (480, "Festival")
    ] * 2


@pytest.mark.parametrize(
    ("discount", "fee", "sums"),
    [
        ("250", "0", [("1350.00", "150.00"), ("900.00", "100.00")]),
        ("2500", "0", [("0.00", "1500.00"), ("0.00", "1000.00")]),
        ("2550", "60", [("10.00", "1550.00"), ("0.00", "1000.00")]),
        ("0.01", "60", [("1559.99", "0.01"), ("1000.00", "0.00")]),
    ],
)
def test_the_discount_follows_the_goods(lamp, discount, fee, sums):
    order = placed((lamp, 5))
    total = 2500 - Decimal(discount) + Decimal(fee)
    Order.objects.filter(pk=order.pk).update(discount=discount, delivery_fee=fee, total=total)
    split = sell_what_is_there(order, by=None)
    halves = [(str(half.total), str(half.discount)) for half in (split.order, split.back_order)]
    assert halves == sums


def test_money_paid_for_all_of_it_moves_along_with_what_is_missing(lamp):
    order = placed((lamp, 5))
    record_payment(order, amount=Decimal(2400), method="upi", by=None)
    split = sell_what_is_there(order, by=None)
    rows = [
        [(row.amount, row.method, row.note) for row in half.payments.all()]
        for half in (split.order, split.back_order)
    ]
    assert rows == [
        [(2400, "upi", ""), (-900, "upi", f"Moved to {split.back_order}")],
        [(900, "upi", f"Moved from {order}")],
    ]
    order.refresh_from_db()
    assert (order.payment_status, split.back_order.payment_status) == ("paid", "part_paid")
    assert find_faults() == []


def test_only_what_is_sold_is_owed(lamp):
    customer = CustomerFactory(payment_terms=PaymentTerms.CREDIT)
    sell_what_is_there(placed((lamp, 5), customer=customer), by=None)
    from khata.accounts import customer_account

    assert [line.debit for line in customer_account(customer).lines.all()] == [1500]


def test_again_it_changes_nothing_and_answers_the_same(lamp):
    order = placed((lamp, 5))
    first = sell_what_is_there(order, by=None)
    again = sell_what_is_there(order, by=None)
    assert (again.back_order, again.stock_updates) == (first.back_order, [])
    assert Order.objects.count() == 2


def test_a_cancelled_order_is_not_split(lamp):
    order = placed((lamp, 5))
    cancel_order(order, by=None)
    with pytest.raises(MoveNotAllowed) as refusal:
        sell_what_is_there(order, by=None)
    assert refusal.value.data == {"allowed": []}


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_12_at_once_each_lamp_is_sold_once_and_every_wish_is_kept(units):
    lamp = ProductFactory(name="Brass lamp", stock=10)
    bowl = ProductFactory(name="Copper bowl", stock=10)
    wishes = [((lamp, 2), (bowl, 1)) if n % 2 else ((bowl, 1), (lamp, 2)) for n in range(12)]
    orders = [placed(*wish) for wish in wishes]

    results = race(*(partial(sell_what_is_there, order, by=None) for order in orders))

    assert set(kinds(results)) <= {"Split", "NothingInStock"}
    assert (stock_of(lamp), stock_of(bowl)) == (0, 0)
    wanted = [
        sum(
            item.quantity
            for order in Order.objects.all()
            for item in order.items.filter(product=product)
        )
        for product in (lamp, bowl)
    ]
    assert wanted == [24, 12]
    assert [fault for fault in find_faults() if fault.kind != "notice_forgotten"] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_same_order_split_by_8_at_once_and_confirmed_has_one_back_order(units):
    lamp = ProductFactory(name="Brass lamp", stock=3)
    order = placed((lamp, 5))
    runs = [partial(sell_what_is_there, order, by=None)] * 8
    results = race(*runs, *[partial(confirm_order, order, by=None)] * 4)
    assert set(kinds(results)) <= {"Split", "Confirmation", "ShortStock"}
    assert (Order.objects.filter(back_order_of=order).count(), stock_of(lamp)) == (1, 0)
