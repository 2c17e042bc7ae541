"""Posting a reviewed page to the ledger, as a client does it: every row or none, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from customers.models import Customer
from khata.models import KhataRow, LedgerTransaction
from khata.posting import reverse_transaction
from tests.factories import CustomerFactory, KhataPageFactory, KhataRowFactory
from tests.khata.books import owes
from tests.khata.pages import problems

pytestmark = pytest.mark.django_db

FULL = "/khata-submit"
BY_CORRECTION = "/khata/submit"


def submit(api, upload, entries, *, path=BY_CORRECTION, **more):
    return api.post(path, {"upload_id": upload.pk, "entries": entries, **more})


def as_read(api, upload) -> list[dict]:
    """The rows of the first page, whole, as the upload's own path answers them."""
    return api.get(f"/khata-upload/{upload.pk}").json()["pages"][0]["entries"]


def nothing_posted() -> bool:
    return not LedgerTransaction.objects.exists()


# What is posted ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [FULL, BY_CORRECTION])
def test_rows_sent_back_as_they_were_read_are_posted(seller_api, reviewed, rows, nasreen, path):
    answer = submit(seller_api, reviewed, as_read(seller_api, reviewed), path=path)
    posted = list(LedgerTransaction.objects.order_by("pk"))
    assert answer.status_code == 200
    assert answer.json() == {
        "upload_id": reviewed.pk,
        "posted": [
            {"id": row.pk, "transaction_id": transaction.pk}
            for row, transaction in zip(rows, posted, strict=True)
        ],
        "discarded": [],
    }
    assert owes(nasreen) == Decimal("150.00")
    reviewed.refresh_from_db()
    assert (reviewed.status, reviewed.posted_by.username) == ("posted", "ravi")


def test_corrections_are_posted_and_what_was_read_is_kept(seller_api, reviewed, rows, nasreen):
    debt, paid = rows
    KhataRow.objects.filter(pk=debt.pk).update(read={"debit": "450.00"})
    change = {"id": debt.pk, "debit": "540.50", "date": "2026-03-15", "particulars": "Moong dal"}
    assert submit(seller_api, reviewed, [change], discard=[paid.pk]).status_code == 200
    debt.refresh_from_db()
    posted = debt.transaction
    assert (posted.date, posted.memo) == (dt.date(2026, 3, 15), "Moong dal")
    assert owes(nasreen) == Decimal("540.50")
    assert (debt.debit, debt.read) == (Decimal("540.50"), {"debit": "450.00"})
    assert debt.history.first().history_user.username == "ravi"


def test_a_row_left_out_of_the_full_form_counts_as_discarded(seller_api, reviewed, rows):
    debt, paid = rows
    sent = [row for row in as_read(seller_api, reviewed) if row["id"] == debt.pk]
    answer = submit(seller_api, reviewed, sent, path=FULL).json()
    assert [row["id"] for row in answer["posted"]] == [debt.pk]
    assert answer["discarded"] == [paid.pk]


def test_a_row_left_out_of_the_other_form_is_named(seller_api, reviewed, rows):
    debt, paid = rows
    answer = submit(seller_api, reviewed, [{"id": debt.pk}])
    assert answer.status_code == 400
    assert answer.json()["entries"] == [{"id": paid.pk, "missing": ["decision"]}]
    assert nothing_posted()


def test_struck_out_rows_and_totals_are_never_posted(seller_api, reviewed, rows):
    debt, paid = rows
    KhataRow.objects.filter(pk=paid.pk).update(struck_out=True)
    KhataRowFactory(page=debt.page, position=3, kind="total", debit="450.00")
    answer = submit(seller_api, reviewed, [{"id": debt.pk}, {"id": paid.pk}]).json()
    assert [row["id"] for row in answer["posted"]] == [debt.pk]
    assert answer["discarded"] == [paid.pk]


def test_a_total_is_no_row_that_could_be_named(seller_api, reviewed, rows):
    total = KhataRowFactory(page=rows[0].page, position=3, kind="total")
    answer = submit(seller_api, reviewed, [{"id": total.pk}], path=FULL)
    assert (answer.status_code, problems(answer)) == (400, [("invalid", "entries.0.id")])


def test_a_page_where_all_is_discarded_is_done(seller_api, reviewed, rows):
    answer = submit(seller_api, reviewed, [], discard=[row.pk for row in rows])
    assert (answer.status_code, answer.json()["posted"]) == (200, [])
    reviewed.refresh_from_db()
    assert reviewed.status == "posted"
    assert nothing_posted()


# Customers --------------------------------------------------------------------------------


