"""The hash chain and the snapshots, and finding out when somebody changed what they cover."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from khata import sealing
from khata.accounts import customer_account, shop_account
from khata.models import BalanceSnapshot, LedgerTransaction
from khata.posting import reverse_transaction
from khata.snapshots import take_snapshots
from khata.verifying import verify_ledger
from tests.factories import CustomerFactory
from tests.jobs import run_jobs
from tests.khata.books import holds, moved, owes, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db):
    return CustomerFactory(name="Nirmal Saree Centre")


@pytest.fixture
def books(customer):
    """Three sealed transactions, their snapshots, and a fourth that is not sealed yet."""
    account, sales = customer_account(customer), shop_account("sales")
    posted = [moved(account, sales, amount) for amount in (100, 200, 400)]
    sealing.seal_all()
    take_snapshots()
    return [*posted, moved(account, sales, 800)]


def chain() -> list[tuple[int | None, str | None]]:
    return list(LedgerTransaction.objects.order_by("pk").values_list("sequence", "hash"))


def kinds() -> set[str]:
    return {fault.kind for fault in verify_ledger().faults}


def test_what_is_posted_is_sealed_in_order_without_gaps(books):
    assert [number for number, _ in chain()] == [1, 2, 3, None]
    hashes = [seal for _, seal in chain()[:3]]
    assert len({*hashes}) == 3
    assert all(len(seal) == 64 for seal in hashes)

    assert sealing.seal_all() == 1
    assert [number for number, _ in chain()] == [1, 2, 3, 4]
    assert sealing.seal_all() == 0
    assert kinds() == set()


def test_many_are_sealed_in_several_goes(customer, monkeypatch):
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    for amount in range(1, 6):
        moved(customer_account(customer), shop_account("sales"), amount)

    assert sealing.seal_all() == 5
    assert sealing.last_seal()[0] == 5
    assert kinds() == set()


def test_the_queue_seals_and_takes_snapshots(customer):
    from khata.tasks import seal_ledger, take_snapshots

    moved(customer_account(customer), shop_account("sales"), 100)
    seal_ledger.defer(timestamp=0)
    take_snapshots.defer(timestamp=0)
    run_jobs()

    assert chain()[0][0] == 1
    assert BalanceSnapshot.objects.count() == 2


def test_balances_are_the_snapshot_and_what_came_after(books, customer):
    assert customer_account(customer).snapshot.balance == 700
    assert (owes(customer), holds("sales")) == (1500, -1500)

    reverse_transaction(books[0], by=None, reason="Typed twice")
    other = CustomerFactory()
    moved(customer_account(other), shop_account("sales"), 50)
    assert (owes(customer), owes(other)) == (1400, 50)
    sealing.seal_all()
    assert take_snapshots() == 3
    assert take_snapshots() == 0
    assert (owes(customer), owes(other), holds("sales")) == (1400, 50, -1450)
    assert kinds() == set()


def test_the_tail_is_reported(books):
    report = verify_ledger()
    assert (report.transactions, report.sealed, report.unsealed) == (4, 3, 1)
    assert report.oldest_unsealed == books[3].created_at
    assert report.last_hash == chain()[2][1]


LINE_OF_FIRST = "(SELECT min(id) FROM khata_ledgerline)"
FIRST = "(SELECT min(id) FROM khata_ledgertransaction)"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (f"UPDATE khata_ledgertransaction SET memo = 'paid' WHERE id = {FIRST}", {"hash_differs"}),
        ("UPDATE khata_ledgertransaction SET date = date - 1 WHERE sequence = 2", {"hash_differs"}),
        (
            "UPDATE khata_ledgerline SET debit = debit * 2, credit = credit * 2"
            f" WHERE transaction_id = {FIRST}",
            {"hash_differs", "snapshot_differs"},
        ),
        (
            f"UPDATE khata_ledgerline SET debit = 1 WHERE id = {LINE_OF_FIRST}",
            {"hash_differs", "snapshot_differs", "unbalanced"},
        ),
        (
            f"DELETE FROM khata_ledgerline WHERE transaction_id = {FIRST};"
            f"DELETE FROM khata_ledgertransaction WHERE id = {FIRST}",
            {"chain_gap", "hash_differs", "snapshot_differs"},
        ),
        (
            "DELETE FROM khata_ledgerline WHERE transaction_id IN"
            " (SELECT id FROM khata_ledgertransaction WHERE sequence = 3);"
            "DELETE FROM khata_ledgertransaction WHERE sequence = 3",
            {"chain_cut", "snapshot_differs"},
        ),
        (
            "DELETE FROM khata_ledgerline WHERE transaction_id IN"
            " (SELECT id FROM khata_ledgertransaction WHERE sequence IS NULL)",
            {"lines_missing"},
        ),
        ("UPDATE khata_balancesnapshot SET balance = balance + 1", {"snapshot_differs"}),
        (
            "UPDATE khata_balancesnapshot SET sequence = 2 WHERE balance > 0",
            {"snapshot_differs"},
        ),
    ],
)
def test_what_was_changed_behind_the_rules_is_found(books, sql, found):
    tamper(sql)
    assert kinds() == found


def test_the_command_reports_and_exits_with_one_where_something_is_wrong(books, capsys):
    call_command("verify_ledger")
    said = capsys.readouterr()
    assert json.loads(said.out)["faults"] == []
    assert "3 sealed ones checked" in said.err

    tamper("UPDATE khata_ledgertransaction SET memo = 'paid' WHERE sequence = 2")
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_ledger")
    report = json.loads(capsys.readouterr().out)
    assert report["sealed"] == 3
    assert [fault["row"] for fault in report["faults"]] == [f"transaction {books[1].pk}"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_sealers_at_once_make_one_chain(customer):
    from tests.orders.racing import race

    for amount in range(1, 20):
        moved(customer_account(customer), shop_account("sales"), amount)
    race(*[sealing.seal_all] * 4)
    sealing.seal_all()

    assert [number for number, _ in chain()] == list(range(1, 20))
    assert kinds() == set()
