"""A real desk (web and worker on the test's database) and a real Chromium before it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from django.db import connections

from customers.models import User
from tests.factories import PASSWORD, UserFactory
from tests.server import WEB, WORKER, running_desk

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


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without one these tests are skipped, but fail in CI."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        missing("Chromium", "apt-get install chromium")
    try:
        import playwright.sync_api  # noqa: F401
    except ModuleNotFoundError:
        missing("Playwright", "pip install -r requirements-dev.txt")
    return str(found)


def missing(what: str, command: str) -> None:
    sentence = f"BROWSER TESTS NOT RUN: {what} is missing ({command})"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def desk(transactional_db, units, tmp_path) -> Iterator[str]:
    """The address of a running desk whose worker reads what is posted to its webhook."""
    with running_desk(WEB, WORKER, log=tmp_path / "desk.log") as address:
        yield address


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
    """A function that opens a window of a width, signed in as the seller or somebody else."""

    def open_window(width: int = 1280, height: int = 800, *, who: User = seller):
        context = browser.new_context(
            base_url=desk, viewport={"width": width, "height": height}, locale="en-IN"
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/admin/")
        page.fill("[name=username]", who.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{desk}/admin/")
        return page

    return open_window
