"""Deferring jobs in the transaction of their cause, and finding rows that have none.

A job says only when; the row says what is due (law 1). Never give a job that
is scheduled for later the lock of a chat or sender: procrastinate holds back
every later job of that lock until the scheduled one has run.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

PROCESS_EVENT = "whatsapp.process_event"
SEND_MESSAGE = "whatsapp.send_message"
FETCH_MEDIA = "whatsapp.fetch_media"
WRITE_NOTICE = "whatsapp.write_notice"

Row = TypeVar("Row", bound=Model)


def defer_job(
    task: str, *, lock: str | None = None, at: datetime | None = None, **arguments: Any
) -> None:
    """Queue a task by its name; the job exists when the caller's transaction commits."""
    app.configure_task(task, lock=lock, schedule_at=at).defer(**arguments)


def without_job(rows: QuerySet[Row], *, task: str, argument: str) -> QuerySet[Row]:
    """Those rows whose id is the named argument of no waiting or running job of the task."""
    jobs = ProcrastinateJob.objects.filter(status__in=("todo", "doing"), task_name=task).annotate(
        row=KeyTextTransform(argument, "args")
    )
    return rows.exclude(Exists(jobs.filter(row=Cast(OuterRef("pk"), TextField()))))
