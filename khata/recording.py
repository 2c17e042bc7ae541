"""Reading an upload: claimed, read outside of any transaction, its rows written down once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from khata.errors import ReaderUnavailable, UnreadableFile
from khata.jobs import defer_reading
from khata.matching import Matcher
from khata.models import KhataPage, KhataRow, KhataUpload, UploadStatus
from khata.reading import read_file
from khata.reading.types import PageReading, Pipeline, Progress
from khata.rows import one_line, row_of
from khata.uploading import image_name

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
# A page takes seconds; each one that is done renews the lease.
LEASE = timedelta(minutes=3)
BACKOFF = (timedelta(seconds=30), timedelta(minutes=5))
BROKEN_OFF = "Reading it was broken off too often."


class _ClaimLost(Exception):
    """Another worker took the upload up; this one's reading is of no more use."""


class Reader(Protocol):
    """What khata.reading.read_file is, and what may stand in for it."""

    def __call__(
        self, data: bytes, *, pipeline: Pipeline, progress: Progress
    ) -> Sequence[PageReading]: ...


def read_upload(upload_id: int, *, read: Reader | None = None) -> None:
    """Read an upload that is due into pages and rows; with ``read`` instead of the reader.

    1. Claim the row by a conditional update and commit; the count of attempts is the
       claim's mark, ``next_attempt_at`` the lease after which another may take it up.
    2. Read it, with no transaction open; each page done shows and renews the lease.
    3. In one transaction write pages and rows, only while the claim still holds; a
       reading that failed for now is due again.

    Running it again, or twice at once, changes nothing more.
    """
    upload = _claim(upload_id, now=timezone.now())
    if upload is None:
        return
    if upload.attempt_count > MAX_ATTEMPTS:
        # Each attempt killed its worker before it could say why.
        _fail(upload, BROKEN_OFF)
        return
    try:
        _keep(upload, _read(upload, read or read_file))
    except _ClaimLost:
        logger.warning("khata upload %s: another worker reads it", upload_id)
    except UnreadableFile as error:
        _fail(upload, str(error))
    except ReaderUnavailable as error:
        _put_off(upload, str(error))
    except Exception as error:
        # A reader's bug must not lose the page. Its text may quote what stands there.
        logger.error("khata upload %s: the reader broke: %s", upload_id, type(error).__name__)
        _put_off(upload, f"The reader broke ({type(error).__name__}).")


def due_uploads(now: datetime) -> Q:
    """Which uploads wait to be read, or were left by a worker that died."""
    return Q(
        status__in=(UploadStatus.QUEUED, UploadStatus.READING),
        next_attempt_at__lte=now,
    )


def _claim(upload_id: int, *, now: datetime) -> KhataUpload | None:
    free = Q(status=UploadStatus.QUEUED) | due_uploads(now)
    # Durable: inside a caller's transaction the claim would be seen by nobody while we read.
    with transaction.atomic(durable=True):
        claimed = KhataUpload.objects.filter(free, pk=upload_id).update(
            status=UploadStatus.READING,
            pages_done=0,
            next_attempt_at=now + LEASE,
            attempt_count=F("attempt_count") + 1,
        )
    return KhataUpload.objects.get(pk=upload_id) if claimed else None


def _read(upload: KhataUpload, read: Reader) -> Sequence[PageReading]:
    with upload.file.open() as file:
        data = file.read()
    pipeline = cast(Pipeline, upload.pipeline)
    return read(data, pipeline=pipeline, progress=partial(_progress, upload))


def _progress(upload: KhataUpload, done: int, count: int) -> None:
    lease = timezone.now() + LEASE
    if not _mine(upload).update(pages_done=done, page_count=count, next_attempt_at=lease):
        raise _ClaimLost


def _mine(upload: KhataUpload) -> QuerySet[KhataUpload]:
    """The row while our claim holds."""
    return KhataUpload.objects.filter(
        pk=upload.pk, status=UploadStatus.READING, attempt_count=upload.attempt_count
    )


# What came of it -------------------------------------------------------------------------


def _keep(upload: KhataUpload, readings: Sequence[PageReading]) -> None:
    """Store the pictures, then write pages and rows; a lost claim takes the pictures back."""
    stored: list[str] = []
    try:
        for reading in readings:
            stored.append(default_storage.save(image_name(), ContentFile(reading.image)))
        _write(upload, readings, stored)
    except Exception:
        for name in stored:
            default_storage.delete(name)
        raise


@transaction.atomic
def _write(upload: KhataUpload, readings: Sequence[PageReading], images: Sequence[str]) -> None:
    now = timezone.now()
    settled = _mine(upload).update(
        status=UploadStatus.READ,
        pages_done=len(readings),
        page_count=len(readings),
        next_attempt_at=None,
        last_error="",
        read_at=now,
    )
    if not settled:
        raise _ClaimLost
    matcher = Matcher()
    for reading, image in zip(readings, images, strict=True):
        page = KhataPage.objects.create(
            upload=upload,
            number=reading.page,
            image=image,
            width=reading.width,
            height=reading.height,
            layout=reading.layout or "",
            party=one_line(reading.party or "", 200),
            date=reading.date,
            warnings=[one_line(text, 200) for text in reading.warnings],
        )
        rows = (*reading.entries, *reading.non_entries)
        KhataRow.objects.bulk_create(
            row_of(row, page=page, matcher=matcher) for row in sorted(rows, key=lambda row: row.row)
        )


def _put_off(upload: KhataUpload, reason: str) -> None:
    if upload.attempt_count >= MAX_ATTEMPTS:
        _fail(upload, reason)
        return
    again = timezone.now() + BACKOFF[upload.attempt_count - 1]
    queued = {"status": UploadStatus.QUEUED, "next_attempt_at": again, "last_error": reason}
    with transaction.atomic():
        if _mine(upload).update(**queued):
            defer_reading(upload, at=again)


def _fail(upload: KhataUpload, reason: str) -> None:
    _mine(upload).update(
        status=UploadStatus.FAILED,
        next_attempt_at=None,
        last_error=reason,
        read_at=timezone.now(),
    )
