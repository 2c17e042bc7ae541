"""The hash chain over what is posted, made afterwards by a periodic job.

Each sealed transaction has a number without gaps and the SHA-256 of the hash before it
and of everything it says; so nobody can change, take out or slip in one of them without
all that follow. Posting never waits for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from khata.models import LedgerTransaction
from orders.locking import got_lock

AT_ONCE = 500
BEGINNING = "0" * 64  # what stands before the first


def seal_all() -> int:
    """Seal what is posted and not sealed, the oldest first; how many were."""
    done = 0
    while count := _seal_some():
        done += count
    return done


@transaction.atomic
def _seal_some() -> int:
    """The next few; none while another process is at it."""
    if not got_lock("khata sealing"):
        return 0
    unsealed = LedgerTransaction.objects.filter(sequence=None).order_by("pk")
    rows = list(unsealed.prefetch_related("lines")[:AT_ONCE])
    sequence, before = last_seal()
    for row in rows:
        sequence, before = sequence + 1, hash_of(row, before)
        LedgerTransaction.objects.filter(pk=row.pk, sequence=None).update(
            sequence=sequence, hash=before, sealed_at=timezone.now()
        )
    return len(rows)


def last_seal() -> tuple[int, str]:
    """Number and hash at the end of the chain."""
    sealed = LedgerTransaction.objects.filter(sequence__isnull=False).order_by("-sequence")
    last = sealed.values_list("sequence", "hash").first()
    return (int(last[0] or 0), str(last[1])) if last else (0, BEGINNING)


def hash_of(posted: LedgerTransaction, before: str) -> str:
    """SHA-256 in hexadecimal of the hash before and of the transaction, lines included."""
    lines: Sequence[list[object]] = [
        [line.position, line.account_id, f"{line.debit:.3f}", f"{line.credit:.3f}"]
        for line in sorted(posted.lines.all(), key=lambda line: line.position)
    ]
    said = {
        "before": before,
        "id": posted.pk,
        "date": posted.date.isoformat(),
        "source": posted.source,
        "key": posted.key,
        "memo": posted.memo,
        "slip_number": posted.slip_number,
        "order": str(posted.order_id) if posted.order_id else None,
        "reversal_of": posted.reversal_of_id,
        "actor": posted.actor_id,
        "created_at": posted.created_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "lines": lines,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