def test_a_row_without_a_customer_is_refused_and_all_such_rows_are_named(
    seller_api, reviewed, rows
):
    KhataRow.objects.update(customer=None)
    answer = submit(seller_api, reviewed, [{"id": row.pk} for row in rows])
    assert answer.status_code == 400
    assert problems(answer) == [
        ("not_ready", "entries.0.customer_id"),
        ("invalid", "entries.1.customer_id"),
    ]
    assert answer.json()["entries"] == [{"id": row.pk, "missing": ["customer"]} for row in rows]
    assert nothing_posted()


def test_a_whole_row_without_its_customer_is_refused(seller_api, reviewed, rows):
    sent = as_read(seller_api, reviewed)
    del sent[0]["customer_id"]
    answer = submit(seller_api, reviewed, sent, path=FULL)
    assert (answer.status_code, problems(answer)) == (400, [("not_ready", "entries.0.customer_id")])


def test_a_new_customer_on_two_rows_is_made_once(seller_api, reviewed, rows):
    new = {"name": "Lata Pawar", "phone": "98220 01144"}
    sent = [{"id": row.pk, "new_customer": new} for row in rows]
    assert submit(seller_api, reviewed, sent).status_code == 200
    lata = Customer.objects.get(name="Lata Pawar")
    assert (lata.phone, owes(lata)) == ("+919822001144", Decimal("150.00"))
    assert lata.history.first().history_user.username == "ravi"


@pytest.mark.parametrize(
    ("new", "attr"),
    [
        ({"name": "Lata Pawar", "phone": "no phone"}, "entries.0.new_customer.phone"),
        ({"name": "  "}, "entries.0.new_customer.name"),
        ({}, "entries.0.new_customer.name"),
    ],
)
def test_a_new_customer_that_cant_be_is_refused(seller_api, reviewed, rows, new, attr):
    answer = submit(seller_api, reviewed, [{"id": rows[0].pk, "new_customer": new}], path=FULL)
    assert answer.status_code == 400
    assert [field for _, field in problems(answer)] == [attr]
    assert nothing_posted()


def test_a_new_customer_with_anothers_phone_is_refused(seller_api, reviewed, rows):
    other = CustomerFactory(phone="+919822001144")
    new = {"name": "Lata Pawar", "phone": other.phone}
    answer = submit(seller_api, reviewed, [{"id": rows[0].pk, "new_customer": new}], path=FULL)
    assert problems(answer) == [("invalid", "entries.0.new_customer.phone")]
    assert not Customer.objects.filter(name="Lata Pawar").exists()


def test_nobody_is_made_when_another_row_is_refused(seller_api, reviewed, rows):
    sent = [{"id": rows[0].pk, "new_customer": {"name": "Lata Pawar"}}, {"id": rows[1].pk}]
    sent[1]["date"] = None
    assert submit(seller_api, reviewed, sent).status_code == 400
    assert not Customer.objects.filter(name="Lata Pawar").exists()


# What can't be posted -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"debit": "12O0"}, "debit"),
        ({"debit": "-450"}, "debit"),
        ({"debit": 10**15}, "debit"),
        ({"debit": "1.005"}, "debit"),
        ({"debit": None}, "debit"),
        ({"debit": 0}, "debit"),
        ({"credit": "450"}, "debit"),
        ({"date": None}, "date"),
        ({"date": "31.02.2026"}, "date"),
        ({"date": "1024-01-01"}, "date"),
        ({"date": "2999-01-01"}, "date"),
        ({"customer_id": 987654}, "customer_id"),
        ({"customer_id": None}, "customer_id"),
        ({"particulars": "x" * 301}, "particulars"),
        ({"slip_number": "x" * 25}, "slip_number"),
    ],
)
def test_what_cant_be_meant_is_refused_and_nothing_is_posted(
    seller_api, reviewed, rows, change, field
):
    debt, paid = rows
    answer = submit(seller_api, reviewed, [{"id": paid.pk}, {"id": debt.pk, **change}])
    assert answer.status_code == 400
    assert [attr for _, attr in problems(answer)] == [f"entries.1.{field}"]
    assert nothing_posted()
    reviewed.refresh_from_db()
    assert reviewed.status == "read"


def test_another_pages_row_is_refused(seller_api, reviewed, rows):
    foreign = KhataRowFactory()
    entries = [{"id": row.pk} for row in rows]
    as_entry = submit(seller_api, reviewed, [*entries, {"id": foreign.pk}])
    as_discard = submit(seller_api, reviewed, entries, discard=[foreign.pk])
    assert problems(as_entry) == [("invalid", "entries.2.id")]
    assert problems(as_discard) == [("invalid", "discard.0")]
    assert nothing_posted()


def test_a_row_named_twice_is_refused(seller_api, reviewed, rows):
    entries = [{"id": row.pk} for row in rows]
    twice = submit(seller_api, reviewed, [*entries, entries[0]])
    both = submit(seller_api, reviewed, entries, discard=[rows[0].pk])
    assert problems(twice) == [("invalid", "entries.2.id")]
    assert problems(both) == [("invalid", "discard.0")]


