"""The kinds of files that the desk imports, each with its importer, and running them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from customers.importing import CustomerImporter
from customers.imports.importer import Importer
from customers.imports.jobs import RUN_IMPORT, defer_import
from customers.imports.models import ImportJob, ImportKind, ImportStatus
from customers.imports.running import due_jobs, run_queued
from khata.backfilling import backfill_ledger
from orders.imports.orders import OrderImporter
from orders.imports.products import ProductImporter
from whatsapp.queueing import without_job

BATCH = 1_000
_IMPORTERS: dict[str, type[Importer]] = {
    ImportKind.CUSTOMERS: CustomerImporter,
    ImportKind.PRODUCTS: ProductImporter,
    ImportKind.ORDERS: OrderImporter,
}


def importer_of(kind: str) -> Importer:
    """A fresh importer of a kind of file."""
    return _IMPORTERS[kind]()


def run_import(job_id: int) -> None:
    """Run an uploaded file's job from its checkpoint on, and what its end asks for."""
    if (job := run_queued(job_id, importer_of)) is not None:
        finish(job)


def finish(job: ImportJob) -> None:
    """Post imported orders, where their file was to go into the ledger; again does nothing."""
    if job.to_ledger and not job.dry_run and job.status == ImportStatus.FINISHED:
        backfill_ledger()


def sweep_imports(now: datetime) -> dict[str, int]:
    """Queue a job for each import that is due and has none; answers how many."""
    waiting = ImportJob.objects.filter(due_jobs(now)).exclude(file="")
    lost = without_job(waiting, task=RUN_IMPORT, argument="job_id")
    with transaction.atomic():
        jobs = list(lost.order_by("pk")[:BATCH])
        for job in jobs:
            defer_import(job)
    return {"imports_requeued": len(jobs)}
