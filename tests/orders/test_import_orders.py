"""Past orders from a spreadsheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from config.reconciling import find_faults
from customers.consent import record_opt_in
from customers.models import Customer
from khata.backfilling import backfill_ledger
from khata.models import LedgerTransaction
from orders.lifecycle import return_items
from orders.models import Order, OrderItem
from tests.factories import CustomerFactory, ProductFactory
from tests.importing import bring, counts, problems, table
from whatsapp.models import Message, OrderNotice

HEAD = "Bill no,Date,Party,Mobile,SKU,Item,Qty,Rate,Status,Paid,Discount,Total"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("units")]


@pytest.fixture
def kurta():
    return ProductFactory(sku="KUR-1", name="Kurta", unit_price=Decimal(450), stock=10)


TWO_LINES = (
    "B-1,31/03/2025,Kamala,9820012345,KUR-1,,2,400,delivered,yes,50,1050",
    "B-1,,,,,Stitching,1,300,,,,",
)


def test_an_order_comes_with_its_date_prices_sums_and_payment(tmp_path, kurta, admin_user):
    job = bring("orders", tmp_path, table(HEAD, *TWO_LINES), by=admin_user)
    assert counts(job) == (1, 0, 0, 0)
    order = Order.objects.get()
    assert order.order_reference == "B-1"
    assert order.created_at.astimezone(dt.UTC).isoformat() == "2025-03-30T18:30:00+00:00"
    assert (order.subtotal, order.discount, order.total) == (1100, 50, 1050)
    assert (order.status, order.payment_status, order.item_count) == ("delivered", "paid", 3)
    assert (order.customer.phone, order.customer_verified) == ("+919820012345", True)
    lines = order.items.values_list("product_name", "quantity", "unit_price", "is_custom")
    assert list(lines) == [("Kurta", 2, 400, False), ("Stitching", 1, 300, True)]
    event = order.events.get()
    assert (event.kind, event.to_status, event.actor) == ("imported", "delivered", admin_user)
    assert order.history.get().history_user == admin_user


def test_lines_of_one_product_keep_their_own_size_and_weight(tmp_path, kurta):
    ring = ProductFactory(sku="RING", name="Ring", has_variants=True, unit=kurta.unit)
    sizes = {
        size: ProductFactory(sku=f"RING-{size}", parent=ring, size=size, unit=kurta.unit)
        for size in ("12", "14")
    }
    rows = (
        f"B-{n},2025-04-01,Asha,,RING,1,900,{size},{weight}"
        for n, (size, weight) in enumerate([("12", "3.5"), ("14", ""), ("12", ""), (" 12", "4")])
    )
    head = "Bill no,Date,Party,Mobile,SKU,Qty,Rate,Size,Weight"
    assert counts(bring("orders", tmp_path, table(head, *rows))) == (4, 0, 0, 0)
    items = OrderItem.objects.order_by("order__order_reference")
    assert [(item.product, item.selected_size, item.weight) for item in items] == [
        (sizes["12"], "12", Decimal("3.5")),
        (sizes["14"], "14", None),
        (sizes["12"], "12", None),
        (sizes["12"], "12", 4),
    ]


def test_goods_of_a_returned_order_have_come_back(tmp_path, kurta):
    bring("orders", tmp_path, table(HEAD, *TWO_LINES).replace("delivered", "returned"))
    items = OrderItem.objects.order_by("position")
    assert list(items.values_list("quantity", "returned_quantity")) == [(2, 2), (1, 1)]


def test_an_order_says_what_any_of_its_rows_says_once(tmp_path, kurta):
    rows = [
        "B-1,2025-04-01,Asha,,KUR-1,,1,,,,,",
        "B-1,,,9820012345,KUR-1,,1,,shipped,,,",
        "B-1,,Usha,,KUR-1,,1,,shipped,,,",
    ]
    job = bring("orders", tmp_path, table(HEAD, *rows[:2]))
    assert counts(job) == (1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.customer_name, order.customer_phone) == ("Asha", "+919820012345")
    assert (order.status, order.payment_status) == ("shipped", "unpaid")
    job = bring("orders", tmp_path, table(HEAD, *rows).replace("B-1", "B-2"))
    assert problems(job)[2] == (4, "customer_name", "Another line of this order says Asha.")


def test_past_orders_take_no_stock_tell_nobody_and_stay_out_of_the_ledger(tmp_path, kurta):
    kamala = CustomerFactory(phone="+919820012345")
    record_opt_in(kamala, how="checkbox")
    bring("orders", tmp_path, table(HEAD + ",Terms", *(row + ",credit" for row in TWO_LINES)))
    kurta.refresh_from_db()
    assert kurta.stock_quantity == 10
    assert not OrderNotice.objects.exists()
    assert not Message.objects.exists()
    assert backfill_ledger() == {"orders": 0, "payments": 0}
    assert not LedgerTransaction.objects.exists()
    assert find_faults() == []


def test_on_wish_they_go_into_the_ledger_on_their_days(tmp_path, kurta):
    path = tmp_path / "list.csv"
    rows = (row + ",credit" for row in TWO_LINES)
    path.write_text(table(HEAD + ",Terms", *rows), encoding="utf-8")
    call_command("import_orders", path, "--to-ledger")
    days = LedgerTransaction.objects.order_by("pk").values_list("source", "date")
    assert list(days) == [("order", dt.date(2025, 3, 31)), ("payment", dt.date(2025, 3, 31))]
    assert find_faults() == []


def test_what_comes_back_of_an_old_order_is_counted_by_hand(tmp_path, kurta):
    bring("orders", tmp_path, table(HEAD, *TWO_LINES))
    return_items(Order.objects.get(), None, by=None, reason="too small")
    kurta.refresh_from_db()
    assert kurta.stock_quantity == 10
    assert find_faults() == []


def test_a_second_import_adds_nothing(tmp_path, kurta):
    text = table(HEAD, *TWO_LINES, "B-2,2025-04-01,Asha,,KUR-1,,1,,,,,")
    bring("orders", tmp_path, text)
    assert counts(bring("orders", tmp_path, text)) == (0, 0, 2, 0)
    assert Order.objects.count() == 2


def test_an_order_that_is_here_is_never_changed(tmp_path, kurta):
    bring("orders", tmp_path, table(HEAD, *TWO_LINES))
    other = "B-1,2025-03-31,Kamala,9820012345,KUR-1,,5,400,delivered,,,"
    job = bring("orders", tmp_path, table(HEAD, other))
    assert problems(job) == [(2, "reference", "There is an order B-1 already, with other lines.")]
    assert Order.objects.get().total == 1050


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("B-1,2025-03-31,Kamala,9820012345,NOPE,,1,5,,,,", "sku"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,0,5,,,,", "quantity"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,1.5,5,,,,", "quantity"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,,5,,,,", "quantity"),
        ("B-1,,Kamala,9820012345,KUR-1,,1,5,,,,", "date"),
        ("B-1,31.31.2025,Kamala,9820012345,KUR-1,,1,5,,,,", "date"),
        ("B-1,2025-03-31,Kamala,9.82E+09,KUR-1,,1,5,,,,", "phone"),
        ("B-1,2025-03-31,,,KUR-1,,1,5,,,,", "customer_name"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,1,5,lost,,,", "status"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,1,5,,,,6", "total"),
        ("B-1,2025-03-31,Kamala,9820012345,KUR-1,,1,5,,,6,", "discount"),
        ("B-1,2025-03-31,Kamala,9820012345,,Stitching,1,,,,,", "unit_price"),
        (",2025-03-31,Kamala,9820012345,KUR-1,,1,5,,,,", "reference"),
    ],
)
def test_what_can_not_be_meant_is_refused(tmp_path, kurta, row, field):
    job = bring("orders", tmp_path, table(HEAD, row))
    assert counts(job) == (0, 0, 0, 1)
    assert [name for _, name, _ in problems(job)] == [field]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_an_order_with_one_bad_line_stays_out_whole(tmp_path, kurta):
    rows = [TWO_LINES[0].replace(",1050", ","), "B-1,,,,NOPE,,1,300,,,,"]
    job = bring("orders", tmp_path, table(HEAD, *rows, "B-2,2025-04-01,Asha,,KUR-1,,1,,,,,"))
    assert counts(job) == (1, 0, 0, 2)
    assert [(row, field) for row, field, _ in problems(job)] == [(2, "file"), (3, "sku")]
    assert Order.objects.get().order_reference == "B-2"


def test_an_order_whose_rows_stand_apart_is_told_so(tmp_path, kurta):
    rows = [
        *TWO_LINES,
        "B-2,2025-04-01,Asha,,KUR-1,,1,,,,,",
        "B-1,2025-03-31,Kamala,,KUR-1,,9,,,,,",
    ]
    job = bring("orders", tmp_path, table(HEAD, *rows))
    assert counts(job) == (2, 0, 0, 1)
    assert problems(job)[0][:2] == (5, "reference")
