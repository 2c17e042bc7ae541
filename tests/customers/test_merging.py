"""Two customers that are one person: merging them, and parting them again."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from customers.consent import latest_word, may_notify, record_opt_in, record_opt_out
from customers.errors import CustomerGone
from customers.identities import identify_sender
from customers.merging import CHOICES, forget_merges, merge_customers
from customers.models import Address, Customer, CustomerAlias, CustomerMerge, WhatsAppIdentity
from drafts.models import DraftEntry, LearnedName, OrderDraft
from khata.accounts import customer_account
from khata.ageing import aged
from khata.models import LedgerLine
from khata.posting import post_entry
from khata.statements import balances_of
from khata.verifying import sum_faults
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    KhataRowFactory,
    ProductFactory,
)
from tests.khata.books import owes
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db

MERGE = "/api/staff/customers/merge"


def undo(undo_id: int) -> str:
    return f"/api/staff/customers/merges/{undo_id}/undo"


def merged(api, kept, gone, **chosen):
    body = {"keep_id": kept.pk, "merge_id": gone.pk, "chosen": chosen}
    response = api.post(MERGE, body)
    assert response.status_code == 200, response.content
    return response.json()


def owe(customer, amount):
    return post_entry(
        customer=customer,
        date=date(2026, 10, 5),
        debit=Decimal(amount),
        key=f"test-{customer.pk}-{amount}",
        by=None,
    )


@pytest.fixture
def two(units):
    """One person in two rows, with something of every kind."""
    kept = CustomerFactory(name="Rukhsana Mirza", phone="+919811200001")
    gone = CustomerFactory(
        name="Ruksana Mirza", phone="+919811200002", company="Mirza Zari", email="r@example.in"
    )
    CustomerAlias.objects.create(customer=kept, name="Ruksana apa")
    CustomerAlias.objects.create(customer=gone, name="RUKSANA APA")
    CustomerAlias.objects.create(customer=gone, name="Mirza ji")
    Address.objects.create(customer=gone, line1="9 Char Minar Lane")
    chat = ChatFactory(identity=IdentityFactory(customer=gone))
    draft = OrderDraft.objects.create(chat=chat, customer=gone)
    DraftEntry.objects.create(draft=draft, position=1, slip_number="SL-901", client=gone)
    LearnedName.objects.create(words="apa", key="apa", customer=gone)
    placed((ProductFactory(stock=9, unit_price=Decimal(450)), 2), customer=gone)
    KhataRowFactory(customer=gone)
    return kept, gone


def owners() -> dict[str, list]:
    """Whose every row is that names a customer."""
    found = {}
    for model in apps.get_models():
        if model.__name__.startswith("Historical"):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Customer and not field.primary_key:
                rows = model._base_manager.order_by("pk").values_list("pk", field.attname)
                found[f"{model._meta.label}.{field.name}"] = list(rows)
    return found


def test_all_that_names_the_merged_customer_names_the_kept_one(two, admin_api, admin_user):
    kept, gone = two
    body = merged(admin_api, kept, gone)
    assert (body["kept_id"], body["merged_id"], body["orders_moved"]) == (kept.pk, gone.pk, 1)
    assert (body["combined_order_count"], body["combined_total_spent"]) == (1, 900)
    assert not Customer.objects.filter(pk=gone.pk).exists()
    assert all(owner != gone.pk for rows in owners().values() for _, owner in rows)
    kept.refresh_from_db()
    assert (kept.company, kept.email, kept.phone2) == (
        "Mirza Zari",
        "r@example.in",
        "+919811200002",
    )
    assert sorted(kept.aliases.values_list("name", flat=True)) == [
        "Mirza ji",
        "Ruksana Mirza",
        "Ruksana apa",
    ]
    newest = kept.history.first()
    assert newest.history_user == admin_user
    assert newest.history_change_reason == f"Took in customer {gone.pk}"


def test_undoing_puts_everything_back(two, admin_api):
    kept, gone = two
    before, rows = owners(), Customer.objects.order_by("pk").values("pk", "name", "phone", "email")
    people = list(rows)
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    response = admin_api.post(undo(undo_id))
    assert response.status_code == 200, response.content
    assert owners() == before
    assert list(rows) == people
    assert admin_api.post(undo(undo_id)).json()["errors"][0]["code"] == "merge_final"
    assert admin_api.post(undo(987)).status_code == 404


def test_what_was_done_since_stays_with_the_kept_one(two, admin_api):
    kept, gone = two
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    later = placed((ProductFactory(stock=3), 1), customer=Customer.objects.get(pk=kept.pk))
    Customer.objects.filter(pk=kept.pk).update(company="Mirza & Daughters")
    admin_api.post(undo(undo_id))
    later.refresh_from_db()
    kept.refresh_from_db()
    assert (later.customer_id, kept.company, kept.email) == (kept.pk, "Mirza & Daughters", "")


def test_a_merge_is_final_after_a_day_and_forgets_whom_it_was_about(two, admin_api):
    kept, gone = two
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    now = timezone.now()
    assert forget_merges(now) == 0
    assert forget_merges(now + timedelta(days=1, minutes=1)) == 1
    merge = CustomerMerge.objects.get(pk=undo_id)
    assert (merge.gone, merge.before, merge.after, merge.dropped) == ({}, {}, {}, [])
    assert admin_api.post(undo(undo_id)).status_code == 409


def test_conflicts_are_chosen_field_by_field(two, admin_api):
    kept, gone = two
    chosen = {"name": gone.pk, "phone": gone.pk, "phone2": kept.phone, "company_name": "Mirza Co"}
    merged(admin_api, kept, gone, **chosen)
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.phone2, kept.company) == (
        "Ruksana Mirza",
        "+919811200002",
        "+919811200001",
        "Mirza Co",
    )


@pytest.mark.parametrize("field", [name for name in CHOICES if name != "company"])
def test_no_field_takes_the_id_of_somebody_else(two, admin_api, field):
    kept, gone = two
    body = {"keep_id": kept.pk, "merge_id": gone.pk, "chosen": {field: 987654}}
    assert admin_api.post(MERGE, body).status_code == 400
    assert Customer.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"keep_id": 1},
        {"keep_id": "x", "merge_id": 2},
        {"keep_id": 0, "merge_id": -1},
        {"keep_id": 1, "merge_id": 2**63},
        {"keep_id": 1, "merge_id": 1, "chosen": {}},
        {"keep_id": 1, "merge_id": 2, "chosen": "all"},
        {"keep_id": 1, "merge_id": 2, "chosen": {"name": [1]}},
        [],
    ],
)
def test_garbage_merges_nobody(admin_api, body):
    assert admin_api.post(MERGE, body).status_code == 400


def test_a_customer_is_not_merged_with_itself_or_nobody(two, admin_api, seller_api):
    kept, gone = two
    same = admin_api.post(MERGE, {"keep_id": kept.pk, "merge_id": kept.pk})
    assert (same.status_code, same.json()["errors"][0]["attr"]) == (400, "merge_id")
    assert admin_api.post(MERGE, {"keep_id": kept.pk, "merge_id": 987654}).status_code == 404
    sold = seller_api.post(MERGE, {"keep_id": kept.pk, "merge_id": gone.pk})
    assert sold.status_code == 403
    assert seller_api.post(undo(1)).status_code == 403


def test_the_accounts_are_one_and_their_lines_untouched(two, admin_api):
    kept, gone = two
    owe(kept, 300)
    owe(gone, 200)
    lines = list(LedgerLine.objects.order_by("pk").values())
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    assert list(LedgerLine.objects.order_by("pk").values()) == lines
    assert owes(kept) == Decimal(500) == balances_of(kept)["INR"]
    own = customer_account(kept)
    assert {account: one.balance for account, one in aged().items()} == {own.pk: Decimal(500)}
    [row] = admin_api.get("/khata/accounts").json()["results"]
    assert (row["customer_id"], row["balance"]) == (kept.pk, 500)
    owe(kept, 50)
    admin_api.post(undo(undo_id))
    gone = Customer.objects.get(pk=gone.pk)
    assert (owes(kept), owes(gone)) == (Decimal(350), Decimal(200))
    assert list(sum_faults()) == []


def test_the_stricter_word_about_notices_wins(two, admin_api):
    kept, gone = two
    record_opt_out(kept, how="keyword", happened_at=timezone.now() - timedelta(days=3))
    record_opt_in(gone, how="checkbox")
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    assert not may_notify(kept)
    admin_api.post(undo(undo_id))
    assert latest_word(kept).state == "opted_out"
    assert may_notify(Customer.objects.get(pk=gone.pk))


def test_a_yes_that_a_merge_overruled_counts_again_once_it_is_undone(two, admin_api):
    kept, gone = two
    record_opt_in(kept, how="checkbox")
    record_opt_out(gone, how="keyword", happened_at=timezone.now() - timedelta(days=3))
    undo_id = merged(admin_api, kept, gone)["undo_id"]
    assert not may_notify(kept)
    admin_api.post(undo(undo_id))
    assert may_notify(kept)


def test_a_merge_is_undone_only_while_its_customer_is_there(two, admin_api):
    kept, gone = two
    first = merged(admin_api, kept, gone)["undo_id"]
    third = CustomerFactory()
    second = merged(admin_api, third, kept)["undo_id"]
    assert admin_api.post(undo(first)).status_code == 409
    assert admin_api.post(undo(second)).status_code == 200
    assert admin_api.post(undo(first)).status_code == 200
    assert Customer.objects.filter(pk__in=(kept.pk, gone.pk, third.pk)).count() == 3


def test_a_hidden_number_that_shows_itself_is_merged_with_who_it_is(units):
    known = CustomerFactory(name="Parveen", phone="+919811200009")
    hidden = identify_sender(None, bsuid="IN.44", profile_name="P").customer
    order = placed((ProductFactory(stock=3), 1), customer=hidden)
    identity = identify_sender("+919811200009", bsuid="IN.44")
    order.refresh_from_db()
    assert (identity.customer, order.customer) == (known, known)
    assert not Customer.objects.filter(pk=hidden.pk).exists()
    assert WhatsAppIdentity.objects.get().customer == known


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_merges_of_one_customer_at_once_make_one(units):
    first, second, gone = (CustomerFactory() for _ in range(3))
    order = placed((ProductFactory(stock=3), 1), customer=gone)
    done, refused, barrier = [], [], threading.Barrier(2)

    def merge(into):
        barrier.wait()
        try:
            done.append(merge_customers(into.pk, gone.pk, by=None).customer.pk)
        except CustomerGone:
            refused.append(into.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=(into,)) for into in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done + refused) == sorted([first.pk, second.pk])
    order.refresh_from_db()
    assert ([order.customer_id], CustomerMerge.objects.count()) == (done, 1)
