"""The review of a ledger page, as a clerk does it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from customers.models import Customer
from khata.models import KhataRow, LedgerTransaction
from khata.posting import post_entry
from tests.desk import said, text_of
from tests.factories import CustomerFactory, KhataPageFactory, KhataRowFactory
from tests.khata.books import owes
from tests.khata.desk import LIST, added, as_shown, press, review_url

pytestmark = pytest.mark.django_db

# Session, user, the sidebar's counts, the upload with pages and rows, what the ledger has,
# names of other customers, the neighbours in the list.
QUERIES = 15


def shown(desk, upload) -> str:
    return text_of(desk.get(review_url(upload)))


def row_of(page: str, row: KhataRow) -> str:
    """The part of the page that shows one row."""
    return page.split(f'data-row="{row.pk}" data-state')[1].split(
        '<div class="khata-row ', maxsplit=1
    )[0]


# Showing ---------------------------------------------------------------------------------


def test_rows_stand_beside_the_picture_with_their_boxes(seller_desk, reviewed, rows):
    page = shown(seller_desk, reviewed)
    assert f'src="/khata-upload/{reviewed.pk}/pages/1/image"' in page
    assert f'data-row="{rows[0].pk}" x="80" y="200" width="820" height="40"' in page
    assert f'name="row-{rows[0].pk}-debit" value="450"' in page
    assert f'name="row-{rows[0].pk}-date" value="14/03/2026"' in page
    assert 'value="Nasreen Boutique"' in page
    assert "<span data-post>Post 2 rows</span>" in page


def test_a_doubtful_amount_says_so_and_offers_what_makes_the_sums_agree(
    seller_desk, reviewed, rows
):
    KhataRow.objects.filter(pk=rows[0].pk).update(
        proven=False, confidence=0.5, proposed={"debit": "540.00"}, warnings=["The total differs."]
    )
    part = row_of(shown(seller_desk, reviewed), rows[0])
    assert "khata-why" in part
    assert f'data-propose="row-{rows[0].pk}-debit" data-value="540.00"' in part
    assert "debit ₹540" in part
    assert "⚠ The total differs." in part


def test_only_doubtful_cells_are_stops_of_the_tab_key(seller_desk, reviewed, rows):
    KhataRow.objects.filter(pk=rows[0].pk).update(proven=False, confidence=0.5)
    page = shown(seller_desk, reviewed)
    attributes = 'inputmode="decimal" class="n"'
    assert f'name="row-{rows[0].pk}-debit" value="450" {attributes} data-box' in page
    assert f'name="row-{rows[1].pk}-credit" value="300" {attributes} tabindex="-1"' in page


def test_a_customer_who_is_not_sure_is_asked_about_with_the_others(seller_desk, reviewed, rows):
    other = CustomerFactory(name="Nasreen Fabrics")
    KhataRow.objects.filter(pk=rows[0].pk).update(customer_sure=False, alternatives=[other.pk])
    part = row_of(shown(seller_desk, reviewed), rows[0])
    assert f'data-person="{other.pk}" data-label="Nasreen Fabrics"' in part


def test_totals_are_shown_with_what_is_written_and_not_as_rows(seller_desk, reviewed, rows):
    page = rows[0].page
    KhataRowFactory(page=page, position=3, kind="opening", debit="1000.00")
    KhataRowFactory(page=page, position=4, kind="total", debit="1450.00")
    text = shown(seller_desk, reviewed)
    assert 'data-sum="debit" data-written="1450.00" data-carried="1000.00"' in text
    assert "written ₹1,450.00" in text
    assert "brought forward ₹1,000.00 debit" in text
    assert text.count('name="row" value="row-') == 2


def test_what_stood_on_the_paper_is_never_markup(seller_desk, reviewed, rows):
    KhataRow.objects.update(
        name="<script>alert(1)</script>", particulars='"><img onerror=x>', customer=None
    )
    page = seller_desk.get(review_url(reviewed)).content.decode()
    assert "<script>alert" not in page
    assert "<img onerror" not in page


def test_a_page_costs_the_same_however_many_rows(
    seller_desk, reviewed, rows, django_assert_max_num_queries
):
    for position in range(3, 40):
        other = CustomerFactory(name=f"Lata {position}")
        KhataRowFactory(
            page=rows[0].page, position=position, customer_sure=False, alternatives=[other.pk]
        )
    with django_assert_max_num_queries(QUERIES):
        assert seller_desk.get(review_url(reviewed)).status_code == 200


# Saving -----------------------------------------------------------------------------------


def test_an_untouched_page_changes_nothing(seller_desk, reviewed, rows):
    answer = press(seller_desk, reviewed, "save")
    assert (answer.url, said(answer)) == (review_url(reviewed), ["Saved."])
    reviewed.refresh_from_db()
    assert reviewed.version == 1
    assert rows[0].history.count() == 1


def test_amounts_and_days_may_be_typed_as_on_paper(seller_desk, reviewed, rows, seller_user):
    key = f"row-{rows[0].pk}"
    typed = {f"{key}-debit": "₹ 1,25,000.50", f"{key}-date": "3.4.25"}
    press(seller_desk, reviewed, "save", **typed)
    rows[0].refresh_from_db()
    assert (rows[0].debit, rows[0].date) == (Decimal("125000.50"), dt.date(2025, 4, 3))
    assert (rows[0].checked, rows[0].proven) == (True, False)
    assert rows[0].history.first().history_user == seller_user


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("debit", "12O0"),
        ("debit", "1000000000000000"),
        ("debit", "1.005"),
        ("date", "31/02/2026"),
        ("customer_id", "x"),
        ("slip_number", "x" * 25),
    ],
)
def test_what_cant_be_read_is_shown_red_and_kept_as_typed(
    seller_desk, reviewed, rows, field, typed
):
    answer = press(seller_desk, reviewed, "save", **{f"row-{rows[0].pk}-{field}": typed})
    assert said(answer) == ["Some fields can't be read. Please look at the red ones."]
    assert f'value="{typed}"' in answer.content.decode()
    rows[0].refresh_from_db()
    assert rows[0].debit == Decimal("450.00")


def test_what_a_rule_refuses_names_the_row_and_saves_nothing(seller_desk, reviewed, rows):
    typed = {f"row-{rows[0].pk}-particulars": "Moong", f"row-{rows[1].pk}-credit": "-5"}
    answer = press(seller_desk, reviewed, "save", **typed)
    assert said(answer) == ["Row 2: This can't be negative."]
    rows[0].refresh_from_db()
    assert rows[0].particulars == "Chana dal"


def test_a_row_found_right_loses_its_doubts(seller_desk, reviewed, rows):
    KhataRow.objects.filter(pk=rows[0].pk).update(
        proven=False, confidence=0.4, customer_sure=False, warnings=["Faint."]
    )
    press(seller_desk, reviewed, "save", **{f"row-{rows[0].pk}-checked": "on"})
    rows[0].refresh_from_db()
    assert (rows[0].checked, rows[0].customer_sure) == (True, True)
    assert "nothing left to check" in shown(seller_desk, reviewed)


def test_rows_are_added_and_split_off(seller_desk, reviewed, rows, nasreen):
    debt, _ = rows
    new = {"date": "15/03/2026", "customer_id": nasreen.pk, "debit": "150", "split": debt.pk}
    typed = added(reviewed, debt.page, **new)
    press(seller_desk, reviewed, "save", **typed, **{f"row-{debt.pk}-debit": "300"})
    part = KhataRow.objects.get(split_from=debt)
    assert (part.debit, part.date, part.customer) == (150, dt.date(2026, 3, 15), nasreen)
    assert (part.position, part.box, part.checked) == (debt.position, debt.box, True)
    debt.refresh_from_db()
    assert debt.debit == 300


def test_an_added_row_that_stayed_empty_is_nothing(seller_desk, reviewed, rows):
    press(seller_desk, reviewed, "save", **added(reviewed, rows[0].page))
    assert KhataRow.objects.count() == 2


def test_another_uploads_page_and_rows_cant_be_named(seller_desk, reviewed, rows):
    foreign = KhataRowFactory()
    typed = {
        **added(reviewed, foreign.page, debit="5", split=foreign.pk),
        f"row-{foreign.pk}-debit": "9",
    }
    typed["row"].append(f"row-{foreign.pk}")
    press(seller_desk, reviewed, "save", **typed)
    foreign.refresh_from_db()
    assert foreign.debit == Decimal("450.00")
    assert KhataRow.objects.count() == 3


def test_a_row_put_aside_comes_back(seller_desk, reviewed, rows):
    key = f"row-{rows[0].pk}-discard"
    press(seller_desk, reviewed, "save", **{key: "on"})
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].settled_by.username) == ("discarded", "ravi")
    press(seller_desk, reviewed, "save", **{key: ""})
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].settled_by) == ("open", None)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(seller_desk, reviewed, rows):
    typed = as_shown(reviewed, **{f"row-{rows[0].pk}-debit": "1"})
    press(seller_desk, reviewed, "save", **{f"row-{rows[0].pk}-debit": "777"})
    answer = seller_desk.post(review_url(reviewed), {**typed, "do": "post"})
    assert "changed meanwhile" in said(answer)[-1]
    rows[0].refresh_from_db()
    assert rows[0].debit == 777
    assert not LedgerTransaction.objects.exists()


def test_a_name_nobody_has_becomes_a_customer_on_all_its_rows(seller_desk, reviewed, rows):
    KhataRow.objects.update(customer=None, customer_sure=False, name="Lata Pawar")
    answer = press(seller_desk, reviewed, f"customer-{rows[0].pk}")
    lata = Customer.objects.get(name="Lata Pawar")
    assert said(answer) == ["A new customer stands on 2 rows now."]
    assert set(KhataRow.objects.values_list("customer", flat=True)) == {lata.pk}


# Posting ------------------------------------------------------------------------------------


def test_posting_saves_what_was_typed_and_leads_to_the_next_page(
    seller_desk, reviewed, rows, nasreen
):
    following = KhataRowFactory().page.upload
    answer = press(seller_desk, reviewed, "post", **{f"row-{rows[0].pk}-debit": "500"})
    assert said(answer) == [f"2 rows posted of Khata page {reviewed.pk}."]
    assert answer.url == review_url(following)
    assert owes(nasreen) == Decimal(200)
    page = shown(seller_desk, reviewed)
    assert "✓ posted" in page
    assert "disabled" in page


def test_the_last_page_leads_to_the_list(seller_desk, reviewed, rows):
    assert press(seller_desk, reviewed, "post").url == LIST


def test_posting_twice_posts_once(seller_desk, reviewed, rows):
    sent = {**as_shown(reviewed), "do": "post"}
    seller_desk.post(review_url(reviewed), sent)
    seller_desk.post(review_url(reviewed), sent)
    assert LedgerTransaction.objects.count() == 2


def test_a_row_without_a_customer_stops_all_and_is_named(seller_desk, reviewed, rows):
    KhataRow.objects.filter(pk=rows[1].pk).update(customer=None)
    answer = press(seller_desk, reviewed, "post", **{f"row-{rows[0].pk}-debit": "500"})
    assert said(answer) == ["No customer chosen yet: row 2."]
    assert not LedgerTransaction.objects.exists()
    rows[0].refresh_from_db()
    assert rows[0].debit == 500  # what was typed is saved


def test_struck_out_rows_and_those_put_aside_are_not_posted(seller_desk, reviewed, rows, nasreen):
    KhataRow.objects.filter(pk=rows[0].pk).update(struck_out=True)
    assert "struck out, not posted" in shown(seller_desk, reviewed)
    press(seller_desk, reviewed, "post")
    assert owes(nasreen) == -300


def test_a_row_that_was_not_struck_out_after_all_is_posted(seller_desk, reviewed, rows, nasreen):
    KhataRow.objects.filter(pk=rows[0].pk).update(struck_out=True)
    press(seller_desk, reviewed, "post", **{f"row-{rows[0].pk}-struck_out": ""})
    assert owes(nasreen) == 150


@pytest.mark.parametrize(("insists", "owed"), [(False, 150), (True, 600)])
def test_what_the_ledger_has_already_is_posted_again_only_on_insistence(
    seller_desk, reviewed, rows, nasreen, insists, owed
):
    before = post_entry(
        customer=nasreen, date=rows[0].date, debit=Decimal(450), key="order:1", by=None
    )
    page = shown(seller_desk, reviewed)
    assert "already in the ledger</span>" in page
    assert f"entry {before.pk}</a>, not posted again" in page
    assert "<span data-post>Post 1 row</span>" in page
    typed = {f"row-{rows[0].pk}-force": "on"} if insists else {}
    press(seller_desk, reviewed, "post", known=[rows[0].pk], **typed)
    assert owes(nasreen) == owed


def test_what_turns_out_to_be_in_the_ledger_only_now_is_not_put_aside_unseen(
    seller_desk, reviewed, rows, nasreen
):
    post_entry(customer=nasreen, date=rows[0].date, debit=Decimal(450), key="order:1", by=None)
    answer = press(seller_desk, reviewed, "post")
    assert said(answer) == ["In the ledger already: row 1. Put it aside, or post it all the same."]
    assert owes(nasreen) == 450
    assert "already in the ledger</span>" in shown(seller_desk, reviewed)


def test_a_page_that_is_none_is_put_aside(seller_desk, reviewed, rows):
    answer = press(seller_desk, reviewed, "discard")
    assert said(answer) == [f"Khata page {reviewed.pk} is put aside."]
    reviewed.refresh_from_db()
    assert reviewed.status == "posted"
    assert not LedgerTransaction.objects.exists()


def test_pages_without_rows_can_be_filled_by_hand(seller_desk, units, nasreen):
    page = KhataPageFactory()
    assert "No rows were read here" in shown(seller_desk, page.upload)
    new = {"date": "15/03/2026", "customer_id": nasreen.pk, "debit": "150"}
    press(seller_desk, page.upload, "post", **added(page.upload, page, **new))
    assert owes(nasreen) == 150
