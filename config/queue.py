"""The queue shares the rules' transactions, in the worker too (PROCRASTINATE_ON_APP_READY).

procrastinate's worker replaces Django's connection by a pool of its own. A job that
a task defers inside a transaction would then be visible, and run, before that
transaction commits, and would stay when it rolls back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate import App
from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class _WorkerConnector(PsycopgConnector):
    """Fetches and finishes jobs over the worker's pool; tasks defer over Django's connection."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class DeskConnector(DjangoConnector):
    def get_worker_connector(self) -> BaseAsyncConnector:
        return _WorkerConnector(kwargs=connector_params(self.alias))


def on_app_ready(app: App) -> None:
    """Give the app our connector before anything is deferred, and jobs the shop's clock."""
    app.connector = app.job_manager.connector = DeskConnector()
    app.worker_defaults["task_middleware"] = [
        *app.worker_defaults.get("task_middleware", []),
        _by_the_shops_clock,
    ]


def _by_the_shops_clock(run: Callable[[], Any], context: Any, worker: Any) -> Any:
    """A task's days begin when the shop's do."""
    from customers.manner import in_shops_zone

    with in_shops_zone():
        return run()
