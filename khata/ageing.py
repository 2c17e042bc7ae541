"""How old what customers owe is, and how much it was in the weeks before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from khata.models import LedgerUnit

NOTHING = Decimal(0)

# Payments pay the oldest debt, so what is open are the newest debits, up to the balance. What
# was reversed and its reversal count as if neither had been: a debt is not young again because
# the payment for it bounced. What was merged in counts with the customer's own account.
_AGED = """
WITH counted AS (
    SELECT own.id AS account_id, posted.date, line.id, line.debit,
        sum(line.debit - line.credit) OVER (PARTITION BY own.id) AS balance
    FROM khata_ledgerline AS line
    JOIN khata_ledgertransaction AS posted ON posted.id = line.transaction_id
    JOIN khata_account AS account ON account.id = line.account_id
    JOIN khata_account AS own ON own.customer_id = account.customer_id
        AND own.unit = account.unit AND NOT own.merged_in
    LEFT JOIN khata_ledgertransaction AS undone
        ON undone.reversal_of_id = posted.id AND undone.date <= %(day)s
    WHERE account.kind = 'customer' AND account.unit = %(unit)s AND posted.date <= %(day)s
        AND posted.reversal_of_id IS NULL AND undone.id IS NULL
        AND (%(accounts)s::bigint[] IS NULL OR own.id = ANY(%(accounts)s::bigint[]))
), debts AS (
    SELECT account_id, date, debit, balance + debit - sum(debit) OVER (
        PARTITION BY account_id ORDER BY date DESC, id DESC
    ) AS still_open
    FROM counted WHERE balance > 0 AND debit > 0
), parts AS (
    SELECT account_id, date, %(day)s - date AS days, least(debit, still_open) AS part
    FROM debts WHERE still_open > 0
)
SELECT account_id,
    sum(part),
    coalesce(sum(part) FILTER (WHERE days <= 30), 0),
    coalesce(sum(part) FILTER (WHERE days BETWEEN 31 AND 60), 0),
    coalesce(sum(part) FILTER (WHERE days BETWEEN 61 AND 90), 0),
    coalesce(sum(part) FILTER (WHERE days > 90), 0),
    min(date)
FROM parts GROUP BY account_id
"""

_WEEKLY = """
WITH points AS (
    SELECT %(last)s - 7 * week AS day FROM generate_series(0, %(weeks)s) AS week
), standing AS (
    SELECT account_id, balance FROM khata_accountbalance
    JOIN khata_account AS account ON account.id = account_id
    WHERE account.kind = 'customer' AND account.unit = 'INR'
), moved AS (
    SELECT own.id AS account_id, posted.date, sum(line.debit - line.credit) AS change
    FROM khata_ledgertransaction AS posted
    JOIN khata_ledgerline AS line ON line.transaction_id = posted.id
    JOIN khata_account AS account ON account.id = line.account_id
    JOIN khata_account AS own ON own.customer_id = account.customer_id
        AND own.unit = account.unit AND NOT own.merged_in
    WHERE posted.date > %(last)s - 7 * %(weeks)s GROUP BY own.id, posted.date
), later AS (
    SELECT points.day, moved.account_id, sum(moved.change) AS change
    FROM points JOIN moved ON moved.date > points.day GROUP BY points.day, moved.account_id
)
SELECT points.day, coalesce(sum(greatest(standing.balance - coalesce(later.change, 0), 0)), 0)
FROM points LEFT JOIN standing ON true LEFT JOIN later USING (day, account_id)
GROUP BY points.day ORDER BY points.day
"""


@dataclass(frozen=True, slots=True)
class Aged:
    """What is owed, by the age of the debts that are still open."""

    balance: Decimal = NOTHING
    to_30: Decimal = NOTHING
    to_60: Decimal = NOTHING
    to_90: Decimal = NOTHING
    older: Decimal = NOTHING
    oldest: dt.date | None = None

    @property
    def overdue(self) -> Decimal:
        """What is open for more than 30 days."""
        return self.to_60 + self.to_90 + self.older


def aged(
    *,
    on: dt.date | None = None,
    unit: str = LedgerUnit.INR,
    accounts: Collection[int] | None = None,
) -> dict[int, Aged]:
    """Each customer account that owes something, as the books stood at the end of the day.

    By the account's id; only of ``accounts`` where they are given.
    """
    asked = None if accounts is None else list(accounts)
    with connection.cursor() as cursor:
        cursor.execute(_AGED, {"day": on or timezone.localdate(), "unit": unit, "accounts": asked})
        return {account: Aged(*values) for account, *values in cursor.fetchall()}


def added_up(rows: Iterable[Aged]) -> Aged:
    """All of them together; ``oldest`` is the oldest of all."""
    rows = list(rows)
    sums = (field.name for field in fields(Aged) if field.name != "oldest")
    return Aged(
        **{name: sum((getattr(row, name) for row in rows), NOTHING) for name in sums},
        oldest=min((row.oldest for row in rows if row.oldest), default=None),
    )


def weekly_receivables(weeks: int, *, on: dt.date | None = None) -> list[tuple[dt.date, Decimal]]:
    """Rupees that customers owed at the end of the day and of so many weeks before, oldest first.

    What the shop owes to some (advances) is not set off against it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WEEKLY, {"last": on or timezone.localdate(), "weeks": weeks})
        return list(cursor.fetchall())
