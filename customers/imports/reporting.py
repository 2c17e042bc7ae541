"""What a job says of itself, and the file of its refused rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from customers.imports.models import ImportJob, ImportRow, Outcome
from customers.sheets.writing import csv_lines

SHOWN_ROWS = 100
# Columns of the error file that reading it again leaves out (headers.toml, ignored).
_ADDED = ("Row", "Error")


def report(job: ImportJob, *, rows: int = SHOWN_ROWS) -> dict[str, Any]:
    """The job with its first refused rows and, of a dry run, what the first rows would do."""
    return {
        "job_id": job.pk,
        "kind": job.kind,
        "status": job.status,
        "dry_run": job.dry_run,
        "file": job.file_name,
        "encoding": job.encoding,
        "columns": job.columns,
        "ignored_columns": job.ignored,
        "total_rows": job.row_count,
        "rows_done": job.rows_done,
        "progress": job.percent,
        "created": job.created_count,
        "changed": job.changed_count,
        "unchanged": job.unchanged_count,
        "refused": job.refused_count,
        "error": job.last_error,
        "errors": [_error(row) for row in _rows(job, Outcome.REFUSED)[:rows]],
        "rows": [_change(row) for row in job.rows.exclude(outcome=Outcome.REFUSED)[:rows]],
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


def _rows(job: ImportJob, outcome: Outcome) -> Any:
    return job.rows.filter(outcome=outcome)


def _error(row: ImportRow) -> dict[str, Any]:
    return {"row": row.row, "label": row.label, "problems": row.problems}


def _change(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "outcome": row.outcome,
        "label": row.label,
        "changes": row.changes,
        "notes": [note["detail"] for note in row.problems],
    }


def error_file(job: ImportJob) -> Iterator[str]:
    """The refused rows as CSV under their own headers, with what is wrong: to correct and bring."""
    yield from csv_lines(_error_rows(job))


def _error_rows(job: ImportJob) -> Iterator[list[Any]]:
    """Ours first: a row that has too many cells keeps them all, and is refused again with them."""
    old = [place for place, name in enumerate(job.headers) if name.strip() in _ADDED]
    yield [*_ADDED, *_without(job.headers, old)]
    for row in _rows(job, Outcome.REFUSED).order_by("row").iterator(chunk_size=1000):
        said = "; ".join(_said(problem) for problem in row.problems)
        yield [row.row, said, *_without(row.cells, old)]


def _without(cells: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [cell for place, cell in enumerate(cells) if place not in places]


def _said(problem: dict[str, Any]) -> str:
    column = problem["column"]
    return problem["detail"] if problem["field"] == "file" else f"{column}: {problem['detail']}"
