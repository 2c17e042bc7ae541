"""Days as the shop wants them written: on pages, in forms, on paper, in messages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse

from customers.models import ClosedDay, Shop
from khata.accounts import customer_account
from khata.models import LedgerTransaction
from khata.posting import post_entry
from orders.models import Order
from tests.desk import text_of
from tests.factories import CustomerFactory, KhataRowFactory, ProductFactory
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 5)
NOON = dt.datetime(2026, 3, 5, 6, 30, tzinfo=dt.UTC)  # 12:00 in the shop
WRITTEN = {
    "words": "5 Mar 2026",
    "slashes": "05/03/2026",
    "dashes": "05-03-2026",
    "iso": "2026-03-05",
}
TYPED = {**WRITTEN, "words": "05/03/2026"}
SHOP = reverse("admin:customers_shop_change", args=[1])
each_style = pytest.mark.parametrize("style", WRITTEN)


def writes(style: str, **fields) -> None:
    """The shop chooses; saving is what its page does."""
    shop = Shop.current()
    for name, value in {"date_style": style, **fields}.items():
        setattr(shop, name, value)
    shop.save()


@pytest.fixture
def customer(units):
    return CustomerFactory(name="Lakhani Stores", phone="+919811100033")


@pytest.fixture
def order(units) -> Order:
    made = placed((ProductFactory(name="Kurta", unit_price=450), 1))
    Order.objects.filter(pk=made.pk).update(created_at=NOON)
    return made


def owed(customer) -> str:
    """A debt of the day; the page of the customer's khata."""
    post_entry(customer=customer, date=DAY, debit=Decimal(450), key="test:1", by=None)
    return reverse("admin:khata_account_change", args=[customer_account(customer).pk])


# What is read --------------------------------------------------------------------------


@each_style
def test_pages_write_days_and_moments_as_the_shop_does(admin_desk, customer, order, style):
    writes(style)
    statement = text_of(admin_desk.get(owed(customer), {"date_from": "2026-01-01"}))
    assert f'<td class="desk-nowrap">{WRITTEN[style]}</td>' in statement
    page = text_of(admin_desk.get(reverse("admin:orders_order_change", args=[order.pk])))
    assert f'title="{WRITTEN[style]}, 12:00:00"' in page


@each_style
def test_lists_of_djangos_own_write_them_so_too(admin_desk, style):
    """A chosen range of days is said above the list; a closed day is named as a row is."""
    writes(style)
    asked = {"created_at_from": "2026-03-05", "created_at_to": "2026-03-05"}
    page = text_of(admin_desk.get(reverse("admin:orders_order_changelist"), asked))
    assert WRITTEN[style] in page
    assert str(ClosedDay(day=DAY, why="Holi")) == f"{WRITTEN[style]} Holi"


@each_style
def test_a_day_typed_as_the_shop_writes_it_narrows_a_list(admin_desk, customer, order, style):
    """So does the one that the calendar beside the field fills in."""
    writes(style)
    owed(customer)
    orders, entries, rows = (
        reverse(f"admin:{name}_changelist")
        for name in ("orders_order", "khata_ledgertransaction", "khata_khatarow")
    )
    KhataRowFactory(date=DAY, particulars="Chana dal")
    day, later = TYPED[style], TYPED[style].replace("05", "06")
    for page, name, seen in (
        (orders, "created_at", order.order_reference),
        (entries, "date", "Lakhani Stores"),
        (rows, "date", "Chana dal"),
    ):
        fits = text_of(admin_desk.get(page, {f"{name}_from": day, f"{name}_to": day}))
        assert seen in fits.partition('id="result_list"')[2]
        none = text_of(admin_desk.get(page, {f"{name}_from": later}))
        assert seen not in none.partition('id="result_list"')[2]


@pytest.mark.parametrize("nonsense", ["garbage", "2026-13-45", "9999-12-31", "0001-01-01"])
def test_nothing_fits_a_day_that_can_not_be_read(seller_desk, order, nonsense):
    """All orders under a chip of that day would be taken for that day's."""
    for end in ("from", "to"):
        asked = {f"created_at_{end}": nonsense}
        page = text_of(seller_desk.get(reverse("admin:orders_order_changelist"), asked))
        assert nonsense in page
        assert "Nothing fits" in page


def test_months_are_named_in_the_readers_language(seller_desk, customer, seller_user):
    page = owed(customer)
    for language, said in (("hi", "5 मार्च 2026"), ("gu", "5 માર્ચ 2026")):
        seller_user.language = language
        seller_user.save()
        assert said in text_of(seller_desk.get(page, {"date_from": "2026-01-01"}))


@each_style
def test_papers_write_them_so(seller_desk, seller_api, customer, order, style):
    writes(style)
    owed(customer)
    slip = seller_desk.get(
        reverse("admin:orders_order_print"), {"ids": order.pk, "sheet": "slip", "paper": "80"}
    )
    statement = seller_api.get(f"/khata/accounts/{customer.pk}/statement?format=pdf")
    for answer, said in ((slip, f"{WRITTEN[style]}, 12:00"), (statement, WRITTEN[style])):
        assert said in pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_bounded()


def test_programs_read_iso_whatever_the_shop_writes(seller_api, customer):
    writes("slashes", grouping="western")
    owed(customer)
    answer = seller_api.get(f"/khata/accounts/{customer.pk}/statement").json()
    assert answer["lines"][0]["date"] == "2026-03-05"
    table = seller_api.get(f"/khata/accounts/{customer.pk}/statement?format=csv")
    assert "2026-03-05" in table.content.decode()


# What is typed -------------------------------------------------------------------------


@each_style
def test_forms_show_days_as_they_are_typed(admin_desk, style):
    writes(style)
    ClosedDay.objects.create(shop=Shop.current(), day=DAY)
    assert f'value="{TYPED[style]}"' in text_of(admin_desk.get(SHOP))


@each_style
def test_a_row_of_a_page_is_typed_so(seller_desk, units, style):
    writes(style)
    row = KhataRowFactory(date=DAY)
    review = reverse("admin:khata_khataupload_review", args=[row.page.upload_id])
    assert f'name="row-{row.pk}-date" value="{TYPED[style]}"' in text_of(seller_desk.get(review))


@each_style
def test_forms_take_a_day_as_it_is_written_and_typed_and_iso(seller_desk, customer, style):
    writes(style)
    page = reverse("admin:khata_account_change", args=[customer_account(customer).pk])
    for typed in {WRITTEN[style], TYPED[style], "2026-03-05"}:
        entry = {"side": "debit", "amount": "45", "date": typed, "key": typed}
        seller_desk.post(page, entry)
    days = LedgerTransaction.objects.values_list("date", flat=True)
    assert set(days) == {DAY}
    assert len(days) == len({WRITTEN[style], TYPED[style], "2026-03-05"})
