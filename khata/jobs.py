"""The job that reads an upload, deferred in the transaction of its cause."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from khata.models import KhataUpload

READ_UPLOAD = "khata.read_upload"
# Reading takes seconds of both cores: however many pages wait, the other slots of a worker
# stay free for chats.
LANES = 2


def defer_reading(upload: KhataUpload, *, at: datetime | None = None) -> None:
    """Have the worker read it, now or ``at`` a time.

    A job for later gets a lower priority: procrastinate holds back every job of a lock
    while an earlier one of the same priority waits, even for its time.
    """
    lane = f"khata-reading-{upload.pk % LANES}"
    job = app.configure_task(READ_UPLOAD, lock=lane, schedule_at=at, priority=-1 if at else 0)
    job.defer(upload_id=upload.pk)
