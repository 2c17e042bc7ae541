"""Is the ledger whole: chain, balances, snapshots, and what is not sealed yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, Sum, Value
from django.db.models.functions import Coalesce

from khata.models import Account, LedgerLine, LedgerTransaction
from khata.sealing import BEGINNING, hash_of, last_seal
from khata.snapshots import snapshots_reach

AT_ONCE = 1000


@dataclass(frozen=True)
class LedgerFault:
    """One thing that is wrong: what kind, at which row, and how."""

    kind: str
    row: str
    detail: str


@dataclass(frozen=True)
class LedgerReport:
    """What there is, what is wrong with it, and the tail that no hash protects yet."""

    transactions: int
    sealed: int
    last_hash: str
    unsealed: int
    oldest_unsealed: datetime | None
    snapshots_reach: int
    faults: list[LedgerFault] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same in what JSON knows."""
        oldest = self.oldest_unsealed and self.oldest_unsealed.isoformat()
        return {**asdict(self), "oldest_unsealed": oldest}


def verify_ledger(progress: Callable[[int], None] | None = None) -> LedgerReport:
    """Look at every row; ``progress`` hears how many sealed ones are done. Reads only."""
    tail = LedgerTransaction.objects.filter(sequence=None).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    sealed, last_hash = last_seal()
    return LedgerReport(
        transactions=LedgerTransaction.objects.count(),
        sealed=sealed,
        last_hash=last_hash,
        unsealed=tail["count"],
        oldest_unsealed=tail["oldest"],
        snapshots_reach=snapshots_reach(),
        faults=[*_chain_faults(progress), *sum_faults()],
    )


def sum_faults() -> Iterator[LedgerFault]:
    """What does not add up, the chain left aside."""
    yield from _unbalanced()
    yield from _snapshots_differ()


def _chain_faults(progress: Callable[[int], None] | None) -> Iterator[LedgerFault]:
    before, expected = BEGINNING, 1
    while rows := _sealed_from(expected):
        for row in rows:
            if row.sequence != expected:
                detail = f"the chain goes from {expected - 1} to {row.sequence}"
                yield LedgerFault("chain_gap", f"transaction {row.pk}", detail)
            if row.hash != hash_of(row, before):
                detail = f"number {row.sequence} or what stands before it was changed"
                yield LedgerFault("hash_differs", f"transaction {row.pk}", detail)
            before, expected = str(row.hash), int(row.sequence or 0) + 1
        if progress is not None:
            progress(expected - 1)
    if (reached := snapshots_reach()) >= expected:
        detail = f"snapshots reach to {reached}, the chain to {expected - 1}"
        yield LedgerFault("chain_cut", "ledger", detail)


def _sealed_from(sequence: int) -> list[LedgerTransaction]:
    rows = LedgerTransaction.objects.filter(sequence__gte=sequence).order_by("sequence")
    return list(rows.prefetch_related("lines")[:AT_ONCE])


def _unbalanced() -> Iterator[LedgerFault]:
    lines = LedgerLine.objects.order_by("transaction_id", "account__unit")
    sums = lines.values("transaction_id", "account__unit").annotate(
        debits=Sum("debit"), credits=Sum("credit")
    )
    for row in sums.exclude(debits=F("credits")):
        detail = f"debits {row['debits']}, credits {row['credits']} {row['account__unit']}"
        yield LedgerFault("unbalanced", f"transaction {row['transaction_id']}", detail)
    counted = LedgerTransaction.objects.order_by("pk").annotate(found=Count("lines"))
    for posted in counted.exclude(found=F("line_count")):
        detail = f"{posted.found} lines instead of {posted.line_count}"
        yield LedgerFault("lines_missing", f"transaction {posted.pk}", detail)


def _snapshots_differ() -> Iterator[LedgerFault]:
    """Each snapshot is the sum of the account's lines up to the point they all reach."""
    reached = snapshots_reach()
    nothing = Value(Decimal(0), output_field=LedgerLine._meta.get_field("debit"))
    covered = Q(lines__transaction__sequence__lte=reached)
    accounts = Account.objects.order_by("pk").annotate(
        added=Coalesce(Sum(F("lines__debit") - F("lines__credit"), filter=covered), nothing),
        kept=Coalesce("snapshot__balance", nothing),
        kept_at=Coalesce("snapshot__sequence", reached),
    )
    for account in accounts.exclude(added=F("kept"), kept_at=reached):
        detail = f"kept {account.kept} at {account.kept_at}, lines up to {reached}: {account.added}"
        yield LedgerFault("snapshot_differs", f"account {account.pk}", detail)
