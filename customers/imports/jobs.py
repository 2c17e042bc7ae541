"""Taking a file in, and the queue's job for it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from customers.due import GRACE
from customers.errors import InvalidInput
from customers.imports.importer import Importer
from customers.imports.models import ImportJob, ImportStatus
from customers.sheets.columns import find_columns
from customers.sheets.reading import opened
from customers.sheets.survey import Survey, survey

RUN_IMPORT = "customers.run_import"
# Over HTTP; a larger file is imported by the command, which has no limit.
MAX_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class Wishes:
    """How a file is to be imported; ``mapping`` is field → header."""

    dry_run: bool = False
    keep_existing: bool = False
    to_ledger: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)

    def as_columns(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "keep_existing": self.keep_existing,
            "to_ledger": self.to_ledger,
            "mapping": dict(self.mapping),
        }


def job_for(path: Path, importer: Importer, *, name: str, wishes: Wishes, by: Any) -> ImportJob:
    """An unsaved job for the file, its columns understood; raises InvalidInput."""
    found = survey(path)
    with opened(path, surveyed=found) as sheet:
        columns = find_columns(sheet.headers, importer.kind, mapping=wishes.mapping)
        importer.check(columns)
        count = sheet.row_count
    return ImportJob(
        kind=importer.kind,
        file_name=_clean(name),
        **wishes.as_columns(),
        **_facts(found),
        headers=list(columns.headers),
        columns={name: columns.headers[place] for name, place in columns.places.items()},
        ignored=list(columns.ignored),
        row_count=count,
        requested_by=by,
    )


def _facts(found: Survey) -> dict[str, Any]:
    return {
        "sha256": found.sha256,
        "byte_count": found.size,
        "encoding": found.encoding if found.kind == "csv" else "xlsx",
    }


def resume_or_start(
    path: Path, importer: Importer, *, name: str, wishes: Wishes, by: Any
) -> ImportJob:
    """The job of a run over the same file that broke off, else a new one, for a command."""
    new = job_for(path, importer, name=name, wishes=wishes, by=by)
    unfinished = ImportJob.objects.filter(
        kind=new.kind,
        sha256=new.sha256,
        status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING),
        file="",
        **wishes.as_columns(),
    ).first()
    if unfinished is not None:
        return unfinished
    new.save()
    return new


def receive_file(
    file: IO[bytes], importer: Importer, *, name: str, wishes: Wishes, by: Any, queue: bool = True
) -> ImportJob:
    """Keep an uploaded file and queue its import; raises InvalidInput, and keeps nothing then."""
    with tempfile.NamedTemporaryFile(prefix="import-") as copy:
        _spool(file, copy)
        job = job_for(Path(copy.name), importer, name=name, wishes=wishes, by=by)
        copy.seek(0)
        suffix = "xlsx" if job.encoding == "xlsx" else "csv"
        stored = default_storage.save(f"imports/{secrets.token_urlsafe(24)}.{suffix}", File(copy))
    job.file = stored
    job.next_attempt_at = timezone.now() + GRACE
    with transaction.atomic():
        job.save()
        if queue:
            defer_import(job)
    return job


def start_for_real(looked: ImportJob, *, by: Any) -> ImportJob:
    """Queue the import that a dry run looked at; asked twice, the one that is queued already."""
    with transaction.atomic():
        ImportJob.objects.select_for_update().get(pk=looked.pk)
        same = ImportJob.objects.filter(file=looked.file.name, dry_run=False).first()
        if same is not None:
            return same
        names = ("kind", "keep_existing", "to_ledger", "mapping", "file", "file_name", "sha256")
        facts = ("byte_count", "encoding", "headers", "columns", "ignored", "row_count")
        job = ImportJob.objects.create(
            **{name: getattr(looked, name) for name in (*names, *facts)},
            requested_by=by,
            next_attempt_at=timezone.now() + GRACE,
        )
        defer_import(job)
    return job


def _spool(file: IO[bytes], copy: Any) -> None:
    size = 0
    while block := file.read(1024 * 1024):
        size += len(block)
        if size > MAX_BYTES:
            raise InvalidInput(
                _(
                    "The file is larger than %(limit)s MB. Split it, or import it on the server"
                    " by the command."
                )
                % {"limit": MAX_BYTES >> 20},
                attr="file",
            )
        copy.write(block)
    copy.flush()


def defer_import(job: ImportJob, *, at: datetime | None = None) -> None:
    """Have the worker run it; one import at a time, so that others' jobs find free slots."""
    task = app.configure_task(RUN_IMPORT, lock="import", schedule_at=at, priority=-1 if at else 0)
    task.defer(job_id=job.pk)


@contextmanager
def local_file(job: ImportJob) -> Iterator[Path]:
    """The job's file as a path on this machine, wherever it is stored."""
    with tempfile.NamedTemporaryFile(prefix="import-") as copy, job.file.open("rb") as stored:
        while block := stored.read(1024 * 1024):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def _clean(name: str) -> str:
    """The file's own name as a label: one line, no path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"
