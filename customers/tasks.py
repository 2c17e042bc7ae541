"""What the queue runs; each task calls one rule."""

from procrastinate.contrib.django import app

from config import importing
from customers.imports import jobs


@app.task(name=jobs.RUN_IMPORT)
def run_import(job_id: int) -> None:
    importing.run_import(job_id)