def test_an_unknown_upload_is_not_found(seller_api, reviewed):
    answer = seller_api.post(BY_CORRECTION, {"upload_id": 987654, "entries": []})
    assert answer.status_code == 404


@pytest.mark.parametrize("status", ["queued", "reading", "failed"])
def test_what_is_not_read_cant_be_posted(seller_api, reviewed, rows, status):
    reviewed.status = status
    reviewed.save()
    answer = submit(seller_api, reviewed, [{"id": row.pk} for row in rows])
    assert (answer.status_code, problems(answer)) == (409, [("not_read", None)])


# One debt, once --------------------------------------------------------------------------------


def test_submitting_again_answers_the_same_and_posts_nothing(seller_api, reviewed, rows):
    entries = [{"id": row.pk} for row in rows]
    first = submit(seller_api, reviewed, entries).json()
    again = submit(seller_api, reviewed, entries)
    assert (again.status_code, again.json()) == (200, first)
    assert LedgerTransaction.objects.count() == 2


@pytest.mark.parametrize("other", [{"debit": "999"}, {"customer_id": "another"}, {"gone": True}])
def test_submitting_something_else_afterwards_is_refused(seller_api, reviewed, rows, other):
    entries = [{"id": row.pk} for row in rows]
    submit(seller_api, reviewed, entries)
    if other.get("customer_id"):
        other = {"customer_id": CustomerFactory().pk}
    sent = entries[1:] if other.get("gone") else [{**entries[0], **other}, entries[1]]
    answer = submit(seller_api, reviewed, sent)
    assert (answer.status_code, problems(answer)) == (409, [("already_posted", None)])
    assert LedgerTransaction.objects.count() == 2


def test_a_debt_that_the_ledger_has_is_posted_again_only_by_force(seller_api, reviewed, rows):
    entries = [{"id": row.pk} for row in rows]
    first = submit(seller_api, reviewed, entries).json()["posted"]
    page = KhataPageFactory()
    copies = [
        KhataRowFactory(
            page=page,
            position=row.position,
            customer=row.customer,
            debit=row.debit,
            credit=row.credit,
        )
        for row in rows
    ]
    shown = as_read(seller_api, page.upload)
    assert [row["in_ledger"] for row in shown] == [row["transaction_id"] for row in first]
    entries = [{"id": row.pk} for row in copies]
    answer = submit(seller_api, page.upload, entries)
    assert (answer.status_code, problems(answer)) == (409, [("already_in_ledger", None)])
    assert answer.json()["entries"] == [
        {"id": copy.pk, "missing": ["force"], "transaction_id": known["transaction_id"]}
        for copy, known in zip(copies, first, strict=True)
    ]
    assert LedgerTransaction.objects.count() == 2
    force = [row.pk for row in copies]
    assert submit(seller_api, page.upload, entries, force=force).status_code == 200
    assert LedgerTransaction.objects.count() == 4


def test_a_slip_number_that_the_ledger_has_is_known_whatever_the_row_says(
    seller_api, reviewed, rows
):
    KhataRow.objects.filter(pk=rows[0].pk).update(slip_number="SL-031")
    submit(seller_api, reviewed, [{"id": row.pk} for row in rows])
    copy = KhataRowFactory(slip_number="sl-31", debit="777.00")
    answer = submit(seller_api, copy.page.upload, [{"id": copy.pk}])
    assert problems(answer) == [("already_in_ledger", None)]


def test_what_was_reversed_may_be_posted_again(seller_api, reviewed, rows, admin_user, nasreen):
    submit(seller_api, reviewed, [{"id": row.pk} for row in rows])
    for row in KhataRow.objects.filter(page__upload=reviewed):
        reverse_transaction(row.transaction, by=admin_user, reason="wrong year")
    copy = KhataRowFactory(customer=nasreen)
    assert submit(seller_api, copy.page.upload, [{"id": copy.pk}]).status_code == 200


def test_two_lines_alike_on_one_page_are_two_debts(seller_api, nasreen):
    page = KhataPageFactory()
    twins = [KhataRowFactory(page=page, position=n, customer=nasreen) for n in (1, 2)]
    answer = submit(seller_api, page.upload, [{"id": row.pk} for row in twins])
    assert answer.status_code == 200
    assert owes(nasreen) == Decimal("900.00")


def test_the_rows_of_a_long_page_are_shown_in_as_many_queries_as_of_a_short_one(
    seller_api, reviewed, rows, django_assert_num_queries
):
    def look():
        seller_api.get(f"/khata-upload/{reviewed.pk}")

    look()
    with django_assert_num_queries(5):
        look()
    KhataRowFactory.create_batch(5, page=rows[0].page)
    with django_assert_num_queries(5):
        look()
