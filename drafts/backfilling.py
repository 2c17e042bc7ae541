"""Learning customers' words from corrections made before the desk learned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from customers.backfills import BATCH, Backfill, Progress, silent
from customers.matching.clients import folded_name
from drafts.learning import learn_from_correction, product_key
from drafts.models import DraftEntry, LearnedName

# A line before and after a person changed it.
Correction = tuple[DraftEntry, DraftEntry, Any]


def backfill_aliases(*, dry_run: bool = False, progress: Progress = silent) -> Backfill:
    """Learn from the lines' histories what corrections would have taught.

    Words that are known, or were and were taken back, stay as they are. All that was
    said of one word is learned in one transaction, so that a run that broke off leaves
    each word whole or untouched.
    """
    tally = Backfill(dry_run)
    told = _told_before()
    words: dict[str, list[Correction]] = defaultdict(list)
    for before, after, by in _corrections(tally, progress):
        key = _key(before, after)
        if key and key not in told:
            words[key].append((before, after, by))
    for key in sorted(words):
        with transaction.atomic():
            _learn(words[key], tally)
            if dry_run:
                transaction.set_rollback(True)
    return tally


def _told_before() -> set[str]:
    known = set(LearnedName.objects.values_list("key", flat=True))
    return known | set(LearnedName.history.values_list("key", flat=True))


def _key(before: DraftEntry, after: DraftEntry) -> str:
    if after.said and after.product_id and after.product_id != before.product_id:
        return product_key(after.said)
    return folded_name(after.said_client)


def _learn(corrections: Sequence[Correction], tally: Backfill) -> None:
    known = set(LearnedName.objects.values_list("pk", flat=True))
    for before, after, by in corrections:
        learn_from_correction(before, after, by=by)
    for name in LearnedName.objects.exclude(pk__in=known).select_related("product", "customer"):
        tally.change(
            words=name.words,
            means=str(name.product or name.customer),
            taught=name.taught,
            in_force=name.in_force,
        )


def _corrections(tally: Backfill, progress: Progress) -> Iterator[Correction]:
    """Each change of a line's product or client by a person, in order of lines and times."""
    lines = DraftEntry.objects.exclude(said="", said_client="").order_by("pk")
    total, last = lines.count(), 0
    while keys := list(lines.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield from _of_lines(keys)
        last = keys[-1]
        tally.seen += len(keys)
        progress(tally.seen, max(total, tally.seen))


def _of_lines(keys: Sequence[int]) -> Iterator[Correction]:
    past = DraftEntry.history.filter(id__in=keys).order_by("id", "history_date", "history_id")
    previous: Any = None
    for row in past.select_related("history_user"):
        same = previous is not None and previous.id == row.id
        if same and row.history_user_id and _changed(previous, row):
            yield previous.instance, row.instance, row.history_user
        previous = row


def _changed(before: Any, after: Any) -> bool:
    return bool(before.product_id != after.product_id or before.client_id != after.client_id)
