"""Three known people (owner, clerk, buyer), their API clients, and throttles that start empty."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from customers.manner import Manner, remember
from customers.models import User
from tests.clock import Clock
from tests.factories import UnitFactory, UserFactory
from tests.jobs import lose_jobs

LEDGER_TABLES = ("khata_ledgertransaction", "khata_ledgerline", "khata_periodclosing")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are flushed afterwards, which the ledger would refuse (tests/khata)."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in LEDGER_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_not_emptied")


@pytest.fixture(autouse=True)
def _settings_of_tests(settings):
    # bcrypt-like work would only slow every login of the suite down.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.DRAFT_QUIET_SECONDS = 0
    settings.GUPSHUP_SECONDS_PER_CUSTOMER = 0
    remember(Manner(), seconds=3600)  # or the count of queries would hang on who asked last
    cache.clear()


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def _no_jobs_left_over(request):
    """Flushing after a racing test leaves procrastinate's tables alone, so its jobs go here."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    lose_jobs()


@pytest.fixture
def units(db):
    """The units of the first migration, also where a racing test flushed them."""
    return {code: UnitFactory(code=code) for code in ("pc", "pair", "kg", "g", "m")}


@pytest.fixture
def admin_user(units) -> User:
    return UserFactory(username="meera", role="admin")


@pytest.fixture
def seller_user(units) -> User:
    return UserFactory(username="ravi", role="seller")


@pytest.fixture
def buyer_user(units) -> User:
    return UserFactory(username="farida", role="buyer")


def client_of(user: User | None) -> APIClient:
    """An API client signed in as the user, or nobody's."""
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    return client


@pytest.fixture
def admin_api(admin_user) -> APIClient:
    return client_of(admin_user)


@pytest.fixture
def seller_api(seller_user) -> APIClient:
    return client_of(seller_user)


@pytest.fixture
def buyer_api(buyer_user) -> APIClient:
    return client_of(buyer_user)


@pytest.fixture
def guest_api(db) -> APIClient:
    return client_of(None)


def desk_of(user: User) -> Client:
    """A browser signed in to the admin."""
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def admin_desk(admin_user) -> Client:
    return desk_of(admin_user)


@pytest.fixture
def seller_desk(seller_user) -> Client:
    return desk_of(seller_user)


@pytest.fixture
def buyer_desk(buyer_user) -> Client:
    return desk_of(buyer_user)
