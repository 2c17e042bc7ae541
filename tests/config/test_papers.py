"""Papers speak to who reads them: statements and slips the customer's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse

from customers.models import Customer, Shop
from khata.posting import post_entry
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db

# Blanks left out: they and vowels drawn before their letter are not all found again in a PDF.
SAID = {
    "en": ("Statementofaccount", "Openingbalance", "Balancedue:₹450.00", "page1of1"),
    "hi": ("खातेका", "शुरुआतीबाक़ी", "देनाबाक़ी:₹450.00", "पन्ना1"),
    "gu": ("સ્ટેટમેન્ટ", "શરૂઆતનીબાકી", "લેણીબાકી:₹450.00", "પાનું1"),
}
TOTAL = {"en": "Total₹450.00", "hi": "कुल₹450.00", "gu": "કુલ₹450.00"}
each_language = pytest.mark.parametrize("language", SAID)


def words_of(answer) -> str:
    document = pypdfium2.PdfDocument(answer.content)
    return "".join(document[0].get_textpage().get_text_bounded().split())


def statement(api, customer: Customer) -> str:
    day = dt.date(2026, 3, 5)
    post_entry(customer=customer, date=day, debit=Decimal(450), key="test:1", by=None)
    asked = "format=pdf&date_from=2026-01-01"
    return words_of(api.get(f"/khata/accounts/{customer.pk}/statement?{asked}"))


def slip(desk, order, sheet: str = "slip") -> str:
    asked = {"ids": order.pk, "sheet": sheet, "paper": "80"}
    return words_of(desk.get(reverse("admin:orders_order_print"), asked))


@each_language
def test_a_statement_speaks_the_customers_language(seller_api, units, language):
    page = statement(seller_api, CustomerFactory(name="Lakhani Stores", language=language))
    said = (*SAID[language], TOTAL[language])
    assert [words for words in said if words not in page] == []


def test_a_statement_to_somebody_unknown_speaks_the_shops_language(seller_api, units):
    Shop.objects.update_or_create(pk=1, defaults={"language": "hi"})
    assert SAID["hi"][0] in statement(seller_api, CustomerFactory())


@each_language
def test_a_slip_speaks_to_the_customer_and_a_packing_list_to_who_packs(
    seller_desk, seller_user, units, language
):
    order = placed((ProductFactory(unit_price=450), 1), customer=CustomerFactory(language=language))
    assert TOTAL[language] in slip(seller_desk, order)
    seller_user.language = "gu"
    seller_user.save()
    assert "યાદી" in slip(seller_desk, order, "packing")
