"""No log line holds a query string or the webhook's secret."""

import io
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from gunicorn.config import Config

from config.gunicorn import SafeLogger, access_log_format
from config.logs import MaskingFormatter

SECRET = "guava-lantern-9"
HOOK = "/gupshup_incoming_webhook"


@pytest.fixture
def log():
    """What gunicorn writes about one request."""
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", access_log_format)
    logger = SafeLogger(config)
    logger.access_log.handlers = [logging.StreamHandler(stream := io.StringIO())]

    def write(path, query=""):
        environ = {
            "REQUEST_METHOD": "POST",
            "RAW_URI": f"{path}?{query}",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "10.0.0.7",
            "HTTP_REFERER": f"https://desk.example.in/?token={SECRET}",
        }
        answer = SimpleNamespace(status="200 OK", sent=0, headers=[])
        request = SimpleNamespace(headers=[("X-WEBHOOK-SECRET", SECRET)])
        logger.access(answer, request, environ, timedelta(milliseconds=3))
        return stream.getvalue()

    yield write
    logger.access_log.handlers = []
    logger.error_log.handlers = []


def test_the_access_line_says_who_what_and_how_long(log):
    assert log("/api/orders") == '10.0.0.7 "POST /api/orders" 200 0 3ms\n'


def test_the_access_line_drops_the_query(log):
    assert log("/api/orders", f"secret={SECRET}") == '10.0.0.7 "POST /api/orders" 200 0 3ms\n'


@pytest.mark.parametrize("path", [f"{HOOK}/{SECRET}", f"{HOOK}//{SECRET}/", f"{HOOK}/a {SECRET}"])
def test_the_access_line_masks_the_secret_in_the_path(log, path):
    assert SECRET not in log(path)
    assert f"{HOOK}/" in log(path)


def test_a_line_can_not_be_forged(log):
    assert log('/x\n10.0.0.8 "GET /admin').count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        f"Not Found: {HOOK}/{SECRET}",
        f"Error handling request {HOOK}?secret={SECRET}",
        f"GET https://api.example.in/v1/x?token={SECRET}&a=b failed",
    ],
)
def test_every_logged_line_is_masked(line):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, line, (), None)
    assert SECRET not in MaskingFormatter().format(record)


def test_a_plain_question_stays_readable():
    record = logging.LogRecord("x", logging.INFO, "", 0, "Which one? a=b", (), None)
    assert MaskingFormatter().format(record) == "Which one? a=b"


@pytest.mark.django_db
def test_djangos_own_warning_masks_the_secret():
    handler = logging.StreamHandler(stream := io.StringIO())
    root = [h for h in logging.root.handlers if isinstance(h.formatter, MaskingFormatter)]
    handler.setFormatter(root[0].formatter)
    logging.getLogger("django.request").addHandler(handler)
    Client().get(f"/nowhere{HOOK}/{SECRET}", {"secret": SECRET})
    logging.getLogger("django.request").removeHandler(handler)
    assert "Not Found: /nowhere" in stream.getvalue()
    assert SECRET not in stream.getvalue()
