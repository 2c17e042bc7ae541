"""Stock by hand and by items: what is written, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError

from orders.errors import AlreadyOpened, InvalidLine, NotStocked, ShortStock, StaleCount
from orders.models import MovementKind, Product, StockMovement
from orders.stock import (
    StockUpdate,
    adjust_stock,
    count_stock,
    give_back,
    open_stock,
    take_stock,
)
from tests.factories import ProductFactory
from tests.orders.desk import confirmed, movements_of, placed, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tape(units):
    return ProductFactory(name="Measuring tape", stock=10)


@pytest.fixture
def parent(units):
    return ProductFactory(name="Linen shirt", has_variants=True)


def test_opening_stock_is_a_movement(units, seller_user):
    rice = ProductFactory(unit=units["kg"])
    open_stock(rice, quantity=Decimal("12.375"), by=seller_user)
    rice.refresh_from_db()
    assert (rice.stock_quantity, rice.in_stock) == (Decimal("12.375"), True)
    assert movements_of(rice) == [("opening", Decimal("12.375"), Decimal("12.375"))]
    assert rice.movements.get().actor == seller_user


def test_stock_is_opened_once(tape):
    with pytest.raises(AlreadyOpened):
        open_stock(tape, quantity=Decimal(5), by=None)
    assert movements_of(tape) == [("opening", 10, 10)]


def test_opening_with_nothing_is_on_record_too(units):
    product = ProductFactory(stock=0)
    assert movements_of(product) == [("opening", 0, 0)]
    assert not product.in_stock


def test_a_shelf_holds_more_than_an_order_may_ask_for(units):
    beads = ProductFactory(stock=250_000)
    adjust_stock(beads, delta=Decimal(150_000), reason="", by=None)
    count_stock(beads, counted=Decimal(399_000), expected=Decimal(400_000), reason="", by=None)
    assert stock_of(beads) == 399_000


def test_goods_that_come_in_or_break_adjust_the_stock(tape, seller_user):
    came = adjust_stock(tape, delta=Decimal(5), reason="From Surat", by=seller_user)
    broke = adjust_stock(tape, delta=Decimal(-15), reason="Monsoon", by=seller_user)

    assert came == StockUpdate(tape.pk, "Measuring tape", Decimal(10), Decimal(15))
    assert broke == StockUpdate(tape.pk, "Measuring tape", Decimal(15), Decimal(0))
    tape.refresh_from_db()
    assert not tape.in_stock
    assert [m.reason for m in tape.movements.order_by("pk")] == ["", "From Surat", "Monsoon"]


def test_no_more_is_taken_off_than_there_is(tape):
    with pytest.raises(ShortStock) as refusal:
        adjust_stock(tape, delta=Decimal(-11), reason="Lost", by=None)
    assert refusal.value.data["lines"] == [
        {"product_id": tape.pk, "product_name": "Measuring tape", "wanted": 11, "available": 10}
    ]
    assert str(refusal.value) == "Not enough stock: Measuring tape (11 wanted, 10 available)."
    assert movements_of(tape) == [("opening", 10, 10)]


@pytest.mark.parametrize(
    "number", ["0.5", "NaN", "sNaN", "-Infinity", "10000001", "1e30", "1.0005"]
)
def test_amounts_that_can_not_be_are_refused(tape, number):
    amount = Decimal(number)
    with pytest.raises(InvalidLine):
        adjust_stock(tape, delta=amount, reason="", by=None)
    with pytest.raises(InvalidLine):
        count_stock(tape, counted=amount, expected=Decimal(10), reason="", by=None)
    with pytest.raises(InvalidLine):
        open_stock(ProductFactory(), quantity=amount, by=None)
    assert stock_of(tape) == 10


def test_an_adjustment_by_nothing_is_refused(tape):
    with pytest.raises(InvalidLine):
        adjust_stock(tape, delta=Decimal(0), reason="", by=None)


def test_a_count_sets_the_stock(tape, seller_user):
    counted = count_stock(
        tape, counted=Decimal(8), expected=Decimal(10), reason="Diwali count", by=seller_user
    )
    assert counted == StockUpdate(tape.pk, "Measuring tape", Decimal(10), Decimal(8))
    assert movements_of(tape)[1:] == [("count", -2, 8)]


def test_a_count_that_finds_what_was_expected_is_on_record(tape):
    count_stock(tape, counted=Decimal(10), expected=Decimal(10), reason="", by=None)
    assert movements_of(tape)[1:] == [("count", 0, 10)]


def test_a_count_is_refused_when_the_stock_moved_meanwhile(tape):
    confirmed((tape, 1))
    with pytest.raises(StaleCount) as refusal:
        count_stock(tape, counted=Decimal(8), expected=Decimal(10), reason="", by=None)
    assert (refusal.value.data, stock_of(tape)) == ({"stock_quantity": 9}, 9)


def test_a_parent_has_no_stock(parent):
    for rule in (
        lambda: open_stock(parent, quantity=Decimal(1), by=None),
        lambda: adjust_stock(parent, delta=Decimal(1), reason="", by=None),
        lambda: count_stock(parent, counted=Decimal(1), expected=Decimal(0), reason="", by=None),
    ):
        with pytest.raises(NotStocked):
            rule()
    assert (stock_of(parent), movements_of(parent)) == (0, [])


def test_what_became_a_parent_after_it_was_ordered_is_not_taken(units):
    bangle = ProductFactory()
    order = placed((bangle, 1))
    Product.objects.filter(pk=bangle.pk).update(has_variants=True)
    with pytest.raises(NotStocked):
        take_stock(order.items.all(), by=None)


def test_the_demand_of_all_lines_is_summed_up(tape):
    updates = take_stock(placed((tape, 4), (tape, 6)).items.all(), by=None)
    assert updates == [StockUpdate(tape.pk, "Measuring tape", Decimal(10), Decimal(0))]
    assert movements_of(tape)[1:] == [("sale", -4, 6), ("sale", -6, 0)]


def test_an_item_is_sold_once(tape):
    items = placed((tape, 1)).items.all()
    take_stock(items, by=None)
    with pytest.raises(IntegrityError, match="one_sale_and_one_cancellation_per_item"):
        take_stock(items, by=None)


def test_giving_back_what_was_given_back_or_never_taken_moves_nothing(tape):
    sold, pending = confirmed((tape, 4)), placed((tape, 3))
    kind = MovementKind.CANCELLATION
    assert give_back(pending.items.all(), by=None, kind=kind) == []
    assert len(give_back(sold.items.all(), by=None, kind=kind)) == 1
    assert give_back(sold.items.all(), by=None, kind=kind) == []
    assert stock_of(tape) == 10


def test_saving_a_product_never_writes_its_stock(tape):
    before = Product.objects.get(pk=tape.pk)
    confirmed((tape, 3))
    before.name = "Measuring tape, 5 m"
    before.save()
    tape.refresh_from_db()
    assert (tape.name, tape.stock_quantity) == ("Measuring tape, 5 m", 7)
    assert tape.history.count() == 2


def test_saving_a_product_read_in_part_writes_that_part(tape):
    part = Product.objects.only("name").get(pk=tape.pk)
    Product.objects.filter(pk=tape.pk).update(brand="Freemans")
    part.name = "Tape"
    part.save()
    tape.refresh_from_db()
    assert (tape.name, tape.brand) == ("Tape", "Freemans")


# What the tables themselves refuse -------------------------------------------------------


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def test_stock_is_never_negative(tape):
    with refused("stock_not_negative"):
        Product.objects.filter(pk=tape.pk).update(stock_quantity=-1)


def test_a_parent_never_has_stock(parent):
    with refused("parent_has_no_stock"):
        Product.objects.filter(pk=parent.pk).update(stock_quantity=1)


def test_opening_stock_exists_once(tape):
    with refused("one_opening_per_product"):
        StockMovement.objects.create(product=tape, kind="opening", quantity=1, stock_after=1)


def test_a_sale_has_its_item(tape):
    with refused("sale_movement_has_its_item"):
        StockMovement.objects.create(product=tape, kind="sale", quantity=-1, stock_after=1)


@pytest.mark.parametrize("kind", ["sale", "cancellation"])
def test_an_item_is_sold_and_cancelled_once(tape, kind):
    item = placed((tape, 1)).items.get()
    row = {"product": tape, "kind": kind, "quantity": 1, "stock_after": 1, "order_item": item}
    StockMovement.objects.create(**row)
    with refused("one_sale_and_one_cancellation_per_item"):
        StockMovement.objects.create(**row)
