"""What an importer of one kind of file is: it reads rows, and says or does what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet

from customers.imports.models import ImportJob, ImportKind, Outcome
from customers.sheets.cells import Cells, Problem
from customers.sheets.columns import Columns

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Change:
    """What becomes, or would become, of a thing in the file.

    ``rows`` are the rows it stands in: one, or each line of an order. ``changes`` is
    field → [before, after]. ``notes`` are what somebody should know though it is taken.
    """

    rows: Sequence[Cells]
    outcome: Outcome
    label: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def problems_of(self, row: Cells) -> Sequence[Problem]:
        return row.problems


class Importer(Protocol):
    """One kind of file."""

    kind: ImportKind
    # Rows that follow each other with the same cell here are one thing; empty: each row is one.
    group_by: str

    def check(self, columns: Columns) -> None:
        """Raise InvalidInput where the file lacks a column it can't be without."""

    def take(self, rows: Sequence[Cells], *, job: ImportJob) -> Sequence[Change]:
        """Take the rows in order and write what they mean, in the caller's transaction.

        With ``job.dry_run`` nothing is written. Each row is in one change; a refused one's
        ``problems`` say why.
        """


def locked_unless_looking(job: ImportJob, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows that a chunk may change, locked; a dry run must not hold up who works meanwhile."""
    return rows if job.dry_run else rows.select_for_update(of=("self",), no_key=True)


def refused(rows: Sequence[Cells], *, label: str = "") -> Change:
    """All of these rows stay out."""
    return Change(rows, Outcome.REFUSED, label=label[:200])
