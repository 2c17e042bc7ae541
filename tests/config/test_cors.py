"""Which other sites' scripts may call the API: none, unless the environment names them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example.in"


def preflight(api, origin: str):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
    }
    return api.options("/api/orders", headers=asked)


def test_by_default_no_other_site_may_read_an_answer(guest_api):
    for response in (
        preflight(guest_api, SHOP),
        guest_api.get("/api/products", headers={"Origin": SHOP}),
    ):
        assert not [name for name in response.headers if name.startswith("Access-Control")]


def test_a_site_that_is_named_may_and_no_other(guest_api, settings):
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    allowed = preflight(guest_api, SHOP)
    assert (allowed.status_code, allowed["Access-Control-Allow-Origin"]) == (200, SHOP)
    assert "idempotency-key" in allowed["Access-Control-Allow-Headers"]
    assert guest_api.get("/api/products", headers={"Origin": SHOP})[
        "Access-Control-Allow-Origin"
    ] == (SHOP)
    for other in ("https://shop.example.in.evil.example", "http://shop.example.in", "null"):
        assert "Access-Control-Allow-Origin" not in preflight(guest_api, other)


def test_errors_may_be_read_by_the_named_site_too(guest_api, settings):
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    response = guest_api.post("/api/orders", {}, headers={"Origin": SHOP})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (400, SHOP)


def test_the_sites_come_from_the_environment():
    ask = (
        "import json; from config import settings; print(json.dumps(settings.CORS_ALLOWED_ORIGINS))"
    )
    environment = {**os.environ, "CORS_ALLOWED_ORIGINS": f"{SHOP},https://b.example"}
    said = subprocess.run(
        [sys.executable, "-c", ask], env=environment, capture_output=True, check=True
    )
    assert json.loads(said.stdout) == [SHOP, "https://b.example"]
