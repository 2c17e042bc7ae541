"""A job that a task defers shares the task's transaction, in a worker as in a web process."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

ran: list[str] = []


@pytest.fixture
def tasks(monkeypatch):
    """Two tasks that exist for these tests only."""
    ran.clear()
    # The worker's threads close their connections after each task, so that none stays open.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)

    @app.task(name="tests.child")
    def child(seen: str) -> None:
        ran.append(seen)

    @app.task(name="tests.parent")
    def parent(fail: bool) -> None:
        with transaction.atomic():
            app.configure_task("tests.child").defer(seen="child")
            ran.append("parent")
            if fail:
                raise LookupError("roll back")

    yield
    del app.tasks["tests.child"], app.tasks["tests.parent"]


def work_off() -> dict[str, str]:
    """One worker until nothing is left; what became of each task."""
    call_command("procrastinate", "worker", "--one-shot", "--delete-jobs", "never", "-c", "1")
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="tests.")
    return dict(jobs.values_list("task_name", "status"))


@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_task_leaves_no_job(tasks):
    app.configure_task("tests.parent").defer(fail=True)
    assert work_off() == {"tests.parent": "failed"}
    assert ran == ["parent"]


@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True)
def test_a_committed_tasks_job_runs_after_it(tasks):
    app.configure_task("tests.parent").defer(fail=False)
    assert work_off() == {"tests.parent": "succeeded", "tests.child": "succeeded"}
    assert ran == ["parent", "child"]
