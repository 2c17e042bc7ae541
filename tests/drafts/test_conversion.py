"""From a draft to orders: what is missing, one order a client, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.errors import StaleVersion
from drafts.conversion import convert_and_confirm, convert_draft, missing
from drafts.editing import add_entry, update_entry
from drafts.errors import DraftGone, NotReady
from drafts.models import DraftEntry, DraftOrder, OrderDraft
from orders.models import MetalRate, Order, PriceOverride, Product, StockMovement
from tests.drafts.desk import kurta_with_children
from tests.factories import CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(units):
    """A ring priced by its weight, of which there is no rate yet."""
    return ProductFactory(
        sku="RNG-22",
        name="Gold ring",
        price_basis="gram",
        metal="gold_22k",
        making_charge=Decimal(900),
        unit_price=None,
        stock=4,
    )


def stock_movements() -> int:
    return StockMovement.objects.exclude(kind="opening").count()


def test_a_draft_becomes_a_pending_order_of_its_sender(draft, entry, dupatta, seller_user):
    [order] = convert_draft(draft, by=seller_user)

    assert (order.status, order.channel, order.customer) == (
        "pending",
        "whatsapp",
        draft.customer,
    )
    assert (order.customer_verified, order.total) == (True, Decimal("700.00"))
    item = order.items.get()
    assert (item.product, item.quantity, item.slip_number) == (dupatta, 2, "SL-001")
    draft.refresh_from_db()
    assert (draft.status, draft.closed_by) == ("converted", seller_user)
    assert draft.converted_at is not None
    assert stock_movements() == 0


def test_converting_again_answers_the_same_orders(draft, seller_user):
    first = convert_draft(draft, by=seller_user)
    assert convert_draft(draft, version=1, by=seller_user) == first
    assert Order.objects.count() == DraftOrder.objects.count() == 1


def test_each_client_gets_an_order_in_the_order_of_the_lines(draft, entry, dupatta, seller_user):
    priya, asha = CustomerFactory(name="Priya"), CustomerFactory(name="Asha")
    for client in (priya, asha, priya):
        changes = {"product_id": dupatta.pk, "quantity": Decimal(1), "client_id": client.pk}
        add_entry(draft, changes, by=seller_user)
    orders = convert_draft(draft, by=seller_user)
    assert [order.customer for order in orders] == [draft.customer, priya, asha]
    assert [order.items.count() for order in orders] == [1, 2, 1]
    assert all(order.customer_verified for order in orders)


def test_a_price_that_staff_set_is_kept_with_who_set_it(draft, entry, seller_user):
    update_entry(entry, {"unit_price": Decimal("300.00")}, by=seller_user)
    [order] = convert_draft(draft, by=seller_user)
    assert order.total == Decimal("600.00")
    override = PriceOverride.objects.get()
    assert (override.old_price, override.new_price, override.actor) == (350, 300, seller_user)
    assert override.reason == f"Set on draft {draft.pk}"


def test_a_line_made_to_order_needs_no_product_and_takes_no_stock(draft, entry, seller_user):
    changes = {"is_custom": True, "item_name": "Engraved pendant", "unit_price": Decimal(1200)}
    update_entry(entry, changes, by=seller_user)
    [outcome] = convert_and_confirm(draft, by=seller_user)
    item = outcome.order.items.get()
    assert (item.is_custom, item.product, item.product_name) == (True, None, "Engraved pendant")
    assert (outcome.confirmed, stock_movements()) == (True, 0)


def test_a_gram_price_follows_the_lines_weight(draft, entry, ring, seller_user):
    MetalRate.objects.create(metal="gold_22k", date=date(2026, 1, 1), rate=Decimal(6000))
    changes = {"product_id": ring.pk, "quantity": Decimal(2), "weight": Decimal(5)}
    update_entry(entry, changes, by=seller_user)
    [order] = convert_draft(draft, by=seller_user)
    assert order.total == 2 * (5 * 6000 + 900)


# What is missing ----------------------------------------------------------------------


def refused(draft, by) -> list[list[str]]:
    """What converting says is missing, after making sure that it did nothing."""
    with pytest.raises(NotReady) as error:
        convert_draft(draft, by=by)
    assert Order.objects.count() == 0
    assert OrderDraft.objects.get().status == "open"
    return [line["missing"] for line in error.value.data["entries"]]


def test_each_line_is_named_with_what_it_lacks(draft, entry, dupatta, seller_user):
    bare = add_entry(draft, {"item_name": "odhni", "client_name": "Nobody Known"}, by=seller_user)
    half = add_entry(draft, {"product_id": dupatta.pk}, by=seller_user)
    with pytest.raises(NotReady) as error:
        convert_draft(draft, by=seller_user)
    assert error.value.data["entries"] == [
        {"id": bare.pk, "missing": ["product", "quantity", "client"]},
        {"id": half.pk, "missing": ["quantity"]},
    ]
    assert "odhni (product, quantity, client)" in str(error.value)
    assert Order.objects.count() == 0


def test_an_empty_draft_is_not_converted(draft, entry, seller_user):
    entry.delete()
    assert refused(draft, seller_user) == []


def test_an_archived_product_is_missing(draft, dupatta, seller_user):
    Product.objects.update(archived_at=timezone.now())
    assert refused(draft, seller_user) == [["product"]]


def test_a_child_of_an_archived_parent_is_missing(draft, entry, seller_user):
    parent = kurta_with_children()
    child = parent.variants.get(size="M")
    update_entry(entry, {"product_id": child.pk}, by=seller_user)
    Product.objects.filter(pk=parent.pk).update(archived_at=timezone.now())
    assert refused(draft, seller_user) == [["product"]]


@pytest.mark.parametrize(
    ("sizes", "colors", "lacking"),
    [
        (("M", "L"), ("",), ["size"]),
        (("",), ("Red", "Blue"), ["color"]),
        (("M", "L"), ("Red", "Blue"), ["size", "color"]),
    ],
)
def test_a_parent_needs_its_size_and_colour(draft, entry, seller_user, sizes, colors, lacking):
    parent = kurta_with_children(sizes, colors)
    update_entry(entry, {"product_id": parent.pk}, by=seller_user)
    assert refused(draft, seller_user) == [lacking]


def test_a_size_that_is_not_sold_is_missing(draft, entry, seller_user):
    parent = kurta_with_children()
    DraftEntry.objects.update(product=parent, size="XXL")
    assert refused(draft, seller_user) == [["size"]]


def test_half_a_piece_is_no_quantity(draft, seller_user):
    DraftEntry.objects.update(quantity=Decimal("2.5"))
    assert refused(draft, seller_user) == [["quantity"]]


def test_made_to_order_needs_a_name_and_a_price(draft, entry, seller_user):
    update_entry(entry, {"is_custom": True}, by=seller_user)
    assert refused(draft, seller_user) == [["price"]]
    DraftEntry.objects.update(item_name="", unit_price=5)
    assert refused(draft, seller_user) == [["item_name"]]


def test_a_gram_price_needs_weight_and_rate(draft, entry, ring, seller_user):
    update_entry(entry, {"product_id": ring.pk}, by=seller_user)
    assert refused(draft, seller_user) == [["weight"]]
    entry = update_entry(entry, {"weight": Decimal(5)}, by=seller_user)
    assert refused(draft, seller_user) == [["price"]]
    update_entry(entry, {"unit_price": Decimal(31000)}, by=seller_user)
    assert len(convert_draft(draft, by=seller_user)) == 1


def test_a_complete_line_lacks_nothing(entry):
    assert missing(entry) == []


def test_a_stale_version_is_refused(draft, seller_user):
    with pytest.raises(StaleVersion):
        convert_draft(draft, version=draft.version + 1, by=seller_user)
    assert Order.objects.count() == 0


def test_a_discarded_draft_is_gone(draft, seller_user):
    OrderDraft.objects.update(status="discarded")
    with pytest.raises(DraftGone):
        convert_draft(draft, by=seller_user)


def test_all_orders_are_made_or_none(draft, entry, dupatta, seller_user):
    """The second client's order can't be placed: the first one's is not made either."""
    changes = {
        "product_id": dupatta.pk,
        "quantity": Decimal(100_000),
        "unit_price": Decimal("999999999.99"),
        "client_id": CustomerFactory(name="Priya").pk,
    }
    add_entry(draft, changes, by=seller_user)
    assert refused(draft, seller_user) == [["quantity"]]


# Confirming ---------------------------------------------------------------------------


def test_confirming_takes_the_stock_of_each_order_by_itself(draft, entry, dupatta, seller_user):
    priya = CustomerFactory(name="Priya")
    changes = {"product_id": dupatta.pk, "quantity": Decimal(9), "client_id": priya.pk}
    add_entry(draft, changes, by=seller_user)
    first, second = convert_and_confirm(draft, by=seller_user)

    assert (first.confirmed, first.order.status, first.error) == (True, "confirmed", None)
    assert (second.confirmed, second.order.status) == (False, "pending")
    assert second.error.data["lines"] == [
        {
            "product_id": dupatta.pk,
            "product_name": "Bandhani dupatta",
            "wanted": Decimal(9),
            "available": Decimal(8),
        }
    ]
    dupatta.refresh_from_db()
    assert dupatta.stock_quantity == 8


def test_confirming_again_takes_nothing_twice(draft, dupatta, seller_user):
    convert_and_confirm(draft, by=seller_user)
    [again] = convert_and_confirm(draft, by=seller_user)
    dupatta.refresh_from_db()
    assert (again.confirmed, dupatta.stock_quantity) == (True, 8)
