"""The sweep puts a dead worker's jobs back into the queue, and only those."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

pytestmark = pytest.mark.django_db


def sweep(capsys) -> int:
    call_command("sweep")
    return json.loads(capsys.readouterr().out)["jobs_requeued"]


def sql(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0] if cursor.description else None


def worker(*, silent_for: int) -> int:
    return sql(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - %s * interval '1 second') RETURNING id",
        silent_for,
    )


def job_at(worker_id: int | None, *, queueing_lock: str | None = None) -> int:
    """A job that the worker is at, holding its chat's lock."""
    task = app.configure_task("config.tidy", lock="chat-7", queueing_lock=queueing_lock)
    job = task.defer(timestamp=0)
    sql(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
        worker_id,
        job,
    )
    return job


def states() -> dict[int, str]:
    return dict(ProcrastinateJob.objects.values_list("pk", "status"))


def test_a_dead_workers_job_waits_again_and_its_lock_is_free(capsys):
    job = job_at(worker(silent_for=31))
    assert sweep(capsys) == 1
    assert states() == {job: "todo"}
    assert sweep(capsys) == 0


def test_a_job_of_a_worker_that_is_gone_altogether_waits_again(capsys):
    job = job_at(None)
    assert sweep(capsys) == 1
    assert states() == {job: "todo"}


def test_a_living_workers_job_is_left_alone(capsys):
    job = job_at(worker(silent_for=5))
    assert sweep(capsys) == 0
    assert states() == {job: "doing"}


def test_a_dead_workers_job_that_waits_a_second_time_already_is_ended(capsys):
    dead = job_at(worker(silent_for=60), queueing_lock="tidy")
    waiting = app.configure_task("config.tidy", lock="chat-7", queueing_lock="tidy").defer(
        timestamp=0
    )
    assert sweep(capsys) == 0
    assert states() == {dead: "failed", waiting: "todo"}
