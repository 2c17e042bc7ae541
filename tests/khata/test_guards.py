"""What the database refuses, whoever asks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from khata.accounts import customer_account, shop_account
from khata.models import LedgerLine, LedgerTransaction
from khata.periods import close_period
from tests.conftest import LEDGER_TABLES
from tests.factories import CustomerFactory
from tests.khata.books import moved, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(db):
    return moved(customer_account(CustomerFactory()), shop_account("sales"))


def run(sql: str) -> None:
    """In a savepoint, with deferred constraints looked at as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def rows() -> tuple[list, list]:
    return list(LedgerTransaction.objects.values()), list(LedgerLine.objects.values())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE khata_ledgertransaction SET date = date - 1",
        "UPDATE khata_ledgertransaction SET memo = 'paid'",
        "UPDATE khata_ledgertransaction SET actor_id = NULL, memo = 'x', sequence = 1,"
        " hash = 'h', sealed_at = now()",
        "UPDATE khata_ledgerline SET debit = debit * 2, credit = credit * 2",
        "UPDATE khata_ledgerline SET account_id = account_id",
        "DELETE FROM khata_ledgerline",
        "DELETE FROM khata_ledgertransaction",
        "UPDATE khata_periodclosing SET through = through - 400",
        "DELETE FROM khata_periodclosing",
        "UPDATE khata_account SET unit = 'silver' WHERE kind = 'customer'",
    ],
)
def test_what_is_posted_can_not_be_changed_by_sql(posted, sql):
    close_period(today() - dt.timedelta(days=30), by=None)
    before = rows()
    with pytest.raises(IntegrityError):
        run(sql)
    assert rows() == before


@pytest.mark.parametrize("table", LEDGER_TABLES)
def test_the_ledger_can_not_be_emptied(posted, table):
    run("SELECT 1")
    run(f"ALTER TABLE {table} ENABLE TRIGGER ledger_not_emptied")
    with pytest.raises(IntegrityError, match="append-only: TRUNCATE"):
        run(f"TRUNCATE {table} CASCADE")


def test_only_the_seal_is_filled_in_and_only_once(posted):
    sealed = LedgerTransaction.objects.filter(pk=posted.pk)
    seal = {"sequence": 1, "hash": "0" * 64, "sealed_at": posted.created_at}
    assert sealed.update(**seal) == 1
    for again in ({"sequence": 2}, {"hash": "1" * 64}, {"sequence": None, "hash": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            sealed.update(**again)


def another(posted: LedgerTransaction, *sides: tuple[str, int, int], count: int) -> None:
    """A transaction written past the rules."""
    raw = LedgerTransaction.objects.create(
        date=today(), source="manual", key="raw", line_count=count, actor=None
    )
    accounts = {line.account.kind: line.account for line in posted.lines.all()}
    for position, (kind, debit, credit) in enumerate(sides, 1):
        LedgerLine.objects.create(
            transaction=raw,
            position=position,
            account=accounts[kind],
            debit=debit,
            credit=credit,
        )


@pytest.mark.parametrize(
    ("sides", "count"),
    [
        ([("customer", 100, 0), ("sales", 0, 99)], 2),
        ([("customer", 100, 0), ("sales", 0, 50)], 3),
        ([("customer", 100, 0), ("sales", 0, 100)], 3),
        ([], 2),
    ],
)
def test_a_transaction_that_does_not_balance_is_refused_at_commit(posted, sides, count):
    with pytest.raises(IntegrityError), transaction.atomic():
        another(posted, *sides, count=count)
        run("SELECT 1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_commit_itself_refuses_what_does_not_balance(posted):
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        another(posted, ("customer", 100, 0), ("sales", 0, 99), count=2)
    assert list(LedgerTransaction.objects.all()) == [posted]


@pytest.mark.parametrize(("debit", "credit"), [(100, 100), (0, 0), (-5, 0), (0, -5), ("NaN", 0)])
def test_a_line_is_a_debit_or_a_credit(posted, debit, credit):
    line = posted.lines.first()
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO khata_ledgerline (transaction_id, position, account_id, debit, credit)"
            f" VALUES ({posted.pk}, 9, {line.account_id}, '{debit}', {credit})"
        )


def test_two_lines_of_no_number_do_not_balance(posted):
    """NaN equals NaN in PostgreSQL, so the balance alone would let them pass."""
    accounts = [line.account_id for line in posted.lines.all()]
    with pytest.raises(IntegrityError, match="line_amounts_are_numbers"):
        run(
            "INSERT INTO khata_ledgertransaction"
            " (id, date, source, key, memo, slip_number, line_count, created_at)"
            " VALUES (987654, current_date, 'manual', 'raw', '', '', 2, now());"
            "INSERT INTO khata_ledgerline (transaction_id, position, account_id, debit, credit)"
            f" VALUES (987654, 1, {accounts[0]}, 'NaN', 0), (987654, 2, {accounts[1]}, 0, 'NaN')"
        )


def test_no_line_is_added_to_what_is_posted_even_if_it_balances(posted):
    values = ", ".join(
        f"({posted.pk}, {place}, {line.account_id}, {line.debit}, {line.credit})"
        for place, line in enumerate(posted.lines.all(), 3)
    )
    with pytest.raises(IntegrityError, match="4 lines instead of 2"):
        run(
            "INSERT INTO khata_ledgerline (transaction_id, position, account_id, debit, credit)"
            f" VALUES {values}"
        )


def test_sql_posts_nothing_into_a_closed_period_either(posted):
    close_period(today() - dt.timedelta(days=30), by=None)
    with pytest.raises(IntegrityError, match="books are closed"):
        run(
            "INSERT INTO khata_ledgertransaction"
            " (date, source, key, memo, slip_number, line_count, created_at)"
            " VALUES (current_date - 40, 'manual', 'raw', '', '', 2, now())"
        )


@pytest.mark.parametrize(
    "values",
    [
        "('customer', 'INR', NULL)",
        "('sales', 'silver', NULL)",
        "('metal', 'INR', NULL)",
        "('sales', 'INR', NULL)",
    ],
)
def test_an_account_fits_its_kind_and_is_there_once(posted, values):
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO khata_account (kind, unit, customer_id, created_at)"
            f" SELECT kind, unit, who, now() FROM (VALUES {values}) AS v (kind, unit, who0),"
            " LATERAL (SELECT who0::bigint AS who) AS cast_"
        )
