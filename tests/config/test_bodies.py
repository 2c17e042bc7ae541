"""A body without a length, as gunicorn hands it on."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.test import Client


def post_in_chunks(path: str, body: bytes):
    return Client().request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": "application/json",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input": BytesIO(body),
            "wsgi.input_terminated": True,
        }
    )


@pytest.mark.django_db
def test_a_body_in_chunks_is_read():
    sent = {"username": "lata", "email": "lata@example.in", "password": "lotus-harbour-77"}
    answer = post_in_chunks("/api/auth/register", json.dumps(sent).encode())
    assert (answer.status_code, answer.json()["username"]) == (201, "lata")


@pytest.mark.django_db
def test_too_large_a_body_in_chunks_is_refused():
    answer = post_in_chunks("/api/auth/register", b'{"username": "%s"}' % (b"x" * 2_000_000))
    assert answer.status_code == 413
