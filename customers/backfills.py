"""What every backfill is: batches by key, each a transaction of its own, safe to break off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

BATCH = 500
# So many rows that were changed, or can't be, are named.
NAMED = 100

Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """No progress shown."""


@dataclass
class Backfill:
    """What a run found and did. Running it again finds what is left."""

    dry_run: bool
    seen: int = 0
    changed: int = 0
    refused: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)

    def change(self, **facts: Any) -> None:
        """Count a row that is, or would be, changed."""
        self.changed += 1
        if len(self.changes) < NAMED:
            self.changes.append(facts)

    def refuse(self, **facts: Any) -> None:
        """Count a row that only a person can set right."""
        self.refused += 1
        if len(self.problems) < NAMED:
            self.problems.append(facts)

    def count(self, name: str, by: int = 1) -> None:
        """Count something of this backfill alone."""
        self.more[name] = self.more.get(name, 0) + by

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self)
        return {**{k: v for k, v in facts.items() if k != "more"}, **self.more}


def run_batches(
    rows: QuerySet[Any],
    fix: Callable[[Sequence[Any], Backfill], None],
    *,
    dry_run: bool,
    progress: Progress = silent,
) -> Backfill:
    """Give ``fix`` the keys of the rows, some hundred at a time, in key order.

    Each call is one short transaction: it locks what it will change, looks at it as it
    is then, and holds up the shop's own work no longer than that. A dry run's is
    rolled back.
    """
    tally, total = Backfill(dry_run), rows.count()
    for keys in _batches(rows):
        with transaction.atomic():
            fix(keys, tally)
            if dry_run:
                transaction.set_rollback(True)
        tally.seen += len(keys)
        progress(tally.seen, max(total, tally.seen))
    return tally


def _batches(rows: QuerySet[Any]) -> Iterator[Sequence[Any]]:
    last = None
    while True:
        rest = rows if last is None else rows.filter(pk__gt=last)
        keys = list(rest.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]
