"""A media folder of the test's own, nobody who waits, and a page that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from khata import waiting
from khata.models import KhataUpload
from tests.factories import CustomerFactory, KhataPageFactory, KhataRowFactory
from tests.khata.readings import ScriptedReader, page, row


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)


@pytest.fixture
def reader(monkeypatch) -> ScriptedReader:
    """What the worker reads with instead of the real one."""
    scripted = ScriptedReader([page(row())])
    monkeypatch.setattr("khata.recording.read_file", scripted)
    return scripted


@pytest.fixture
def nasreen(units):
    return CustomerFactory(name="Nasreen Boutique")


@pytest.fixture
def rows(nasreen):
    """Two lines of a page that is to be reviewed: a debt and a payment."""
    page = KhataPageFactory()
    debt = KhataRowFactory(page=page, position=1, customer=nasreen)
    paid = KhataRowFactory(
        page=page, position=2, customer=nasreen, debit=None, credit="300.00", particulars="Cash"
    )
    return [debt, paid]


@pytest.fixture
def reviewed(rows) -> KhataUpload:
    return rows[0].page.upload
