"""Customers from a spreadsheet."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from customers.errors import InvalidInput
from customers.imports import running
from customers.imports.models import ImportJob
from customers.imports.reporting import error_file, report
from customers.locking import lock_customer
from customers.models import ConsentEvent, Customer
from tests.factories import CustomerFactory
from tests.importing import bring, counts, problems, table

pytestmark = pytest.mark.django_db
HEAD = "Party,Mobile,Email,City,Address,उधार सीमा,Alias"


def test_new_customers_are_made_with_address_aliases_and_history(tmp_path, admin_user):
    text = table(HEAD, 'Kamala Silks,98200 12345,K@Silks.in,Surat,12 Ring Road,"1,25,000",Kamla')
    job = bring("customers", tmp_path, text, by=admin_user)
    assert counts(job) == (1, 0, 0, 0)
    kamala = Customer.objects.get()
    assert (kamala.name, kamala.phone, kamala.email) == (
        "Kamala Silks",
        "+919820012345",
        "k@silks.in",
    )
    assert kamala.credit_limit == Decimal("125000")
    assert str(kamala.addresses.get()) == "12 Ring Road, Surat"
    assert kamala.aliases.get().name == "Kamla"
    past = kamala.history.get()
    assert (past.history_type, past.history_user) == ("+", admin_user)
    assert past.history_change_reason == f"import {job.pk}: list.csv"


def test_whoever_is_here_is_changed_and_empty_cells_change_nothing(tmp_path):
    known = CustomerFactory(name="Kamala", phone="+919820012345", company="Silks", notes="Old")
    text = table("Name,Phone,Company,Notes", "Kamala Devi,09820012345,,Pays on Fridays")
    job = bring("customers", tmp_path, text)
    assert counts(job) == (0, 1, 0, 0)
    known.refresh_from_db()
    assert (known.name, known.company, known.notes) == ("Kamala Devi", "Silks", "Pays on Fridays")
    assert known.history.first().history_type == "~"


def test_an_import_is_no_consent(tmp_path):
    bring("customers", tmp_path, table("Name,Phone", "Asha,9820012345"))
    assert not ConsentEvent.objects.exists()


def test_a_second_import_changes_nothing(tmp_path):
    text = table(HEAD, "Kamala,9820012345,k@silks.in,Surat,12 Ring Road,500,Kamla", "Asha,,,,,,")
    bring("customers", tmp_path, text)
    again = bring("customers", tmp_path, text)
    assert counts(again) == (0, 0, 2, 0)
    assert Customer.objects.count() == 2


def test_the_same_phone_in_two_rows_is_one_customer(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    rows = ["Asha,9820012345", "Bharat,9820012346", "Asha Shah,+91 98200 12345"]
    job = bring("customers", tmp_path, table("Name,Phone", *rows))
    assert counts(job) == (2, 1, 0, 0)
    assert Customer.objects.get(phone="+919820012345").name == "Asha Shah"


def test_an_email_leads_to_its_customer_unless_another_phone_speaks_against_it(tmp_path):
    known = CustomerFactory(name="Esha", phone=None, email="Esha@Example.in")
    CustomerFactory(name="Gita", phone="+919820012399", email="gita@example.in")
    rows = ["Esha,9820012345,esha@example.in", "Gita B,9820012346,gita@example.in"]
    job = bring("customers", tmp_path, table("Name,Phone,Email", *rows))
    assert counts(job) == (0, 1, 0, 1)
    known.refresh_from_db()
    assert known.phone == "+919820012345"
    assert problems(job) == [
        (3, "email", "Gita has this e-mail and another phone. Correct one of them.")
    ]


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path):
    CustomerFactory(name="Kamala", phone="+919820012345")
    CustomerFactory(name="Hari", phone="+919820012347")
    rows = ["Kamala Devi,9820012345", "Asha,9820012346", "Hari,9820012347", "Bad,123"]
    job = bring("customers", tmp_path, table("Name,Phone", *rows), dry_run=True)
    assert counts(job) == (1, 1, 1, 1)
    shown = {row["row"]: (row["outcome"], row["changes"]) for row in report(job)["rows"]}
    assert shown == {
        2: ("changed", {"name": ["Kamala", "Kamala Devi"]}),
        3: ("created", {"name": [None, "Asha"], "phone": [None, "+919820012346"]}),
        4: ("unchanged", {}),
    }
    assert set(Customer.objects.values_list("name", flat=True)) == {"Kamala", "Hari"}


def test_a_dry_run_knows_who_stands_twice_though_an_import_writes_in_between(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    rows = ["Asha,9820012345", "Bharat,9820012346", "Asha Shah,9820012345", "Asha Shah,9820012345"]
    job = bring("customers", tmp_path, table("Name,Phone", *rows), dry_run=True)
    assert counts(job) == (2, 1, 1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_a_dry_run_does_not_wait_for_who_works_on_a_customer(tmp_path):
    kamala = CustomerFactory(name="Kamala", phone="+919820012345")
    with transaction.atomic():
        lock_customer(kamala.pk)
        with ThreadPoolExecutor(1) as clerk:
            text = table("Name,Phone", "Kamala Devi,9820012345")
            job = clerk.submit(_apart, lambda: bring("customers", tmp_path, text, dry_run=True))
            assert counts(job.result()) == (0, 1, 0, 0)


def _apart(work):
    """In a thread of its own, whose connection ends with it."""
    try:
        return work()
    finally:
        connection.close()


def test_what_is_here_may_be_left_alone(tmp_path):
    CustomerFactory(name="Kamala", phone="+919820012345")
    text = table("Name,Phone", "Kamala Devi,9820012345", "Asha,9820012346")
    job = bring("customers", tmp_path, text, keep_existing=True)
    assert counts(job) == (1, 0, 1, 0)
    assert Customer.objects.get(phone="+919820012345").name == "Kamala"


def test_bad_rows_stay_out_and_come_back_as_a_file_to_correct(tmp_path):
    rows = [
        "Asha,9820012345,,",
        "Bharat,9.17E+11,,",
        "=cmd|'/c calc'!A0,9820012346,,",
        "Chandni,9820012347,no mail,",
        "Deepak,9820012348,,-5",
        "Esha,9820012349,,,,,one,too,many",
    ]
    job = bring("customers", tmp_path, table("Name,Phone,Email,Credit limit", *rows))
    assert counts(job) == (1, 0, 0, 5)
    assert [(row, field) for row, field, _ in problems(job)] == [
        (3, "phone"),
        (4, "name"),
        (5, "email"),
        (6, "credit_limit"),
        (7, "file"),
    ]
    corrected = "".join(error_file(job)).replace("9.17E+11", "9820055555")
    assert "'=cmd|" in corrected
    second = tmp_path / "corrected.csv"
    second.write_text(corrected, encoding="utf-8")
    assert counts(bring("customers", second)) == (1, 0, 0, 4)
    assert Customer.objects.get(name="Bharat").phone == "+919820055555"


def test_one_bad_row_of_many_costs_only_itself(tmp_path):
    rows = [f"Party {n},{9820000000 + n}" for n in range(3000)]
    rows[1700] = "Party 1700,17"
    job = bring("customers", tmp_path, table("Name,Phone", *rows))
    assert counts(job) == (2999, 0, 0, 1)
    assert problems(job) == [(1702, "phone", "17 is no phone number.")]


def test_a_row_that_only_the_database_refuses_costs_only_itself(tmp_path, monkeypatch):
    """Should a check of ours miss something, the rest comes in all the same."""
    from customers import importing

    reader = lambda cells: cells.number("credit_limit")  # noqa: E731
    monkeypatch.setitem(importing._READERS, "credit_limit", reader)
    rows = ["Asha,9820012345,100", "Bharat,9820012346,-1", "Chandni,9820012347,300"]
    job = bring("customers", tmp_path, table("Name,Phone,Credit limit", *rows))
    assert counts(job) == (2, 0, 0, 1)
    assert problems(job) == [(3, "file", "The database refuses this row.")]


def test_a_file_without_a_name_is_refused_whole(tmp_path):
    with pytest.raises(InvalidInput, match="needs a column for name"):
        bring("customers", tmp_path, table("Phone,City", "9820012345,Surat"))
    assert not ImportJob.objects.exists()


def test_the_command_reports_in_json_and_writes_the_error_file(tmp_path, capsys, admin_user):
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_text(table("Name,Kontakt", "Asha,9820012345", "Bharat,1"), encoding="utf-8")
    call_command(
        "import_customers",
        path,
        "--map",
        "phone=Kontakt",
        "--by",
        admin_user.username,
        "--errors",
        str(errors),
    )
    said = capsys.readouterr()
    facts = json.loads(said.out)
    assert (facts["created"], facts["refused"], facts["status"]) == (1, 1, "finished")
    assert "2/2" in said.err
    assert errors.read_text(encoding="utf-8").splitlines()[1] == (
        "3,Kontakt: 1 is no phone number.,Bharat,1"
    )


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 x"])
def test_the_command_refuses_what_is_no_table(tmp_path, data):
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError):
        call_command("import_customers", path)


def test_queries_do_not_grow_with_the_rows_of_a_chunk(tmp_path, django_assert_max_num_queries):
    text = table(HEAD, *(f"P{n},{9820000000 + n},p{n}@x.in,Surat,R{n},5,A{n}" for n in range(500)))
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with django_assert_max_num_queries(40):
        bring("customers", path)
