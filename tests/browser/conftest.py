"""A real desk (web and worker on the test's database) and a real Chromium before it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection, connections
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from customers.models import User
from tests.factories import PASSWORD, UserFactory

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
COMMANDS = (
    (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"),
    (sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"),
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without one these tests are skipped, but fail in CI."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        _missing("Chromium", "apt-get install chromium")
    try:
        import playwright.sync_api  # noqa: F401
    except ModuleNotFoundError:
        _missing("Playwright", "pip install -r requirements-dev.txt")
    return str(found)


def _missing(what: str, command: str) -> None:
    sentence = f"BROWSER TESTS NOT RUN: {what} is missing ({command})"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def desk(transactional_db, units, tmp_path) -> Iterator[str]:
    """The address of a running desk whose worker reads what is posted to its webhook."""
    port = _free_port()
    log = tmp_path / "desk.log"
    with log.open("wb") as output:
        processes = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(port),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            for command in COMMANDS
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


@pytest.fixture
def seller(units, settings) -> User:
    """Somebody the running desk can sign in: its own hasher must know the password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    return UserFactory(username="ravi", role="seller")


@pytest.fixture
def browser(desk, chromium, monkeypatch):
    """Chromium, closed before the desk stops."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop running in this thread, in which Django refuses to query.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()
        # What the test queried inside that loop went over a connection of its own.
        connections.close_all()


@pytest.fixture
def signed_in(browser, desk, seller):
    """A function that opens a window of a width, signed in as the seller."""

    def open_window(width: int = 1280, height: int = 800):
        context = browser.new_context(
            base_url=desk, viewport={"width": width, "height": height}, locale="en-IN"
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/admin/")
        page.fill("[name=username]", seller.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{desk}/admin/")
        return page

    return open_window
