"""The real desk as processes of its own, on the database of the running test."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

ROOT = Path(__file__).resolve().parents[1]
WEB = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
WORKER = (sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2")


@contextmanager
def running_desk(*commands: tuple[str, ...], log: Path, **environment: str) -> Iterator[str]:
    """The address of a desk that runs these commands; its log is printed at the end."""
    port = _free_port()
    # Throttle counts of an earlier test: its desk kept them in the table, and flushing leaves them.
    DatabaseCache("customers_cache", {}).clear()
    with log.open("wb") as output:
        processes = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env={**_environment(port), **environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            for command in commands
        ]
        try:
            _wait_for(f"http://127.0.0.1:{port}/admin/login/")
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            _end_other_sessions()
    print(log.read_text()[-4000:])  # noqa: T201 - shown where the test failed


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _environment(port: int) -> dict[str, str]:
    """This process' environment, pointed at the test's database, with nothing else left open."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUPSHUP_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PARCHI_ENV": "demo",
        "DATABASE_URL": _database_url(),
        "DRAFT_READER": "offline",
        "DRAFT_QUIET_SECONDS": "0",
        "ALLOWED_PHONE_NUMBERS": "*",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }


def _database_url() -> str:
    """The test's database; a folder as host is that of a Unix socket."""
    given: dict[str, Any] = {"password": "", "port": "", **connection.get_connection_params()}
    if str(given["host"]).startswith("/"):
        return f"postgres://{given['user']}@/{given['host']}/{given['dbname']}"
    return "postgres://{user}:{password}@{host}:{port}/{dbname}".format(**given)


def _end_other_sessions() -> None:
    """Wait until the server noticed that the desk is gone: the database is flushed next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _wait_for(url: str) -> None:
    patient = Retry(total=80, backoff_factor=0.1, backoff_max=0.5)
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=patient))
        session.get(url, timeout=30).raise_for_status()
