"""Running a job: chunk by chunk, each chunk's rows and its checkpoint in one transaction."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.bulk import insert_rows
from customers.errors import DeskError
from customers.imports.importer import Change, Importer, refused
from customers.imports.jobs import local_file
from customers.imports.models import ImportJob, ImportRow, ImportStatus, Outcome
from customers.sheets.cells import Cells
from customers.sheets.columns import Columns, find_columns
from customers.sheets.reading import Sheet, opened
from customers.sheets.survey import Survey

logger = logging.getLogger(__name__)

CHUNK = 2000
# A dry run writes and locks nothing, so only what it looks at together knows of each other.
LOOKED = 20_000
# Rows of one thing (lines of an order) are never parted, up to here.
LONGEST_GROUP = 500
# Of refused rows so many are kept for the error file, of a dry run's rows so many to show.
KEPT_REFUSED = 50_000
KEPT_SHOWN = 10_000
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
_TRIES = 3

Progress = Callable[[int, int], None]


class _TakenOver(Exception):
    """Another run of the same job is at work."""


def due_jobs(now: datetime) -> Q:
    """Which jobs wait for their run, or were left by a worker that died."""
    unsettled = (ImportStatus.QUEUED, ImportStatus.RUNNING)
    return Q(status__in=unsettled, next_attempt_at__lte=now)


def run_queued(job_id: int, importers: Callable[[str], Importer]) -> ImportJob | None:
    """What the queue runs: claim the job, read its file, go on from its checkpoint.

    The job afterwards; None where there is nothing to do, or another worker is at it.
    """
    now = timezone.now()
    due = Q(status=ImportStatus.QUEUED) | due_jobs(now)
    with transaction.atomic(durable=True):
        claimed = ImportJob.objects.filter(due, pk=job_id).update(
            status=ImportStatus.RUNNING,
            next_attempt_at=now + LEASE,
            attempt_count=F("attempt_count") + 1,
        )
    if not claimed:
        return None
    job = ImportJob.objects.select_related("requested_by").get(pk=job_id)
    if job.attempt_count > MAX_ATTEMPTS:
        _settle(job, ImportStatus.FAILED, _("It was broken off too often."))
        return job
    with local_file(job) as path:
        return run_job(job, path, importers(job.kind))


def run_job(
    job: ImportJob, path: Path, importer: Importer, *, progress: Progress = lambda done, of: None
) -> ImportJob:
    """Import what of the file is not done yet; the job as it is afterwards.

    A run that dies at any instruction leaves whole chunks: the next one goes on behind
    them, and ends as one run would have. A file that turns out unreadable half way fails
    the job; what was taken stays.
    """
    survey = Survey("xlsx" if job.encoding == "xlsx" else "csv", job.encoding, 0, 0, job.sha256)
    ImportJob.objects.filter(pk=job.pk).update(status=ImportStatus.RUNNING)
    try:
        with opened(path, surveyed=survey) as sheet:
            columns = find_columns(sheet.headers, job.kind, mapping=job.mapping)
            size = LOOKED if job.dry_run else CHUNK
            for rows in _chunks(_rows_after(sheet, columns, job.position), importer, size):
                with _nothing_collected():
                    _take_chunk(job, rows, importer)
                progress(job.rows_done, max(job.row_count, job.rows_done))
    except _TakenOver:
        logger.warning("import %s: another run is at it", job.pk)
    except DeskError as error:
        _settle(job, ImportStatus.FAILED, str(error))
    else:
        _settle(job, ImportStatus.FINISHED, "")
    return job


def _rows_after(sheet: Sheet, columns: Columns, position: int) -> Iterator[Cells]:
    for number, cells in sheet.records:
        if number > position:
            yield Cells(number, cells, columns)


def _chunks(rows: Iterator[Cells], importer: Importer, size: int) -> Iterator[list[Cells]]:
    """So many rows each, or fewer: no group is cut."""
    chunk: list[Cells] = []
    for group in _groups(rows, importer.group_by):
        if chunk and len(chunk) + len(group) > size:
            yield chunk
            chunk = []
        chunk += group
    if chunk:
        yield chunk


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let Python not look for cycles among a chunk's objects: it takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# One chunk --------------------------------------------------------------------------------


def _take_chunk(job: ImportJob, rows: list[Cells], importer: Importer) -> None:
    """Take the rows and move the checkpoint behind them, both or neither.

    What the shop does meanwhile may win a race for a phone or a lock: then the chunk is
    taken again, knowing what is there now.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                _claim_checkpoint(job)
                _record(job, rows, importer.take(rows, job=job))
            break
        except (IntegrityError, DataError, OperationalError):
            if attempt == _TRIES:
                _take_one_by_one(job, rows, importer)
            for row in rows:
                row.problems = [p for p in row.problems if p.field == "file"]
    job.refresh_from_db()


