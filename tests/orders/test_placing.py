"""Placing: the desk's prices, checked lines, the buyer's terms, references."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from customers.errors import InvalidInput
from customers.models import Shop
from orders.errors import (
    InvalidLine,
    NoPrice,
    NoSuchVariant,
    ReferenceTaken,
    SlipTaken,
    VariantNeeded,
)
from orders.lines import MAX_LINES
from orders.models import MetalRate, Order, OrderItem, PriceOverride, Product
from orders.placing import Buyer, NewLine, place_order
from orders.slips import allocate_slips, claim_slip
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import guest, movements_of, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", unit_price=Decimal("450.50"), stock=3)


def place(*lines: NewLine, buyer: Buyer | None = None, by=None, **fields) -> Order:
    return place_order(lines, buyer=buyer or guest(), channel="storefront", by=by, **fields)


def line(product: Product | None, quantity: str = "1", **fields) -> NewLine:
    return NewLine(product=product, quantity=Decimal(quantity), **fields)


def refusal_of(*lines: NewLine, error: type[Exception], by=None):
    with pytest.raises(error) as refusal:
        place(*lines, by=by)
    assert not Order.objects.exists()
    return refusal.value


def test_an_order_is_pending_and_takes_no_stock(kurta, units, seller_user):
    rice = ProductFactory(
        name="Basmati rice",
        barcode="8901",
        unit=units["kg"],
        unit_price=Decimal("99.99"),
        tax_rate=Decimal(5),
        cost_price=Decimal(70),
    )
    order = place(line(kurta, "5"), line(rice, "2.375"), notes="By noon", by=seller_user)

    order.refresh_from_db()
    assert (order.status, order.payment_status, order.notes) == ("pending", "unpaid", "By noon")
    assert (order.subtotal, order.tax, order.total) == (
        Decimal("2489.98"),
        Decimal("11.31"),
        Decimal("2489.98"),
    )
    assert order.item_count == 6
    kurtas, bag = order.items.all()
    assert (kurtas.position, kurtas.quantity, kurtas.subtotal) == (1, 5, Decimal("2252.50"))
    assert (bag.position, bag.unit_id, bag.product_barcode) == (2, "kg", "8901")
    assert (bag.unit_price, bag.subtotal, bag.cost_price) == (
        Decimal("99.99"),
        Decimal("237.48"),
        70,
    )
    assert movements_of(kurta) == [("opening", 3, 3)]
    assert order.history.get().history_user == seller_user


def test_prices_are_the_databases_even_when_the_caller_holds_an_old_row(kurta):
    Product.objects.filter(pk=kurta.pk).update(unit_price=Decimal("500.00"))
    kurta.unit_price = Decimal(1)
    assert place(line(kurta)).total == 500


def test_a_line_of_gold_costs_its_weight(units):
    MetalRate.objects.create(metal="gold_22k", date=timezone.localdate(), rate=Decimal(6000))
    ring = ProductFactory(
        price_basis="gram", metal="gold_22k", weight=4, making_charge=500, unit_price=None
    )
    as_listed, heavier = place(line(ring, "2"), line(ring, weight=Decimal("5.5"))).items.all()
    assert (as_listed.unit_price, as_listed.weight, as_listed.subtotal) == (24500, 4, 49000)
    assert (heavier.unit_price, heavier.weight) == (33500, Decimal("5.5"))


def test_gold_without_a_rate_can_not_be_ordered(units):
    ring = ProductFactory(price_basis="gram", metal="gold_22k", weight=4, unit_price=None)
    error = refusal_of(line(ring), error=NoPrice)
    assert (error.attr, error.status) == ("items.0.unit_price", 409)


def test_the_item_stores_the_child(kurta):
    parent = ProductFactory(name="Linen shirt", has_variants=True)
    child = ProductFactory(name="Linen shirt M", parent=parent, size="M")
    ProductFactory(parent=parent, size="L")

    item = place(line(parent, size="m")).items.get()

    assert (item.product, item.product_name, item.selected_size) == (child, "Linen shirt M", "M")


def test_a_parent_without_its_size_names_the_line_and_the_sizes(kurta):
    parent = ProductFactory(name="Linen shirt", has_variants=True)
    for size in "ML":
        ProductFactory(parent=parent, size=size)
    needed = refusal_of(line(kurta), line(parent), error=VariantNeeded)
    assert (needed.attr, [o["size"] for o in needed.data["options"]]) == (
        "items.1.product_id",
        ["M", "L"],
    )
    unknown = refusal_of(line(kurta), line(parent, size="XXL"), error=NoSuchVariant)
    assert unknown.attr == "items.1.product_id"


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "2.5", "100001", "1e9", "NaN", "Infinity", "1.0001"]
)
def test_quantities_that_can_not_be_name_their_line(kurta, quantity):
    error = refusal_of(line(kurta), line(kurta, quantity), error=InvalidLine)
    assert error.attr == "items.1.quantity"


@pytest.mark.parametrize("quantity", ["0.0005", "100000.5", "-0.5"])
def test_what_is_divisible_has_its_bounds_too(units, quantity):
    refusal_of(line(ProductFactory(unit=units["kg"]), quantity), error=InvalidLine)


@pytest.mark.parametrize("weight", ["0", "-1", "NaN", "1e9", "0.0001"])
def test_weights_that_can_not_be_are_refused(kurta, weight):
    error = refusal_of(line(kurta, weight=Decimal(weight)), error=InvalidLine)
    assert error.attr == "items.0.weight"


def test_what_is_not_sold_any_more_is_refused(kurta):
    archived = ProductFactory(archived_at=timezone.now())
    parent = ProductFactory(has_variants=True, archived_at=timezone.now())
    child = ProductFactory(parent=parent, size="M")
    gone = ProductFactory()
    Product.objects.filter(pk=gone.pk).delete()
    for product in (archived, child, gone, None):
        error = refusal_of(line(kurta), line(product), error=InvalidLine)
        assert error.attr == "items.1.product_id"


def test_an_order_has_some_lines_but_not_any_number(kurta):
    assert refusal_of(error=InvalidInput).attr == "items"
    refusal_of(*[line(kurta)] * (MAX_LINES + 1), error=InvalidInput)


def test_a_line_that_costs_too_much_is_refused(units):
    land = ProductFactory(unit_price=Decimal("9999999999.99"))
    refusal_of(line(land), error=InvalidLine)
    villa = ProductFactory(unit_price=Decimal("99999999.99"))
    refusal_of(line(villa, "100000"), error=InvalidLine)


def test_the_largest_order_that_is_let_in_fits_the_tables(units):
    villa = ProductFactory(unit_price=Decimal("9999.99"))
    order = place(*[line(villa, "100000")] * MAX_LINES)
    assert order.total == Decimal("9999.99") * 100000 * MAX_LINES


# Prices that staff type --------------------------------------------------------------


def test_a_price_typed_by_staff_is_kept_with_who_and_why(kurta, seller_user):
    order = place(
        line(kurta, "2", unit_price=Decimal("400.00"), price_reason="Old customer"),
        line(kurta, unit_price=Decimal("450.50")),
        by=seller_user,
    )
    assert order.total == Decimal("1250.50")
    override = PriceOverride.objects.get()
    assert (override.old_price, override.new_price) == (Decimal("450.50"), Decimal("400.00"))
    assert (override.actor, override.reason) == (seller_user, "Old customer")
    assert override.item.position == 1


def test_nobody_else_types_a_price(kurta, buyer_user):
    for by in (None, buyer_user):
        error = refusal_of(line(kurta, unit_price=Decimal(1)), error=InvalidLine, by=by)
        assert error.attr == "items.0.unit_price"


@pytest.mark.parametrize("rupees", ["-1", "1.005", "NaN", "1e10"])
def test_a_typed_price_that_can_not_be_is_refused(kurta, seller_user, rupees):
    error = refusal_of(line(kurta, unit_price=Decimal(rupees)), error=InvalidLine, by=seller_user)
    assert error.attr == "items.0.unit_price"


def test_something_made_to_order_has_a_name_and_a_typed_price(units, seller_user):
    chain = line(
        None,
        is_custom=True,
        item_name=" Chain with initials ",
        unit_price=Decimal(8000),
        size="20 in",
    )
    item = place(chain, by=seller_user).items.get()
    assert (item.product, item.product_name, item.unit_id) == (None, "Chain with initials", "pc")
    assert (item.is_custom, item.subtotal, item.selected_size) == (True, 8000, "20 in")
    assert PriceOverride.objects.get().old_price is None

    nameless = refusal_again(replace(chain, item_name=" "), by=seller_user)
    priceless = refusal_again(replace(chain, unit_price=None), by=seller_user)
    assert (nameless.attr, priceless.attr) == ("items.0.item_name", "items.0.unit_price")


def refusal_again(new_line: NewLine, *, by):
    with pytest.raises((InvalidLine, NoPrice)) as refusal:
        place(new_line, by=by)
    assert Order.objects.count() == 1
    return refusal.value


def test_made_to_order_in_kilograms_is_divisible(units, seller_user):
    halwa = line(None, "1.5", is_custom=True, item_name="Halwa", unit_price=Decimal(400), unit="kg")
    assert place(halwa, by=seller_user).items.get().unit_id == "kg"


# Slip numbers --------------------------------------------------------------------------


def test_slip_numbers_come_along_and_are_never_given_again(kurta):
    [given] = allocate_slips(1)
    order = place(line(kurta, slip_number=given), line(kurta, slip_number="KHATA-12"))
    assert [item.slip_number for item in order.items.all()] == ["SL-001", "KHATA-12"]
    with pytest.raises(SlipTaken):
        claim_slip("KHATA-12")


def test_a_slip_number_is_on_one_line_only(kurta):
    twice = [line(kurta, slip_number="SL-005")] * 2
    assert refusal_of(*twice, error=SlipTaken).attr == "items.1.slip_number"
    place(twice[0])
    with pytest.raises(SlipTaken) as refusal:
        place(line(kurta), twice[1])
    assert refusal.value.attr == "items.1.slip_number"


# The buyer ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verified", "terms", "got"),
    [(True, "credit", "credit"), (True, "cash", "cash"), (False, "credit", "cash")],
)
def test_only_a_verified_customer_gets_own_terms(kurta, verified, terms, got):
    customer = CustomerFactory(payment_terms=terms)
    buyer = Buyer(customer=customer, verified=verified, name="Omkar Jadhav")
    order = place(line(kurta), buyer=buyer)
    assert (order.payment_terms, order.customer_verified, order.customer) == (
        got,
        verified,
        customer,
    )


def test_signed_in_without_a_customer_it_is_cash(kurta, buyer_user):
    order = place(line(kurta), buyer=Buyer(None, True, "Farida", user=buyer_user))
    assert (order.payment_terms, order.user, order.customer) == ("cash", buyer_user, None)


def test_a_known_customer_orders_under_the_name_and_phone_on_record(kurta):
    customer = CustomerFactory(name="Chandni Saris", phone="+919833344455", email="c@saris.in")
    order = placed((kurta, 1), customer=customer)
    assert (order.customer_name, order.customer_phone, order.customer_email) == (
        "Chandni Saris",
        "+919833344455",
        "c@saris.in",
    )
    assert order.customer_verified


def test_somebody_must_order(kurta):
    with pytest.raises(InvalidInput) as refusal:
        place(line(kurta), buyer=guest(name="  "))
    assert refusal.value.attr == "customer_name"


def test_an_unverified_order_on_credit_is_refused_by_the_table(kurta):
    order = placed((kurta, 1))
    with pytest.raises(IntegrityError, match="unverified_order_is_cash"):
        Order.objects.filter(pk=order.pk).update(payment_terms="credit")


# References and warnings -----------------------------------------------------------------


def test_the_desk_makes_a_reference_with_the_shops_prefix(kurta):
    Shop.objects.create(pk=1, order_prefix="KHD")
    reference = placed((kurta, 1)).order_reference
    assert re.fullmatch(r"KHD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", reference)


def test_a_reference_drawn_twice_is_drawn_again(kurta, monkeypatch):
    draws = iter(["LEG-0000-0001", "LEG-0000-0001", "LEG-0000-0002"])
    monkeypatch.setattr("orders.placing.new_reference", lambda prefix: next(draws))
    assert [placed((kurta, 1)).order_reference for _ in range(2)] == [
        "LEG-0000-0001",
        "LEG-0000-0002",
    ]


def test_a_reference_that_was_sent_is_kept_once(kurta):
    assert place(line(kurta), reference=" LEG-TEST-0001 ").order_reference == "LEG-TEST-0001"
    with pytest.raises(ReferenceTaken):
        place(line(kurta), reference="LEG-TEST-0001")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("reference", ["", "  ", "x" * 41])
def test_a_reference_has_a_length(kurta, reference):
    with pytest.raises(InvalidInput):
        place(line(kurta), reference=reference)


def test_warnings_stay_with_the_order(kurta):
    order = place(line(kurta), warnings=["The price sent, 1.00, is not the shop's."])
    order.refresh_from_db()
    assert order.warnings == ["The price sent, 1.00, is not the shop's."]


# What the tables themselves refuse ---------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"total": 1}, "order_total_adds_up"),
        ({"discount": -5, "total": Decimal("455.50")}, "order_money_not_negative"),
        ({"delivery_fee": 10}, "order_total_adds_up"),
        ({"tax": -1}, "order_money_not_negative"),
    ],
)
def test_orders_that_do_not_add_up_are_refused(kurta, change, constraint):
    order = placed((kurta, 1))
    with pytest.raises(IntegrityError, match=constraint):
        Order.objects.filter(pk=order.pk).update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"quantity": 0}, "item_quantity_positive"),
        ({"quantity": -1}, "item_quantity_positive"),
        ({"unit_price": -1}, "item_money_not_negative"),
        ({"subtotal": -1}, "item_money_not_negative"),
        ({"is_custom": True}, "item_is_product_or_custom"),
        ({"product": None}, "item_is_product_or_custom"),
        ({"returned_quantity": 2}, "item_returned_at_most_once"),
        ({"returned_quantity": -1}, "item_returned_at_most_once"),
    ],
)
def test_items_that_can_not_be_are_refused(kurta, change, constraint):
    order = placed((kurta, 1))
    with pytest.raises(IntegrityError, match=constraint):
        OrderItem.objects.filter(order=order).update(**change)
