"""Rows about which something is still to be done: leased, tried again later, settled.

The row is the truth and its job only says when (law 1). Such a row has ``status``,
``attempt_count``, ``next_attempt_at`` and ``last_error``; ``due`` below is the query that
finds it by its key while its status says that it waits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

# A new row is due a minute later: by then its job has run, or was lost and the sweep finds it.
GRACE = timedelta(minutes=1)
# Longer than any attempt takes: a lease that is older belongs to a dead worker.
LEASE = timedelta(minutes=2)
_BATCH = 1_000


class DeferAgain(Protocol):
    """Queues the row's job for later, in the caller's transaction."""

    def __call__(self, row: Any, /, *, at: datetime) -> None: ...


@dataclass(frozen=True)
class Retries:
    """How many attempts there are at most, and how long to wait after the first and later ones."""

    most: int
    first: timedelta
    longest: timedelta = timedelta(minutes=10)


def backoff(attempt: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after the nth attempt: doubling, with jitter so that rows spread out."""
    doubled: timedelta = min(longest, first * 2 ** min(attempt - 1, 30))
    return doubled * random.uniform(0.5, 1)  # noqa: S311


def lease(due: QuerySet[Any]) -> bool:
    """Count an attempt and put off the next one, so that the sweep leaves the row to us.

    False where it waits no more: somebody else was quicker.
    """
    until = timezone.now() + LEASE
    return bool(due.update(attempt_count=F("attempt_count") + 1, next_attempt_at=until))


def settle(due: QuerySet[Any], status: str, error: str = "") -> None:
    """Nothing more is to be done, for the reason given; a row that waits no more stays."""
    due.update(status=status, next_attempt_at=None, last_error=error)


@transaction.atomic
def put_off(
    due: QuerySet[Any], error: str, *, retries: Retries, failed: str, defer: DeferAgain
) -> None:
    """Note the fault and set the next attempt with its job, or give up with status ``failed``."""
    row = due.select_for_update(of=("self",)).first()
    if row is None:  # another worker settled it meanwhile
        return
    row.last_error = error
    if row.attempt_count >= retries.most:
        row.status, row.next_attempt_at = failed, None
    else:
        wait = backoff(row.attempt_count, first=retries.first, longest=retries.longest)
        row.next_attempt_at = timezone.now() + wait
        defer(row, at=row.next_attempt_at)
    row.save(update_fields=["last_error", "status", "next_attempt_at"])


def forget(settled: QuerySet[Any], *, before: datetime) -> int:
    """Delete up to a thousand rows made before that moment, the oldest first; how many."""
    old = settled.filter(created_at__lt=before).order_by("created_at")
    keys = list(old.values_list("pk", flat=True)[:_BATCH])
    deleted: int = settled.model._default_manager.filter(pk__in=keys).delete()[0]
    return deleted
