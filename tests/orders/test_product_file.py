"""Products as files, and the line of a product's stock."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from orders.admin.stock_chart import stock_chart
from orders.models import StockMovement
from orders.stock import adjust_stock
from tests.factories import CategoryFactory, ProductFactory


def export(desk, form: str, **query):
    return desk.get(reverse("admin:orders_product_export", args=[form]), query)


@pytest.fixture
def shelf(units):
    parent = ProductFactory(sku="ANA", name="Anarkali", has_variants=True)
    ProductFactory(sku="ANA-M", name="Anarkali", parent=parent, size="M", stock=3)
    ProductFactory(sku="PAY", name="=HYPERLINK(1)", aliases=["+91", "payal"], stock=2)
    ProductFactory(sku="LOW", name="Dupatta", stock=1, reorder_level=2, category=CategoryFactory())


def test_every_product_is_a_row_of_the_csv_with_its_sizes(seller_desk, shelf):
    answer = export(seller_desk, "csv")
    rows = {row["sku"]: row for row in csv.DictReader(StringIO(answer.content.decode()))}
    assert sorted(rows) == ["ANA", "ANA-M", "LOW", "PAY"]
    assert (rows["ANA-M"]["parent_sku"], rows["ANA-M"]["size"]) == ("ANA", "M")
    assert (rows["LOW"]["category"], rows["LOW"]["unit_price"]) == ("Kurtas", "450.00")
    assert 'attachment; filename="products-' in answer["Content-Disposition"]


def test_no_cell_is_a_formula(seller_desk, shelf):
    rows = csv.DictReader(StringIO(export(seller_desk, "csv").content.decode()))
    row = next(row for row in rows if row["sku"] == "PAY")
    assert (row["name"], row["aliases"]) == ("'=HYPERLINK(1)", "'+91, payal")
    sheet = load_workbook(BytesIO(export(seller_desk, "xlsx").content)).active
    assert not [cell for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"]


def test_the_file_holds_what_the_list_is_filtered_to(seller_desk, shelf):
    rows = csv.DictReader(StringIO(export(seller_desk, "csv", stock="low").content.decode()))
    assert [row["sku"] for row in rows] == ["LOW"]
    rows = csv.DictReader(StringIO(export(seller_desk, "csv", q="anarkali").content.decode()))
    assert [row["sku"] for row in rows] == ["ANA", "ANA-M"]


def test_there_are_two_kinds_of_file(seller_desk, shelf):
    assert export(seller_desk, "exe").status_code == 404


def test_only_staff_get_the_file(client, buyer_desk, shelf):
    for desk in (client, buyer_desk):
        assert export(desk, "csv").status_code == 302


def test_the_file_takes_as_many_queries_for_many(seller_desk, shelf, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as first:
        export(seller_desk, "csv")
    for _ in range(4):
        ProductFactory(category=CategoryFactory(), stock=1)
    with django_assert_max_num_queries(len(first)):
        export(seller_desk, "csv")


def moved(product, delta: int, *, days: float) -> None:
    """A movement of so many days ago."""
    adjust_stock(product, delta=Decimal(delta), reason="came in", by=None)
    last = StockMovement.objects.filter(product=product).latest("pk")
    when = last.created_at - dt.timedelta(days=days)
    StockMovement.objects.filter(pk=last.pk).update(created_at=when)


def test_the_line_of_stock_steps_at_each_movement(units, clock):
    product = ProductFactory(reorder_level=5)
    moved(product, 10, days=200)
    moved(product, -5, days=45)
    moved(product, 3, days=9)
    chart = stock_chart(product)
    assert chart.path == "M0,0.0H300.0V40.0H540.0V16.0H600"
    assert (chart.level, chart.least, chart.most) == (40.0, "5", "10")


def test_what_did_not_move_has_no_line(units):
    assert stock_chart(ProductFactory()) is None


def test_the_products_page_shows_the_line(seller_desk, units):
    product = ProductFactory(stock=7)
    page = seller_desk.get(reverse("admin:orders_product_change", args=[product.pk]))
    assert "between 0 and 7, now 7" in page.content.decode()
