"""What is due for the khata but has no job: a queue that lost its jobs loses no page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khata.jobs import READ_UPLOAD, defer_reading
from khata.models import KhataUpload
from khata.recording import due_uploads
from whatsapp.queueing import without_job

BATCH = 1_000


def sweep_khata(now: datetime) -> dict[str, int]:
    """Queue a job for each upload that is due and has none; answers how many."""
    due = KhataUpload.objects.filter(due_uploads(now))
    lost = without_job(due, task=READ_UPLOAD, argument="upload_id")
    with transaction.atomic():
        uploads = list(lost.order_by("pk")[:BATCH])
        for upload in uploads:
            defer_reading(upload)
    return {"khata_uploads_requeued": len(uploads)}
