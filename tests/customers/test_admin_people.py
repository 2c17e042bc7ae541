"""Customers, accounts and the shop in the admin."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from customers.models import Customer, CustomerAlias, Shop, User
from drafts.models import OrderDraft
from tests.desk import text_of
from tests.factories import ChatFactory, CustomerFactory, IdentityFactory, ProductFactory
from tests.orders.desk import placed

LIST = reverse("admin:customers_customer_changelist")
ADD = reverse("admin:customers_customer_add")
USERS = reverse("admin:customers_user_changelist")
PASSWORD = "bamboo-lantern-19"


def page_of(customer: Customer) -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk])


def typed(**fields) -> dict:
    """The customer form as the browser sends it, one other name with it."""
    rows = {"aliases": 1, "addresses": 0, "whatsapp_identities": 0}
    inlines = {}
    for name, count in rows.items():
        inlines |= {f"{name}-TOTAL_FORMS": count, f"{name}-INITIAL_FORMS": 0}
    return {
        "name": "Lata Pawar",
        "language": "hi",
        "payment_terms": "cash",
        "aliases-0-name": "Lata ben",
        **inlines,
        **fields,
    }


def test_a_customer_is_added_with_a_phone_as_people_write_it(seller_desk, units):
    answer = seller_desk.post(ADD, typed(phone="098220 01144"))
    assert answer.status_code == 302, text_of(answer)
    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.language) == (
        "Lata Pawar",
        "+919822001144",
        "hi",
    )
    assert CustomerAlias.objects.get().name == "Lata ben"


@pytest.mark.parametrize("phone", ["12", "call me", "+919870000001"])
def test_no_phone_number_and_a_taken_one_are_refused(seller_desk, phone):
    CustomerFactory(phone="+919870000001")
    answer = seller_desk.post(ADD, typed(phone=phone))
    assert (answer.status_code, Customer.objects.count()) == (200, 1)


def test_the_page_shows_orders_drafts_and_the_chat(seller_desk, units):
    customer = CustomerFactory(name="Lata Pawar")
    chat = ChatFactory(identity=IdentityFactory(customer=customer))
    order = placed((ProductFactory(stock=3), 1), customer=customer)
    draft = OrderDraft.objects.create(chat=chat, customer=customer)
    page = text_of(seller_desk.get(page_of(customer)))
    assert order.order_reference in page
    assert reverse("admin:drafts_orderdraft_review", args=[draft.pk]) in page
    assert reverse("admin:whatsapp_chat_change", args=[chat.pk]) in page


def test_customers_are_found_by_other_names(seller_desk, units):
    CustomerAlias.objects.create(customer=CustomerFactory(name="Lata Pawar"), name="Chikoo bhai")
    assert "Lata Pawar" in text_of(seller_desk.get(LIST, {"q": "chikoo"}))


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, django_assert_num_queries
):
    CustomerFactory()
    for _ in range(2):
        with django_assert_num_queries(7):
            seller_desk.get(LIST)
        CustomerFactory()
        CustomerFactory()


def test_customers_are_counted_up_to_ten_thousand_and_no_further(seller_desk, monkeypatch):
    monkeypatch.setattr("config.admin.MOST_COUNTED", 2)
    CustomerFactory()
    assert re.search(r"\b1 customer\s*<", text_of(seller_desk.get(LIST)))
    CustomerFactory.create_batch(2)
    assert re.search(r"\b2\+ customers\s*<", text_of(seller_desk.get(LIST)))


def test_a_seller_deletes_nobody_and_sees_no_accounts(seller_desk):
    customer = CustomerFactory()
    url = reverse("admin:customers_customer_delete", args=[customer.pk])
    assert seller_desk.post(url, {"post": "yes"}).status_code == 403
    assert seller_desk.get(USERS).status_code == 403
    assert seller_desk.get(reverse("admin:customers_shop_changelist")).status_code in (302, 403)
    shop = reverse("admin:customers_shop_change", args=[Shop.current().pk])
    assert seller_desk.get(shop).status_code == 403
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_an_admin_makes_an_account_and_its_role(admin_desk):
    sent = {"username": "deepa", "role": "seller", "password1": PASSWORD, "password2": PASSWORD}
    admin_desk.post(reverse("admin:customers_user_add"), sent)
    deepa = User.objects.get(username="deepa")
    assert (deepa.role, deepa.is_staff, deepa.check_password(PASSWORD)) == ("seller", True, True)


def test_an_account_is_changed_and_found(admin_desk, seller_user):
    url = reverse("admin:customers_user_change", args=[seller_user.pk])
    sent = {"username": "ravi", "role": "buyer", "is_active": "on", "email": "ravi@example.in"}
    admin_desk.post(url, sent)
    seller_user.refresh_from_db()
    assert seller_user.role == "buyer"
    assert "ravi@example.in" in text_of(admin_desk.get(USERS, {"q": "ravi"}))


def test_an_accounts_language_is_one_that_the_desk_speaks(admin_desk, seller_user):
    url = reverse("admin:customers_user_change", args=[seller_user.pk])
    sent = {"username": "ravi", "role": "seller", "is_active": "on"}
    for language, kept in (("gu", "gu"), ("xx", "gu"), ("", "")):
        admin_desk.post(url, {**sent, "language": language})
        seller_user.refresh_from_db()
        assert seller_user.language == kept
