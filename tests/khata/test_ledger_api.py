"""The ledger over HTTP: accounts, entries by hand, reversals, statements."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pypdfium2
import pytest

from customers.models import CustomerAlias, Shop
from khata import statement_files, statements
from khata.models import LedgerTransaction
from khata.periods import close_period
from khata.posting import post_entry, reverse_transaction
from tests.factories import CustomerFactory
from tests.khata.books import owes, today

pytestmark = pytest.mark.django_db

ACCOUNTS, ENTRIES = "/khata/accounts", "/khata/entries"
FIRST = dt.date(2026, 4, 1)


@pytest.fixture
def customer(units):
    return CustomerFactory(name="श्री कृष्णा ज्वेलर्स", phone="+919811100022", credit_limit=20000)


def post(customer, debit=None, credit=None, *, day=FIRST, **fields) -> LedgerTransaction:
    debit, credit = (None if side is None else Decimal(side) for side in (debit, credit))
    key = f"test:{LedgerTransaction.objects.count()}"
    given = {"particulars": "", "slip_number": "", "key": key, "by": None, **fields}
    return post_entry(customer=customer, date=day, debit=debit, credit=credit, **given)


@pytest.fixture
def khata(customer):
    """Four lines of April."""
    return [
        post(customer, 125000, particulars="Kurta", slip_number="SL-7"),
        post(customer, credit=5000, day=FIRST + dt.timedelta(days=9), particulars="Cash"),
        post(customer, "250.50", day=FIRST + dt.timedelta(days=4), particulars="=SUM(A1:A9)"),
        post(customer, credit=250, day=FIRST + dt.timedelta(days=20), particulars="ચણા દાળ"),
    ]


def statement(api, customer, **asked):
    return api.get(f"{ACCOUNTS}/{customer.pk}/statement", asked)


def problems(answer) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


# Accounts --------------------------------------------------------------------------------


def test_accounts_are_listed_with_what_is_owed_the_most_first(seller_api, customer):
    small = CustomerFactory(name="Anwar Caterers", phone=None)
    post(small, 100)
    post(customer, 900)
    answer = seller_api.get(ACCOUNTS).json()

    assert answer["count"] == 2
    assert [row["balance"] for row in answer["results"]] == [900, 100]
    assert answer["results"][0] == {
        "id": customer.ledger_accounts.get().pk,
        "kind": "customer",
        "unit": "INR",
        "customer_id": customer.pk,
        "customer_name": "श्री कृष्णा ज्वेलर्स",
        "customer_phone": "+919811100022",
        "credit_limit": 20000,
        "balance": 900,
    }


def test_the_shops_own_accounts_come_when_they_are_asked_for(seller_api, khata):
    (cash,) = seller_api.get(ACCOUNTS, {"kind": "cash"}).json()["results"]
    assert (cash["customer_id"], cash["balance"]) == (None, 5250)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "कृष्णा"}, ["owes"]),
        ({"search": "98111 000"}, ["owes"]),
        ({"search": "munna"}, ["advance"]),
        ({"search": "nobody"}, []),
        ({"owing": "true"}, ["owes"]),
        ({"owing": "false"}, ["advance"]),
        ({"unit": "silver"}, []),
        ({"ordering": "balance"}, ["advance", "owes"]),
    ],
)
def test_accounts_can_be_narrowed_down_and_sorted(seller_api, customer, asked, found):
    other = CustomerFactory(name="Anwar Caterers", phone=None)
    CustomerAlias.objects.create(customer=other, name="Munna bhai")
    post(customer, 900)
    post(other, credit=50)
    names = {customer.pk: "owes", other.pk: "advance"}

    rows = seller_api.get(ACCOUNTS, asked).json()["results"]
    assert [names[row["customer_id"]] for row in rows] == found


def test_many_accounts_take_as_many_queries_as_one(seller_api, django_assert_num_queries):
    for _ in range(4):
        post(CustomerFactory(), 100)
    with django_assert_num_queries(2):
        assert len(seller_api.get(ACCOUNTS).json()["results"]) == 4


# Entries ---------------------------------------------------------------------------------


def test_staff_write_an_entry_by_hand(seller_api, customer):
    sent = {"customer_id": customer.pk, "debit": "450.50", "particulars": "2 kurtas"}
    answer = seller_api.post(ENTRIES, {**sent, "date": "2026-04-01", "slip_number": "sl-9"})
    posted = LedgerTransaction.objects.get()

    assert answer.status_code == 201
    body = answer.json()
    assert body.pop("created_at")
    assert [(line.pop("account_id"), line)[1] for line in body["lines"]] == [
        {
            "account": "श्री कृष्णा ज्वेलर्स",
            "kind": "customer",
            "unit": "INR",
            "customer_id": customer.pk,
            "debit": 450.5,
            "credit": 0,
        },
        {
            "account": "Sales",
            "kind": "sales",
            "unit": "INR",
            "customer_id": None,
            "debit": 0,
            "credit": 450.5,
        },
    ]
    assert {key: value for key, value in body.items() if key != "lines"} == {
        "id": posted.pk,
        "date": "2026-04-01",
        "source": "manual",
        "particulars": "2 kurtas",
        "slip_number": "SL-009",
        "order_id": None,
        "reversal_of": None,
        "reversed_by": None,
        "actor": "ravi",
    }


def test_an_entry_without_a_date_is_of_today_and_grams_are_owed_in_grams(seller_api, customer):
    sent = {"customer_id": customer.pk, "debit": 12.345, "unit": "gold_22k"}
    assert seller_api.post(ENTRIES, sent).json()["date"] == today().isoformat()
    assert owes(customer, "gold_22k") == Decimal("12.345")


def test_the_same_key_posts_once_and_is_refused_for_something_else(seller_api, customer):
    sent = {"customer_id": customer.pk, "credit": 300, "date": "2026-04-01"}
    key = {"HTTP_IDEMPOTENCY_KEY": "k" * 255}
    first = seller_api.post(ENTRIES, sent, **key)
    again = seller_api.post(ENTRIES, sent, **key)
    other = seller_api.post(ENTRIES, {**sent, "credit": 301}, **key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert owes(customer) == -300


@pytest.mark.parametrize(
    ("sent", "attr"),
    [
        ({}, "debit"),
        ({"debit": 0}, "debit"),
        ({"debit": -5}, "debit"),
        ({"debit": "12O0"}, "debit"),
        ({"debit": 1e15}, "debit"),
        ({"debit": 10.001}, "debit"),
        ({"debit": 10, "credit": 10}, "credit"),
        ({"debit": 10, "date": "2099-01-01"}, "date"),
        ({"debit": 10, "date": "31/02/2026"}, "date"),
        ({"debit": 10, "customer_id": 987654321}, "customer_id"),
        ({"debit": 10, "against": "metal"}, "against"),
        ({"debit": 10, "unit": "platinum"}, "unit"),
        ({"debit": 10, "particulars": "x" * 301}, "particulars"),
    ],
)
def test_what_can_not_be_meant_is_a_400_and_posts_nothing(seller_api, customer, sent, attr):
    answer = seller_api.post(ENTRIES, {"customer_id": customer.pk, **sent})
    assert answer.status_code == 400
    assert [attr for _, attr in problems(answer)] == [attr]
    assert not LedgerTransaction.objects.exists()


def test_a_slip_in_the_ledger_is_not_posted_again_unless_staff_insist(seller_api, khata, customer):
    sent = {"customer_id": customer.pk, "debit": 99, "slip_number": "sl-007"}
    answer = seller_api.post(ENTRIES, sent)
    assert answer.status_code == 409
    assert problems(answer) == [("already_in_ledger", "slip_number")]
    assert answer.json()["transaction_id"] == khata[0].pk
    assert seller_api.post(ENTRIES, {**sent, "force": True}).status_code == 201


def test_nothing_is_posted_into_a_closed_period(seller_api, customer):
    close_period(dt.date(2026, 4, 30), by=None)
    sent = {"customer_id": customer.pk, "debit": 99, "date": "2026-04-30"}
    answer = seller_api.post(ENTRIES, sent)
    assert (answer.status_code, problems(answer)) == (409, [("period_closed", "date")])
    assert answer.json()["closed_through"] == "2026-04-30"


# Reversing -------------------------------------------------------------------------------


def test_an_admin_reverses_with_a_reason_dated_today(admin_api, khata, customer):
    path = f"{ENTRIES}/{khata[0].pk}/reverse"
    answer = admin_api.post(path, {"reason": "Wrong customer"})
    body = answer.json()

    assert answer.status_code == 201
    assert (body["date"], body["reversal_of"]) == (today().isoformat(), khata[0].pk)
    assert body["particulars"] == "Reversal of Kurta: Wrong customer"
    assert owes(customer) == Decimal("-4999.50")
    again = admin_api.post(path, {"reason": "Wrong customer"})
    assert (again.status_code, problems(again)) == (409, [("already_reversed", None)])


def test_a_seller_reverses_nothing_and_nobody_does_without_a_reason(seller_api, admin_api, khata):
    path = f"{ENTRIES}/{khata[0].pk}/reverse"
    assert seller_api.post(path, {"reason": "Wrong"}).status_code == 403
    assert problems(admin_api.post(path, {"reason": " "})) == [("blank", "reason")]
    assert admin_api.post(f"{ENTRIES}/987654/reverse", {"reason": "x"}).status_code == 404
    assert LedgerTransaction.objects.count() == len(khata)


# Statements ------------------------------------------------------------------------------


def test_a_statement_runs_by_day_with_the_balance_after_each_line(seller_api, khata, customer):
    body = statement(seller_api, customer).json()
    lines = body.pop("lines")

    assert body == {
        "customer_id": customer.pk,
        "customer_name": "श्री कृष्णा ज्वेलर्स",
        "credit_limit": 20000,
        "unit": "INR",
        "date_from": None,
        "date_to": None,
        "opening_balance": 0,
        "total_debit": 125250.5,
        "total_credit": 5250,
        "closing_balance": 120000.5,
    }
    assert [line["transaction_id"] for line in lines] == [khata[n].pk for n in (0, 2, 1, 3)]
    assert [line["balance"] for line in lines] == [125000, 125250.5, 120250.5, 120000.5]
    assert lines[0] == {
        "transaction_id": khata[0].pk,
        "date": "2026-04-01",
        "source": "manual",
        "particulars": "Kurta",
        "slip_number": "SL-007",
        "order_id": None,
        "debit": 125000,
        "credit": 0,
        "balance": 125000,
        "reversal_of": None,
        "reversed_by": None,
    }


def test_a_range_begins_with_what_was_owed_before_it(seller_api, khata, customer):
    body = statement(seller_api, customer, date_from="2026-04-02", date_to="2026-04-10").json()
    assert (body["opening_balance"], body["closing_balance"]) == (125000, 120250.5)
    assert [line["date"] for line in body["lines"]] == ["2026-04-05", "2026-04-10"]

    later = statement(seller_api, customer, date_from="2026-05-01").json()
    assert (later["opening_balance"], later["closing_balance"]) == (120000.5, 120000.5)
    assert later["lines"] == []


def test_a_reversal_is_named_on_both_lines(seller_api, khata, customer):
    reversal = reverse_transaction(khata[3], by=None, reason="Typed twice")
    lines = statement(seller_api, customer).json()["lines"]
    assert lines[3]["reversed_by"] == reversal.pk
    assert (lines[4]["reversal_of"], lines[4]["balance"]) == (khata[3].pk, 120250.5)


def test_grams_have_a_statement_of_their_own(seller_api, khata, customer):
    post(customer, "12.345", unit="silver")
    body = statement(seller_api, customer, unit="silver").json()
    assert (body["closing_balance"], len(body["lines"])) == (12.345, 1)


def test_a_customer_without_a_khata_has_an_empty_statement(seller_api, customer):
    body = statement(seller_api, customer).json()
    assert (body["lines"], body["closing_balance"]) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "attr"),
    [
        ({"date_from": "2026-04-10", "date_to": "2026-04-09"}, "date_to"),
        ({"date_from": "April"}, "date_from"),
        ({"unit": "kg"}, "unit"),
        ({"format": "xlsx"}, "format"),
    ],
)
def test_what_no_statement_can_be_of_is_a_400(seller_api, customer, asked, attr):
    answer = statement(seller_api, customer, **asked)
    assert (answer.status_code, [attr for _, attr in problems(answer)]) == (400, [attr])


def test_nobodys_statement_is_a_404(seller_api):
    assert seller_api.get(f"{ACCOUNTS}/987654/statement").status_code == 404


def test_a_statement_takes_the_same_queries_for_any_number_of_lines(
    seller_api, khata, customer, django_assert_num_queries
):
    with django_assert_num_queries(2):
        statement(seller_api, customer)
    with django_assert_num_queries(3):
        statement(seller_api, customer, date_from="2026-04-02")


def test_csv_keeps_every_script_and_runs_no_formula(seller_api, khata, customer):
    answer = statement(seller_api, customer, format="csv", date_from="2026-04-02")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith(
        f'attachment; filename="statement-{customer.pk}-'
    )
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows == [
        ["Date", "Particulars", "Slip", "Order", "Debit", "Credit", "Balance", "Unit"],
        ["2026-04-02", "Opening balance", "", "", "", "", "125000.00", "INR"],
        ["2026-04-05", "'=SUM(A1:A9)", "", "", "250.50", "", "125250.50", "INR"],
        ["2026-04-10", "Cash", "", "", "", "5000.00", "120250.50", "INR"],
        ["2026-04-21", "ચણા દાળ", "", "", "", "250.00", "120000.50", "INR"],
        ["", "Total", "", "", "250.50", "5250.00", "120000.50", "INR"],
    ]


@pytest.mark.parametrize("words", ["=1+1", "+91", "-5", "@SUM", "\t=1", "  =1", "＝1", "\r=1"])
def test_no_cell_begins_like_a_formula(words):
    from khata.spreadsheets import csv_bytes

    (row,) = csv.reader(io.StringIO(csv_bytes([[words, Decimal("-5.00")]]).decode("utf-8-sig")))
    assert row[0] == f"'{words}"
    assert row[1] == "-5.00"


def pages_of(answer) -> list[str]:
    document = pypdfium2.PdfDocument(answer.content)
    texts = [page.get_textpage().get_text_bounded().replace("\r", "") for page in document]
    document.close()
    return texts


def test_the_pdf_has_the_shops_name_and_indian_numbers_in_every_script(seller_api, khata, customer):
    shop = Shop.current()
    shop.name, shop.address = "નવરંગ Saree Centre", "12 Gandhi Road\nSurat"
    shop.save()
    answer = statement(seller_api, customer, format="pdf")
    assert answer["Content-Type"] == "application/pdf"
    (page,) = pages_of(answer)

    for said in (
        "નવરંગ Saree Centre",
        "12 Gandhi Road",
        "श्री कृष्णा ज्वेलर्स · +919811100022",
        "1 Apr 2026 Kurta SL-007 ₹1,25,000.00 ₹1,25,000.00",
        "Total ₹1,25,250.50 ₹5,250.00 ₹1,20,000.50",
        "Balance due: ₹1,20,000.50",
        "page 1 of 1",
    ):
        assert said in page


def test_a_long_statement_has_its_headings_on_every_page(seller_api, customer):
    for number in range(70):
        post(customer, 10, particulars=f"Line {number}")
    pages = pages_of(statement(seller_api, customer, format="pdf"))
    assert len(pages) > 1
    assert all("Date Particulars Slip Debit Credit Balance" in page for page in pages)
    assert sum(page.count("Line ") for page in pages) == 70


def test_the_pdf_of_grams_says_so(seller_api, customer):
    post(customer, credit="2.5", unit="gold_22k")
    (page,) = pages_of(statement(seller_api, customer, format="pdf", unit="gold_22k"))
    assert "Statement of account in g gold 22k" in page
    assert "In advance: 2.5 g" in page


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/pdf", "application/pdf"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_accept_chooses_the_form_too(seller_api, khata, customer, accept, content_type):
    path = f"{ACCOUNTS}/{customer.pk}/statement"
    assert seller_api.get(path, HTTP_ACCEPT=accept)["Content-Type"] == content_type


def test_a_statement_that_nobody_would_print_or_read_asks_for_fewer_days(
    seller_api, khata, customer, monkeypatch
):
    monkeypatch.setattr(statement_files, "MOST_LINES_ON_PAPER", 3)
    assert problems(statement(seller_api, customer, format="pdf")) == [("invalid", "date_from")]
    assert statement(seller_api, customer, format="csv").status_code == 200
    monkeypatch.setattr(statements, "MOST_LINES", 3)
    assert statement(seller_api, customer, date_from="2026-04-02").status_code == 200
    assert problems(statement(seller_api, customer)) == [("invalid", "date_from")]