def _take_one_by_one(job: ImportJob, rows: list[Cells], importer: Importer) -> None:
    """Find the row that the database refuses: it stays out, the others come in."""
    with transaction.atomic():
        _claim_checkpoint(job)
        changes: list[Change] = []
        for group in _groups(rows, importer.group_by):
            try:
                with transaction.atomic():
                    changes += importer.take(group, job=job)
            except (IntegrityError, DataError) as error:
                logger.warning("import %s row %s: %s", job.pk, group[0].row, type(error))
                group[0].refuse("file", _("The database refuses this row."))
                changes.append(refused(group))
        _record(job, rows, changes)


def _groups(rows: Iterable[Cells], group_by: str) -> Iterator[list[Cells]]:
    """Rows that are one thing; a group longer than any order is cut, for its importer to refuse."""
    group: list[Cells] = []
    for row in rows:
        same = group_by and group and row.raw(group_by) in (group[0].raw(group_by), "")
        if group and not (same and len(group) <= LONGEST_GROUP):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _claim_checkpoint(job: ImportJob) -> None:
    """Hold the job's row; whoever finds the checkpoint elsewhere than they left it stops."""
    now = ImportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
    if now.position != job.position or now.is_settled:
        raise _TakenOver


def _record(job: ImportJob, rows: Sequence[Cells], changes: Sequence[Change]) -> None:
    counts = Counter({Outcome(change.outcome): 0 for change in changes})
    for change in changes:
        # Of an order each line counts as refused, so that counts and error file agree.
        size = len(change.rows) if change.outcome == Outcome.REFUSED else 1
        counts[Outcome(change.outcome)] += size
    _keep(job, changes)
    ImportJob.objects.filter(pk=job.pk).update(
        position=rows[-1].row,
        rows_done=F("rows_done") + len(rows),
        created_count=F("created_count") + counts[Outcome.CREATED],
        changed_count=F("changed_count") + counts[Outcome.CHANGED],
        unchanged_count=F("unchanged_count") + counts[Outcome.UNCHANGED],
        refused_count=F("refused_count") + counts[Outcome.REFUSED],
        next_attempt_at=timezone.now() + LEASE,
    )


def _keep(job: ImportJob, changes: Sequence[Change]) -> None:
    """Rows to show: refused ones with their cells, what else somebody should know, a dry run's."""
    kept: list[ImportRow] = []
    for change in changes:
        bad = change.outcome == Outcome.REFUSED
        if bad:
            room = job.refused_count + len(kept) < KEPT_REFUSED
        else:
            room = (job.dry_run or bool(change.notes)) and job.rows_done + len(kept) < KEPT_SHOWN
        if room:
            kept += [_kept_row(job, change, row, bad=bad) for row in change.rows]
    insert_rows(kept)


def _kept_row(job: ImportJob, change: Change, row: Cells, *, bad: bool) -> ImportRow:
    problems: list[dict[str, Any]] = [
        {"field": p.field, "column": row.columns.header_of(p.field), "detail": p.sentence}
        for p in row.problems
    ]
    notes = [{"field": "", "column": "", "detail": note} for note in change.notes]
    return ImportRow(
        job=job,
        row=row.row,
        outcome=change.outcome,
        label=change.label[:200],
        changes={} if bad else change.changes,
        problems=problems if bad else notes,
        cells=list(row.cells) if bad else [],
    )


def _settle(job: ImportJob, status: ImportStatus, error: str) -> None:
    ImportJob.objects.filter(pk=job.pk).update(
        status=status, last_error=error[:500], next_attempt_at=None, finished_at=timezone.now()
    )
    if status == ImportStatus.FINISHED:
        ImportJob.objects.filter(pk=job.pk).update(row_count=F("rows_done"))
    job.refresh_from_db()
