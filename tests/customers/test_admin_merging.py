"""Merging two customers in the admin, side by side."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.models import Customer, CustomerMerge
from tests.desk import said, text_of
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def page_of(customer: Customer) -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk])


def merge_page(kept: Customer, gone: Customer) -> str:
    return reverse("admin:customers_customer_merge", args=[kept.pk, gone.pk])


@pytest.fixture
def two(units):
    kept = CustomerFactory(name="Harbhajan Gill", phone="+919811500001", company="Gill Gold")
    gone = CustomerFactory(
        name="Harbajan Gil", phone="+919811500002", company="Gill & Co", email="gill@example.in"
    )
    return kept, gone


def test_a_customers_page_names_who_may_be_the_same(two, admin_desk, seller_desk):
    kept, gone = two
    page = text_of(admin_desk.get(page_of(kept)))
    assert "Perhaps the same person" in page
    assert "Name sounds alike" in page
    assert merge_page(kept, gone) in page
    sellers = text_of(seller_desk.get(page_of(kept)))
    assert "Perhaps the same person" in sellers
    assert merge_page(kept, gone) not in sellers


def test_two_are_compared_merged_and_parted(two, admin_desk):
    kept, gone = two
    page = text_of(admin_desk.get(merge_page(kept, gone)))
    for value in ("Gill Gold", "Gill &amp; Co", "gill@example.in", "+919811500002"):
        assert value in page
    answer = admin_desk.post(merge_page(kept, gone), {"company": "gone", "name": "kept"})
    assert answer["Location"] == page_of(kept)
    kept.refresh_from_db()
    assert (kept.name, kept.company, kept.email) == (
        "Harbhajan Gill",
        "Gill & Co",
        "gill@example.in",
    )
    merge = CustomerMerge.objects.get()
    undo = reverse("admin:customers_customer_undo_merge", args=[kept.pk, merge.pk])
    assert undo in text_of(admin_desk.get(page_of(kept)))
    answer = admin_desk.post(undo)
    assert said(answer)[-1] == "Harbajan Gil is a customer of its own again."
    assert Customer.objects.filter(pk=gone.pk).exists()


def test_sellers_do_not_merge(two, seller_desk):
    kept, gone = two
    assert seller_desk.get(merge_page(kept, gone)).status_code == 403
    assert seller_desk.post(merge_page(kept, gone)).status_code == 403
    undo = reverse("admin:customers_customer_undo_merge", args=[kept.pk, 1])
    assert seller_desk.post(undo).status_code == 403
    assert Customer.objects.count() == 2


def test_a_refusal_is_shown(two, admin_desk):
    kept, _ = two
    answer = admin_desk.post(merge_page(kept, kept))
    assert said(answer) == ["A customer can't be merged with itself."]
    assert admin_desk.get(merge_page(kept, kept).replace(str(kept.pk), "987654")).status_code == 404


def test_the_list_is_searched_by_any_name_or_number(two, seller_desk):
    listing = reverse("admin:customers_customer_changelist")
    page = text_of(seller_desk.get(listing, {"q": "98115 00002"}))
    assert "Harbajan Gil" in page
    assert "Harbhajan Gill" not in page
