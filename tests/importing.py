"""Files to import, and the rule called as the commands do."""

from __future__ import annotations

from pathlib import Path

from config.importing import importer_of
from customers.imports.jobs import Wishes, resume_or_start
from customers.imports.models import ImportJob
from customers.imports.reporting import report
from customers.imports.running import run_job


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def bring(kind: str, path: Path | str, text: str = "", *, by=None, **wishes) -> ImportJob:
    """Import a file, or a text as one; the job afterwards."""
    path = Path(path)
    if text:
        path = path / "list.csv"
        path.write_text(text, encoding="utf-8")
    importer = importer_of(kind)
    job = resume_or_start(path, importer, name=path.name, wishes=Wishes(**wishes), by=by)
    return run_job(job, path, importer)


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    """New, changed, unchanged, refused."""
    return job.created_count, job.changed_count, job.unchanged_count, job.refused_count


def problems(job: ImportJob) -> list[tuple[int, str, str]]:
    """Row, field and sentence of what was refused."""
    return [
        (row["row"], problem["field"], problem["detail"])
        for row in report(job)["errors"]
        for problem in row["problems"]
    ]
