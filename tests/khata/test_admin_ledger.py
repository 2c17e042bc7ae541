"""The staff's pages about accounts, what was posted, days, cash, closings and rows."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from khata.accounts import customer_account, shop_account
from khata.models import LedgerTransaction, PeriodClosing
from khata.periods import close_period
from khata.posting import post_entry, reverse_transaction
from tests.desk import said, text_of
from tests.factories import CustomerFactory, KhataRowFactory
from tests.khata.books import moved, owes, today

pytestmark = pytest.mark.django_db

ACCOUNTS = reverse("admin:khata_account_changelist")
ENTRIES = reverse("admin:khata_ledgertransaction_changelist")
CLOSINGS = reverse("admin:khata_periodclosing_changelist")
ROWS = reverse("admin:khata_khatarow_changelist")


@pytest.fixture
def customer(units):
    return CustomerFactory(name="Lakhani Stores", phone="+919811100033", credit_limit=1000)


def post(customer, debit=None, credit=None, *, ago=0, **fields) -> LedgerTransaction:
    debit, credit = (None if side is None else Decimal(side) for side in (debit, credit))
    key = f"test:{LedgerTransaction.objects.count()}"
    day = today() - dt.timedelta(days=ago)
    given = {"customer": customer, "date": day, "key": key, "by": None}
    return post_entry(debit=debit, credit=credit, **{**given, **fields})


def page_of(customer, unit="INR") -> str:
    return reverse("admin:khata_account_change", args=[customer_account(customer, unit).pk])


def names(page: str) -> list[str]:
    return re.findall(r"(Lakhani|Anwar|Zubeida) \w+", page)


# Who owes most ---------------------------------------------------------------------------


@pytest.fixture
def three(customer):
    anwar, zubeida = (CustomerFactory(name=f"{name} Traders") for name in ("Anwar", "Zubeida"))
    post(customer, 1200, ago=95)
    post(customer, credit=200)
    post(anwar, 5000, ago=40)
    post(zubeida, credit=300)
    return [customer, anwar, zubeida]


def test_who_owes_most_stands_first_with_the_age_of_the_debt(seller_desk, three):
    page = text_of(seller_desk.get(ACCOUNTS))
    rows = page[page.index("result_list") :]
    assert rows.index("Anwar Traders") < rows.index("Lakhani Stores")
    assert "Zubeida Traders" not in rows
    assert "₹6,000.00</strong> owed in all" in page
    assert "31–60 <strong>₹5,000.00</strong>" in page
    assert "over 90 <strong>₹1,000.00</strong>" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("standing=advance", {"Zubeida"}),
        ("standing=all", {"Anwar", "Lakhani", "Zubeida"}),
        ("q=lakha", {"Lakhani"}),
        ("q=9811100033", {"Lakhani"}),
        ("unit=silver", set()),
    ],
)
def test_accounts_are_found_by_standing_unit_and_words(seller_desk, three, asked, shown):
    page = text_of(seller_desk.get(f"{ACCOUNTS}?{asked}"))
    rows = page[page.index("result_list") :] if "result_list" in page else ""
    assert set(names(rows)) == shown


def test_who_owes_more_than_the_limit_is_marked(seller_desk, three):
    assert "⚠ over</span>" not in text_of(seller_desk.get(ACCOUNTS))
    post(three[0], "0.01")
    assert "⚠ over</span>" in text_of(seller_desk.get(ACCOUNTS))


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, customer, django_assert_max_num_queries
):
    post(customer, 10)
    with django_assert_max_num_queries(20) as one:
        seller_desk.get(ACCOUNTS)
    for _ in range(3):
        post(CustomerFactory(), 10)
    with django_assert_max_num_queries(20) as four:
        seller_desk.get(ACCOUNTS)
    assert len(four) == len(one)


def test_an_account_of_the_shop_shows_its_entries(seller_desk, three):
    sales = shop_account("sales")
    answer = seller_desk.get(reverse("admin:khata_account_change", args=[sales.pk]))
    assert answer.url == f"{ENTRIES}?account={sales.pk}"
    page = text_of(seller_desk.get(answer.url))
    assert set(names(page)) == {"Lakhani", "Anwar"}
    assert seller_desk.get(f"{ENTRIES}?account=x").status_code == 200


# An account's page -----------------------------------------------------------------------


def test_an_account_shows_its_statement_with_the_running_balance(seller_desk, customer):
    post(customer, 1200, particulars="Kurta", slip_number="SL-7")
    post(customer, credit="200.50", particulars="Cash")
    page = text_of(seller_desk.get(page_of(customer)))
    for words in ("Kurta", "SL-007", "₹1,200.00", "₹200.50", "₹999.50", "of ₹1,000"):
        assert words in page
    assert f"/khata/accounts/{customer.pk}/statement?format=pdf&amp;unit=INR&amp;date_from=" in page


def test_a_range_shows_what_was_owed_before(seller_desk, customer):
    post(customer, 700, ago=40, particulars="Old saree")
    post(customer, 50, particulars="New saree")
    day = today() - dt.timedelta(days=1)
    page = text_of(seller_desk.get(f"{page_of(customer)}?date_from={day}"))
    assert "Opening balance" in page
    assert "Old saree" not in page
    assert "Old saree" in text_of(seller_desk.get(f"{page_of(customer)}?date_from="))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("date_from=2026-05-02&date_to=2026-05-01", "The range ends before it begins."),
        ("date_from=May", "These are no days"),
    ],
)
def test_a_range_that_makes_no_sense_is_said(seller_desk, customer, asked, words):
    post(customer, 10)
    assert words in text_of(seller_desk.get(f"{page_of(customer)}?{asked}"))


def enter(desk, customer, **typed):
    given = {"side": "debit", "amount": "450.50", "date": today().isoformat(), "key": "k1"}
    return desk.post(page_of(customer), {**given, **typed}, follow=True)


def test_staff_enter_a_line_once_however_often_they_click(seller_desk, customer, seller_user):
    for _ in range(2):
        answer = enter(seller_desk, customer, particulars="2 kurtas", slip_number="SL-9")
    assert said(answer)[-1] == "Entered ₹450.50: 2 kurtas."
    posted = LedgerTransaction.objects.get()
    assert (posted.actor, posted.slip_number) == (seller_user, "SL-009")
    assert owes(customer) == Decimal("450.50")


def test_a_payment_by_bank_or_in_grams(seller_desk, customer):
    enter(seller_desk, customer, side="credit", amount="300", against="bank")
    assert owes(customer) == -300
    given = {"side": "debit", "amount": "2.345", "date": today().isoformat(), "key": "k2"}
    seller_desk.post(page_of(customer, "silver"), given)
    assert owes(customer, "silver") == Decimal("2.345")
    page = text_of(seller_desk.get(page_of(customer, "silver")))
    assert "2.345 g" in page
    assert "−₹300.00" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "12O0"}, "Enter a number"),
        ({"amount": "-5"}, "can&#x27;t be negative"),
        ({"amount": "0"}, "An amount is needed"),
        ({"date": "2099-01-01"}, "can&#x27;t be to come"),
        ({"side": ""}, "This field is required"),
    ],
)
def test_what_can_not_be_entered_is_said_and_stays_typed(seller_desk, customer, typed, words):
    page = text_of(enter(seller_desk, customer, particulars="2 kurtas", **typed))
    assert words in page
    assert 'value="2 kurtas"' in page
    assert not LedgerTransaction.objects.exists()


def test_a_slip_that_is_in_the_ledger_asks_before_it_is_entered_again(seller_desk, customer):
    known = post(customer, 450, slip_number="SL-9")
    page = text_of(enter(seller_desk, customer, slip_number="SL-009"))
    assert "is in the ledger already" in page
    assert reverse("admin:khata_ledgertransaction_change", args=[known.pk]) in page
    assert LedgerTransaction.objects.count() == 1
    enter(seller_desk, customer, slip_number="SL-009", force="on")
    assert LedgerTransaction.objects.count() == 2


# What was posted -------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["kurta", "SL-007", "lakhani", "1,200", "₹1200"])
def test_what_was_posted_is_found_by_words_slip_name_and_amount(seller_desk, customer, words):
    post(customer, 1200, particulars="Kurta", slip_number="SL-7")
    post(CustomerFactory(name="Anwar Traders"), 55, particulars="Dupatta")
    page = text_of(seller_desk.get(ENTRIES, {"q": words}))
    assert "Kurta" in page
    assert "Dupatta" not in page


def entry_page(posted) -> str:
    return reverse("admin:khata_ledgertransaction_change", args=[posted.pk])


def test_an_admin_reverses_with_a_reason_and_a_seller_does_not(admin_desk, seller_desk, customer):
    posted = post(customer, 1200, ago=3, particulars="Kurta")
    assert "An admin can reverse it." in text_of(seller_desk.get(entry_page(posted)))
    assert seller_desk.post(entry_page(posted), {"reason": "No"}).status_code == 403
    admin_desk.post(entry_page(posted), {"reason": ""})
    assert owes(customer) == 1200

    answer = admin_desk.post(entry_page(posted), {"reason": "Wrong customer"}, follow=True)
    assert said(answer)[-1] == "Reversed by a transaction of today."
    assert "Reversal of Kurta: Wrong customer" in text_of(answer)
    assert owes(customer) == 0
    again = admin_desk.post(entry_page(posted), {"reason": "Again"}, follow=True)
    assert said(again)[-1] == "This entry is reversed already."


def test_nothing_posted_can_be_added_changed_or_deleted_here(admin_desk, customer):
    posted = post(customer, 1200)
    assert admin_desk.get(f"{ENTRIES}add/").status_code == 403
    assert admin_desk.get(f"{ENTRIES}{posted.pk}/delete/").status_code == 403
    assert admin_desk.get(f"{ENTRIES}987654/change/").status_code == 302


def test_an_entry_from_a_page_leads_back_to_its_row(seller_desk, customer):
    posted = post(customer, 450)
    row = KhataRowFactory(customer=customer, state="posted", transaction=posted)
    page = text_of(seller_desk.get(entry_page(posted)))
    assert reverse("admin:khata_khatarow_change", args=[row.pk]) in page


# Days, cash, closings --------------------------------------------------------------------


def test_the_day_book_shows_a_day_with_its_cash(seller_desk, customer):
    post(customer, 1200, ago=1, particulars="Kurta")
    post(customer, credit=500, ago=1, particulars="Part payment")
    book = reverse("admin:khata_day_book")
    assert "Nothing is posted on this day." in text_of(seller_desk.get(book))
    day = today() - dt.timedelta(days=1)
    page = text_of(seller_desk.get(f"{book}?day={day}"))
    for words in ("Kurta", "Part payment", "given on credit ₹1,200.00", "paid back ₹500.00"):
        assert words in page
    assert "This is no day" in text_of(seller_desk.get(f"{book}?day=soon"))


def test_cash_and_bank_are_shown_day_by_day(seller_desk, customer):
    moved(shop_account("bank"), customer_account(customer), 300)
    cash = reverse("admin:khata_cash")
    assert "₹300.00" in text_of(seller_desk.get(cash))
    for asked, words in (
        ("first=2026-05-02&last=2026-05-01", "The range ends before it begins."),
        ("first=2020-01-01", "At most a year at once."),
        ("first=x", "These are no days"),
    ):
        assert words in text_of(seller_desk.get(f"{cash}?{asked}"))


def test_an_admin_closes_a_period_for_good(admin_desk, seller_desk, admin_user, customer):
    day = today() - dt.timedelta(days=30)
    seller_desk.post(CLOSINGS, {"through": day.isoformat()})
    assert not PeriodClosing.objects.exists()
    assert "close-books" not in text_of(seller_desk.get(CLOSINGS))

    answer = admin_desk.post(CLOSINGS, {"through": day.isoformat(), "note": "Agreed"}, follow=True)
    assert said(answer)[-1] == f"The books are closed through {day.day} {day:%b %Y}."
    closing = PeriodClosing.objects.get()
    assert (closing.through, closing.note, closing.actor) == (day, "Agreed", admin_user)
    for wrong in (day, today(), "soon", ""):
        answer = admin_desk.post(CLOSINGS, {"through": str(wrong)}, follow=True)
        assert said(answer)
    assert PeriodClosing.objects.count() == 1


def test_a_mistake_of_a_closed_day_is_reversed_today(admin_desk, customer):
    posted = post(customer, 70, ago=40)
    close_period(today() - dt.timedelta(days=30), by=None)
    assert "Its day is closed" in text_of(admin_desk.get(entry_page(posted)))
    admin_desk.post(entry_page(posted), {"reason": "Typed twice"})
    assert posted.reversed_by.date == today()


# Rows of pages ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["lakhani", "chana", "SL-77", "450", "₹ 450.00", "Gupta", "april.jpg"]
)
def test_rows_are_found_across_all_pages(seller_desk, customer, words):
    row = KhataRowFactory(
        customer=customer, particulars="Chana dal", slip_number="SL-77", debit=450
    )
    row.page.party = "Gupta & Sons"
    row.page.save()
    row.page.upload.file_name = "april.jpg"
    row.page.upload.save()
    KhataRowFactory(particulars="Toor", debit=99, customer=CustomerFactory(name="Anwar Traders"))
    page = text_of(seller_desk.get(ROWS, {"q": words}))
    assert "Chana dal" in page
    assert "Toor" not in page


def test_a_row_leads_to_its_page_and_to_the_ledger(seller_desk, customer):
    posted = post(customer, 450)
    row = KhataRowFactory(customer=customer, state="posted", transaction=posted)
    page = text_of(seller_desk.get(ROWS))
    assert entry_page(posted) in page
    link = reverse("admin:khata_khatarow_change", args=[row.pk])
    assert link in page
    answer = seller_desk.get(link)
    assert answer.url == reverse("admin:khata_khataupload_review", args=[row.page.upload_id])
    assert seller_desk.get(reverse("admin:khata_khatarow_change", args=[987654])).status_code == 302


def test_reversed_entries_are_shown_struck_through(seller_desk, customer):
    reverse_transaction(post(customer, 450, particulars="Kurta"), by=None, reason="No")
    assert '<tr class="gone">' in text_of(seller_desk.get(page_of(customer)))


# A customer's page ------------------------------------------------------------------------


def test_a_customers_page_shows_what_is_owed_and_opens_a_khata(seller_desk, customer):
    theirs = reverse("admin:customers_customer_change", args=[customer.pk])
    opened = reverse("admin:khata_account_open", args=[customer.pk])
    answer = seller_desk.post(opened, {"unit": "gold_22k"})
    assert answer.url == page_of(customer, "gold_22k")
    post(customer, 700)
    page = text_of(seller_desk.get(theirs))
    assert "owes ₹700.00" in page
    assert "g gold 22k" in page
    assert seller_desk.get(opened).url == theirs
    assert seller_desk.post(opened, {"unit": "x"}).status_code == 404
