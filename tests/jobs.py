"""Running what the queue holds inside a test, in the order in which a worker would."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def waiting_jobs() -> list[tuple[str, str | None, dict]]:
    """Task name, lock and arguments of every job that waits."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    return [(job.task_name, job.lock, job.args) for job in jobs]


def lose_jobs() -> None:
    """What a crash of the queue would do: every job is gone, the rows stay."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def run_jobs(*, also_later: bool = False) -> int:
    """Run every job that is due, and those they make; ``also_later`` those scheduled too."""
    done = 0
    while (job := _next(also_later)) is not None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        app.tasks[job.task_name](**job.args)
        done += 1
    return done


def _next(also_later: bool) -> ProcrastinateJob | None:
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    if not also_later:
        jobs = jobs.exclude(scheduled_at__gt=timezone.now())
    return jobs.first()
