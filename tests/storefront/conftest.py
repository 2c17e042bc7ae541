"""Node with the pinned packages, and a shop with one kurta and two people who can sign in."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from customers.models import User
from orders.models import Product
from tests.factories import ProductFactory, UserFactory

HERE = Path(__file__).resolve().parent
PEOPLE = (("farida", "buyer"), ("ravi", "seller"))


def npm(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["npm", *arguments], cwd=HERE, capture_output=True, text=True, check=False, timeout=300
    )


def missing(what: str) -> None:
    sentence = f"STOREFRONT TESTS NOT RUN: {what}"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def node() -> str:
    """Node with the pinned packages beside the scripts; without either these tests are skipped."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        missing("Node.js 20 or newer is missing (apt-get install nodejs npm)")
    done = npm("ci", "--no-audit", "--no-fund")
    if done.returncode:
        missing(f"npm ci failed: {done.stderr[-500:]}")
    return str(found)


@pytest.fixture(scope="session")
def built(node) -> Path:
    """The scripts as JavaScript, checked against a client made from the committed schema."""
    for script in ("generate", "build"):
        done = npm("run", "--silent", script)
        assert done.returncode == 0, done.stdout + done.stderr
    return HERE / "generated" / "built"


@pytest.fixture
def kurta(units) -> Product:
    return ProductFactory(name="Chikan kurta", unit_price="450.00", stock=10)


@pytest.fixture
def people(units, settings) -> list[User]:
    """A buyer and a seller whom the running desk can sign in: its own hasher knows them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    return [UserFactory(username=name, role=role) for name, role in PEOPLE]
