"""The list of orders: narrowing it, its chips and totals, many at once, and what is printed."""

from __future__ import annotations

from decimal import Decimal

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Shop
from orders.details import change_details
from orders.models import Order
from orders.payments import record_payment
from orders.placing import Buyer, NewLine, place_order
from tests.desk import said, text_of
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import placed, stock_of
from tests.orders.test_images_api import picture

pytestmark = pytest.mark.django_db
LIST = reverse("admin:orders_order_changelist")
PRINT = reverse("admin:orders_order_print")


@pytest.fixture
def lamp(units):
    return ProductFactory(name="Brass lamp", unit_price="500.00", stock=5)


def shown(desk, *orders: Order, **query) -> list[bool]:
    page = text_of(desk.get(LIST, query))
    return [reverse("admin:orders_order_change", args=[order.pk]) in page for order in orders]


def bulk(desk, action: str, *orders: Order):
    chosen = [order.pk for order in orders]
    return desk.post(LIST, {"action": action, "_selected_action": chosen})


# Unfolding -------------------------------------------------------------------------


def lines_of(order: Order) -> str:
    return reverse("admin:orders_order_lines", args=[order.pk])


def test_a_row_unfolds_to_the_orders_lines_and_its_note(seller_desk, lamp):
    order = placed((lamp, 2))
    Order.objects.filter(pk=order.pk).update(notes="Ring the bell twice")
    piece = text_of(seller_desk.get(lines_of(order)))
    assert "<td>Brass lamp" in piece
    assert '<td class="n" data-label="Quantity">2 pc</td>' in piece
    assert "Ring the bell twice" in piece


def test_the_list_names_the_lines_but_reads_none(seller_desk, lamp):
    order = placed((lamp, 2))
    with CaptureQueriesContext(connection) as asked:
        page = text_of(seller_desk.get(LIST))
    assert lines_of(order) in page
    assert "Brass lamp" not in page
    assert not any("orders_orderitem" in query["sql"] for query in asked)


def test_without_scripts_the_unfolding_mark_leads_to_the_order(seller_desk, lamp):
    order = placed((lamp, 2))
    page = text_of(seller_desk.get(LIST))
    there = reverse("admin:orders_order_change", args=[order.pk])
    assert f'<a href="{there}" aria-label="Expand row" aria-expanded="false"' in page


def test_an_order_that_is_gone_unfolds_to_nothing(seller_desk):
    assert seller_desk.get(lines_of(Order())).status_code == 404


# Narrowing -------------------------------------------------------------------------


def test_orders_are_narrowed_by_who_took_them(seller_desk, seller_user, lamp):
    at_counter, by_herself = placed((lamp, 1), by=seller_user), placed((lamp, 1))
    assert shown(seller_desk, at_counter, by_herself, staff=seller_user.pk) == [True, False]
    assert shown(seller_desk, at_counter, by_herself, staff="self") == [False, True]
    assert shown(seller_desk, at_counter, by_herself, staff="nobody") == [True, True]


def test_orders_are_narrowed_by_customer_without_listing_customers(seller_desk, lamp):
    meenal, imran = CustomerFactory(name="Meenal Bhosale"), CustomerFactory(name="Imran Qureshi")
    hers, his = placed((lamp, 1), customer=meenal), placed((lamp, 1), customer=imran)
    assert shown(seller_desk, hers, his, customer__id__exact=meenal.pk) == [True, False]
    with CaptureQueriesContext(connection) as asked:
        seller_desk.get(LIST, {"status__exact": "cancelled"})
    assert not [q for q in asked.captured_queries if 'FROM "customers_customer"' in q["sql"]]


def test_each_filter_is_a_chip_that_leads_to_the_list_without_it(seller_desk, lamp):
    meenal = CustomerFactory(name="Meenal Bhosale")
    placed((lamp, 1), customer=meenal)
    query = {
        "status__exact": "pending",
        "channel__exact": "storefront",
        "customer__id__exact": meenal.pk,
        "created_at_from": "2026-01-01",
        "q": "meenal",
    }
    page = text_of(seller_desk.get(LIST, query))
    without_status = (
        f"?channel__exact=storefront&amp;customer__id__exact={meenal.pk}"
        "&amp;created_at_from=2026-01-01&amp;q=meenal"
    )
    assert f'href="{without_status}" aria-label="Remove Status: Pending"' in page
    for label in ("Channel: Storefront", "Customer: Meenal Bhosale", "Search: “meenal”"):
        assert f'aria-label="Remove {label}"' in page
    assert 'aria-label="Remove Placed: since 1 Jan 2026"' in page
    assert "Remove all" in page


@pytest.mark.parametrize(
    "query",
    [{"customer__id__exact": "9" * 30}, {"staff": "9" * 15}, {"created_at_from": "<b>"}],
)
def test_chips_of_nonsense_break_nothing(seller_desk, lamp, query):
    placed((lamp, 1))
    answer = seller_desk.get(LIST, query)
    assert answer.status_code in (200, 302)
    assert "<b>" not in answer.content.decode().split("desk-narrowed")[-1][:400]


def test_a_list_of_very_many_is_neither_counted_through_nor_added_up(
    seller_desk, lamp, monkeypatch
):
    for _ in range(4):
        placed((lamp, 1))
    monkeypatch.setattr("config.admin.MOST_COUNTED", 3)
    monkeypatch.setattr("orders.admin.orders.MOST_COUNTED", 3)
    with CaptureQueriesContext(connection) as asked:
        page = text_of(seller_desk.get(LIST))
    assert "More than 3 orders: narrow them down for a total." in page
    counts = [q["sql"] for q in asked.captured_queries if "COUNT(" in q["sql"]]
    assert all("LIMIT" in sql for sql in counts if '"orders_order"' in sql)
    assert not [q for q in asked.captured_queries if "SUM(" in q["sql"]]


