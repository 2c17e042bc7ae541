"""Products from a spreadsheet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.reconciling import find_faults
from orders.models import Category, Product, StockMovement
from orders.stock import adjust_stock
from tests.factories import ProductFactory
from tests.importing import bring, counts, problems, table

HEAD = "Item code,Item name,Rate,Qty,UOM,Category,GST"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("units")]


def test_a_new_product_opens_its_stock_by_a_movement(tmp_path, admin_user):
    text = table(HEAD, 'KUR-1,Indigo kurta,"₹1,450.50",12,pc,Kurtas,5%')
    job = bring("products", tmp_path, text, by=admin_user)
    assert counts(job) == (1, 0, 0, 0)
    kurta = Product.objects.get()
    assert (kurta.sku, kurta.name, kurta.unit_price) == (
        "KUR-1",
        "Indigo kurta",
        Decimal("1450.50"),
    )
    assert (kurta.stock_quantity, kurta.in_stock, kurta.category.name) == (12, True, "Kurtas")
    movement = kurta.movements.get()
    assert (movement.kind, movement.quantity, movement.actor) == ("opening", 12, admin_user)
    assert kurta.history.get().history_user == admin_user
    assert find_faults() == []


def test_a_known_sku_is_changed_and_its_stock_left_to_be_counted(tmp_path):
    ring = ProductFactory(sku="R1", name="Ring", unit_price=Decimal(100), stock=5)
    adjust_stock(ring, delta=Decimal(-2), reason="broken", by=None)
    job = bring("products", tmp_path, table("SKU,Price,Stock", "R1,120,5"))
    assert counts(job) == (0, 1, 0, 0)
    ring.refresh_from_db()
    assert (ring.unit_price, ring.stock_quantity) == (120, 3)
    note = job.rows.get().problems[0]["detail"]
    assert note == "The stock is 3 here and 5 in the file: count it to change it."
    assert find_faults() == []


def test_a_second_import_moves_no_stock(tmp_path):
    text = table(HEAD, "A,Anklet,50,10,pc,,", "B,Bangle,60,4,pair,,")
    bring("products", tmp_path, text)
    assert counts(bring("products", tmp_path, text)) == (0, 0, 2, 0)
    assert StockMovement.objects.count() == 2


def test_sizes_come_under_their_parent_and_share_what_they_do_not_say(tmp_path):
    rows = [
        "KUR,Kurta,450,yes,,,,",
        "KUR-M,,,,KUR,M,indigo,3",
        "KUR-L,,475,,KUR,L,indigo,4",
        "KUR-X,,,,NOPE,X,,1",
        "KUR-M2,,,,KUR,M,indigo,1",
    ]
    head = "SKU,Name,Price,has variants,Parent,Size,Colour,Stock"
    job = bring("products", tmp_path, table(head, *rows))
    assert counts(job) == (3, 0, 0, 2)
    medium = Product.objects.get(sku="KUR-M")
    assert (medium.parent.sku, medium.name, medium.unit_price) == ("KUR", "Kurta", 450)
    assert Product.objects.get(sku="KUR-L").unit_price == 475
    assert [(row, field) for row, field, _ in problems(job)] == [(5, "parent_sku"), (6, "size")]
    assert find_faults() == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("A,Anklet,50,-3,pc,,", "stock_quantity"),
        ("A,Anklet,50,2.5,pc,,", "stock_quantity"),
        ("A,Anklet,-50,3,pc,,", "unit_price"),
        ("A,Anklet,50.123,3,pc,,", "unit_price"),
        ("A,Anklet,50,3,furlong,,", "unit"),
        ("A,Anklet,50,3,pc,,250", "tax_rate"),
        ("A,,50,3,pc,,", "name"),
        (",Anklet,50,3,pc,,", "sku"),
        ("A,@SUM(1),50,3,pc,,", "name"),
        ("A,#REF!,50,3,pc,,", "name"),
    ],
)
def test_what_can_not_be_meant_is_refused_and_nothing_made(tmp_path, row, field):
    job = bring("products", tmp_path, table(HEAD, row))
    assert counts(job) == (0, 0, 0, 1)
    assert [name for _, name, _ in problems(job)] == [field]
    assert not Product.objects.exists()


def test_a_barcode_is_one_products_only(tmp_path):
    ProductFactory(sku="OLD", barcode="8901")
    rows = ["A,Anklet,8901", "B,Bangle,8902", "C,Chain,8902"]
    job = bring("products", tmp_path, table("SKU,Name,EAN", *rows))
    assert counts(job) == (1, 0, 0, 2)
    assert Product.objects.filter(barcode="8902").get().sku == "B"


def test_categories_in_any_script_are_made_once(tmp_path):
    rows = ["A,Anklet,पायल", "B,Bangle,पायल", "C,Chain,Chains", "D,Drop,chains"]
    bring("products", tmp_path, table("SKU,Name,Category", *rows))
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Chains", "पायल"]


def test_a_dry_run_makes_neither_products_nor_categories(tmp_path):
    job = bring("products", tmp_path, table(HEAD, "A,Anklet,50,3,pc,New,"), dry_run=True)
    assert counts(job) == (1, 0, 0, 0)
    assert job.rows.get().changes["stock_quantity"] == [None, "3"]
    assert not Product.objects.exists()
    assert not Category.objects.exists()
