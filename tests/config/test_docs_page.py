"""/api/docs, whose scripts the desk serves itself."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_page_of_the_api_asks_no_other_host_for_its_scripts() -> None:
    page = Client().get("/api/docs").content.decode()
    asked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert any(address.endswith(".js") for address in asked)
    for address in asked:
        assert finders.find(address.removeprefix("/static/")), address