# Many at once ----------------------------------------------------------------------


def test_what_is_there_of_several_is_sold_and_the_rest_back_ordered(seller_desk, lamp):
    orders = [placed((lamp, 3)), placed((lamp, 4)), placed((lamp, 1))]
    refused, went = said(bulk(seller_desk, "sell_chosen", *orders))
    assert "Nothing of this order is in stock" in refused
    assert went.startswith("<strong>Confirmed, as far as the stock went: 2</strong>")
    assert stock_of(lamp) == 0
    assert [o.items.get().quantity for o in Order.objects.filter(back_order_of=orders[1])] == [2]


def test_a_customers_name_in_a_result_is_text(seller_desk, lamp):
    order = placed((lamp, 9), customer=CustomerFactory(name="<img src=x>"))
    [refused] = said(bulk(seller_desk, "confirm_chosen", order))
    assert "&lt;img src=x&gt;" in refused


def test_too_many_at_once_are_refused_untouched(seller_desk, lamp, monkeypatch):
    monkeypatch.setattr("orders.admin.bulk.MOST_AT_ONCE", 1)
    assert said(bulk(seller_desk, "confirm_chosen", placed((lamp, 1)), placed((lamp, 1)))) == [
        "At most 1 orders at once, please."
    ]
    assert stock_of(lamp) == 5


# Printing --------------------------------------------------------------------------


def printed(desk, sheet: str, paper: str, *orders: Order):
    ids = ",".join(str(order.pk) for order in orders)
    answer = desk.get(PRINT, {"ids": ids, "sheet": sheet, "paper": paper})
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    sizes = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    words = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    return sizes, words


@pytest.fixture
def order(lamp, seller_user):
    shop = Shop.current()
    shop.name, shop.address = "Kamal Brass House", "7 Ravivar Peth\nPune"
    shop.save()
    lines = [
        NewLine(product=lamp, quantity=Decimal(2)),
        NewLine(
            product=None,
            quantity=Decimal(1),
            is_custom=True,
            item_name="चांदी की पायल પાયલ",
            unit_price=Decimal("1250.50"),
        ),
    ]
    customer = CustomerFactory(name="Meenal Bhosale", phone="+919822033445")
    made = place_order(lines, buyer=Buyer.known(customer), channel="counter", by=seller_user)
    change_details(made, {"discount": Decimal(50), "notes": "Gift wrap"}, by=seller_user)
    record_payment(made, amount=Decimal(700), method="cash", by=None)
    return made


@pytest.mark.parametrize(("paper", "width"), [("58", 58), ("80", 80), ("a4", 210)])
def test_a_slip_is_as_wide_as_its_paper_and_says_what_is_owed(seller_desk, order, paper, width):
    [(wide, _)], [words] = printed(seller_desk, "slip", paper, order)
    assert wide == width
    for part in ("Kamal Brass House", order.order_reference, "Meenal Bhosale", "Brass lamp"):
        assert part in words
    assert "Total ₹2,200.50" in words
    assert "To be paid ₹1,500.50" in words
    assert "Gift wrap" in words


def test_a_packing_list_has_no_prices(seller_desk, order):
    _, [words] = printed(seller_desk, "packing", "80", order)
    assert "2 pc × Brass lamp" in words
    assert ("₹" in words, "3 pieces" in words) == (False, True)


def test_a_roll_is_as_long_as_the_order_and_each_order_has_its_own(seller_desk, order, lamp):
    long = placed(*[(lamp, 1)] * 40)
    sizes, words = printed(seller_desk, "slip", "58", order, long)
    assert sizes[1][1] > 2 * sizes[0][1]
    assert (order.order_reference in words[0], long.order_reference in words[1]) == (True, True)


def test_a_long_order_goes_on_on_the_next_a4_page(seller_desk, lamp):
    sizes, words = printed(seller_desk, "slip", "a4", placed(*[(lamp, 1)] * 60))
    assert sizes == [(210, 297)] * 3
    assert "Total ₹30,000.00" in words[-1]


def test_the_chosen_ones_are_printed_after_choosing_sheet_and_paper(seller_desk, order, lamp):
    other = placed((lamp, 1))
    answer = bulk(seller_desk, "print_chosen", order, other)
    page = text_of(seller_desk.get(answer.url))
    assert page.count("sheet=slip&amp;paper=") == page.count("sheet=packing&amp;paper=") == 3
    assert order.order_reference in page


@pytest.mark.parametrize("ids", ["", "x", "5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11", "'"])
def test_nothing_to_print_leads_back_to_the_list(seller_desk, ids):
    assert seller_desk.get(PRINT, {"ids": ids, "sheet": "slip", "paper": "58"}).url == LIST


def test_only_staff_print(client, buyer_desk, order):
    for desk in (client, buyer_desk):
        answer = desk.get(PRINT, {"ids": order.pk, "sheet": "slip", "paper": "58"})
        assert answer.url.startswith(reverse("admin:login"))


def test_the_logo_stands_on_a4_papers_and_not_on_rolls(seller_desk, order, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    shop = Shop.current()
    shop.logo.save("logo.png", ContentFile(picture("PNG")))
    for paper, pictures in (("a4", 1), ("80", 0)):
        address = f"{PRINT}?ids={order.pk}&sheet=packing&paper={paper}"
        page = pypdfium2.PdfDocument(seller_desk.get(address).content)[0]
        found = [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        assert len(found) == pictures
    default_storage.delete(shop.logo.name)  # a lost file leaves the paper without
    assert seller_desk.get(address.replace("=80", "=a4")).status_code == 200
