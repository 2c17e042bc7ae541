"""Jobs of workers that died are put back into the queue."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException, UniqueViolation

# procrastinate's worker sends a heartbeat every 10 seconds.
DEAD_AFTER = timedelta(seconds=30)


def requeue_stalled_jobs() -> int:
    """Queue again what a dead worker was at, so that its lock is free too; how many.

    Every task of ours may run twice: its row decides whether there is anything to do.
    """
    dead = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=Now() - DEAD_AFTER)
    stalled = ProcrastinateJob.objects.filter(dead, status="doing")
    return sum(_requeue(job) for job in stalled.order_by("pk").values_list("pk", flat=True))


def _requeue(job: int) -> bool:
    """False where somebody else was quicker, or the same waits in the queue already."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job, retry_at=timezone.now())
    except UniqueViolation:
        _end(job)
        return False
    except ConnectorException:
        return False
    return True


def _end(job: int) -> None:
    connector = app.connector.get_sync_connector()
    connector.execute_query(
        sql.queries["finish_job"], job_id=job, status="failed", delete_job=False
    )
