"""Whose a name on a page is, where no customer is called so: as it was posted before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from customers.erasing import erase_customer
from customers.models import Customer
from khata.models import KhataRow, KhataUpload, RowState
from khata.uploading import receive_file
from tests.factories import CustomerFactory
from tests.jobs import run_jobs
from tests.khata.desk import added, press
from tests.khata.pages import as_file, drawn_page
from tests.khata.readings import DAY, page, row

pytestmark = pytest.mark.django_db
WORDS = "Station wale"


@pytest.fixture
def lata(units):
    return CustomerFactory(name="Lata Pawar")


@pytest.fixture
def take(reader):
    """A page with one row of these words, read; its row."""
    taken: list[KhataUpload] = []

    def _take(name: str | None = WORDS, *, party: str = "") -> KhataRow:
        number = len(taken) + 1  # neither the file nor its row may repeat an earlier one
        reader.says = [page(row(name=name, debit=Decimal(number)), party=party, date=DAY)]
        file = ContentFile(as_file(drawn_page(title=f"Page {number}")))
        taken.append(receive_file(file, name="page.jpg", pipeline="v2", by=None).upload)
        run_jobs()
        return KhataRow.objects.get(page__upload=taken[-1])

    return _take


def post(desk, taken: KhataRow, customer: Customer) -> None:
    """Staff say whose the row is, and post it; the field then shows the customer's name."""
    typed = {
        f"row-{taken.pk}-customer_id": customer.pk,
        f"row-{taken.pk}-name": customer.name,
        f"row-{taken.pk}-checked": "on",
    }
    press(desk, taken.page.upload, "post", **typed)
    taken.refresh_from_db()
    assert taken.state == RowState.POSTED


def whose(taken: KhataRow) -> tuple[Customer | None, bool]:
    return taken.customer, taken.customer_sure


def test_words_that_were_posted_to_somebody_mean_them_on_the_next_page(seller_desk, take, lata):
    first = take()
    assert whose(first) == (None, False)
    post(seller_desk, first, lata)
    assert whose(take()) == (lata, True)
    assert whose(take("Station road")) == (None, False)


def test_a_heading_that_was_posted_to_somebody_means_them_on_the_next_page(seller_desk, take, lata):
    post(seller_desk, take(None, party=WORDS), lata)
    assert whose(take(None, party=WORDS)) == (lata, True)


def test_words_that_are_only_read_and_not_yet_posted_say_nothing(take, lata):
    taken = take()
    taken.customer = lata
    taken.save()
    assert whose(take()) == (None, False)


def test_a_row_without_any_words_says_nothing_of_the_next_one(seller_desk, take, lata):
    post(seller_desk, take(None), lata)
    assert whose(take(None)) == (None, False)


def test_words_that_were_posted_to_two_are_nobodys_and_offer_both(seller_desk, take, lata):
    salim = CustomerFactory(name="Salim Traders")
    post(seller_desk, take(), lata)
    post(seller_desk, take(), salim)
    third = take()
    assert third.customer is None
    assert sorted(third.alternatives) == sorted([lata.pk, salim.pk])


def test_a_row_that_staff_add_under_a_heading_says_nothing_of_it(seller_desk, take, lata, nasreen):
    first = take(party=nasreen.name, name=None)
    upload = first.page.upload
    first.page.party = WORDS
    first.page.save()
    fields = {"date": "14/03/2026", "name": lata.name, "customer_id": lata.pk, "debit": "70"}
    one_more = added(upload, first.page, **fields)
    typed = {f"row-{first.pk}-discard": "on", **one_more}
    press(seller_desk, upload, "post", **typed)
    assert KhataRow.objects.get(state=RowState.POSTED).customer == lata
    assert whose(take(None, party=WORDS)) == (None, False)


def test_whoever_is_forgotten_is_proposed_no_more(seller_desk, admin_user, take, lata):
    post(seller_desk, take(None, party=WORDS), lata)
    erase_customer(lata.pk, by=admin_user)
    third = take(None, party=WORDS)
    assert (third.customer, third.alternatives) == (None, [])


def test_somebody_of_that_very_name_goes_before_what_was_posted(seller_desk, take, lata):
    post(seller_desk, take(), lata)
    station = CustomerFactory(name=WORDS)
    assert whose(take()) == (station, True)
