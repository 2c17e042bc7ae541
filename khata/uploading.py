"""Taking a picture or PDF of ledger pages in: checked, kept as it came, queued to be read."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from customers.due import GRACE
from customers.models import User
from khata.file_types import content_type_of, suffix_of
from khata.jobs import defer_reading
from khata.models import KhataUpload, UploadStatus
from khata.reading.loading import MAX_BYTES, count_pages
from khata.reading.types import Pipeline


@dataclass(frozen=True)
class Received:
    """The upload; ``duplicate`` when the same file had come before, whose upload this is."""

    upload: KhataUpload
    duplicate: bool


def receive_file(file: IO[bytes], *, name: str, pipeline: Pipeline, by: User | None) -> Received:
    """Keep the file and queue its reading; the same bytes again answer the first upload.

    One that could not be read is queued once more then. Its content alone says what the
    file is. Raises UnreadableFile; nothing is kept then.
    """
    data = file.read(MAX_BYTES + 1)
    pages = count_pages(data)
    digest = hashlib.sha256(data).hexdigest()
    known = KhataUpload.objects.filter(sha256=digest, pipeline=pipeline).first()
    if known is not None:
        return Received(read_again(known), duplicate=True)
    content_type = content_type_of(data)
    stored = default_storage.save(_unguessable(suffix_of(content_type)), ContentFile(data))
    new = KhataUpload(
        pipeline=pipeline,
        file=stored,
        file_name=_clean(name),
        content_type=content_type,
        byte_count=len(data),
        sha256=digest,
        page_count=pages,
        uploaded_by=by,
        next_attempt_at=timezone.now() + GRACE,
    )
    return _insert(new)


@transaction.atomic
def read_again(upload: KhataUpload) -> KhataUpload:
    """Queue one that could not be read once more; any other stays as it is."""
    failed = KhataUpload.objects.filter(pk=upload.pk, status=UploadStatus.FAILED)
    if failed.update(
        status=UploadStatus.QUEUED,
        attempt_count=0,
        pages_done=0,
        next_attempt_at=timezone.now() + GRACE,
        last_error="",
    ):
        defer_reading(upload)
    upload.refresh_from_db()
    return upload


def image_name() -> str:
    """A stored name nobody can guess, for the picture of a page."""
    return _unguessable("jpg")


def _insert(new: KhataUpload) -> Received:
    """The one of two at once that loses the race takes its file away and finds the other."""
    with transaction.atomic():
        KhataUpload.objects.bulk_create([new], ignore_conflicts=True)
        row = KhataUpload.objects.get(sha256=new.sha256, pipeline=new.pipeline)
        mine = row.file.name == new.file.name
        if mine:
            defer_reading(row)
    if not mine:
        default_storage.delete(new.file.name or "")
    return Received(row, duplicate=not mine)


def _unguessable(suffix: str) -> str:
    return f"khata/{secrets.token_urlsafe(24)}.{suffix}"


def _clean(name: str) -> str:
    """The file's own name as a label: one line, no path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200]
