"""Settings: what is read is explained, a bad value stops the start, production refuses the demo."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PARCHI_ENV": "production",
    "SECRET_KEY": "kT8-vQ2_mZx4LrB7nWc9Ys1Df6HjGp3Ae5Ut0Ri-oKqMbXvNzCwE",
    "ALLOWED_HOSTS": "desk.example.in",
    "DATABASE_URL": "postgres://desk:secret@db.example.in:5432/parchi",
}


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, with these variables and no others."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_example_explains_exactly_what_is_read():
    settings = (ROOT / "config/settings.py").read_text()
    gunicorn = (ROOT / "config/gunicorn.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    read |= set(re.findall(r"""environ\.get\(["']([A-Z_]+)["']""", gunicorn))
    example = (ROOT / ".env.example").read_text()
    explained = re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)
    assert sorted(explained) == sorted(read)


def test_the_example_shows_the_default_that_counts():
    settings = (ROOT / "config/settings.py").read_text()
    defaults = dict(re.findall(r'env\.rate\("([A-Z_]+)", default="([^"]+)"', settings))
    example = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"^# (THROTTLE_[A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert shown == defaults


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARCHI_ENV", "prod"),
        ("DEBUG", "maybe"),
        ("DRAFT_READER", "gemini"),
        ("DRAFT_QUIET_SECONDS", "abc"),
        ("DRAFT_QUIET_SECONDS", "-1"),
        ("NUM_PROXIES", "1.5"),
        ("THROTTLE_LOGIN_ACCOUNT", "often"),
        ("THROTTLE_REGISTER", "0/hour"),
        ("DATABASE_URL", "mysql://root@localhost/shop"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(name, value):
    result = manage("check", **{name: value})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {name}: " in result.stderr


def test_no_variable_is_needed():
    assert manage("check").returncode == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "demo-only-key-that-production-refuses-to-start-with"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "desk.example.in,*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
    ],
)
def test_production_refuses_what_only_suits_the_demo(change, fault):
    result = manage("check", **{**PRODUCTION, **change})
    assert result.returncode != 0
    assert f"PARCHI_ENV=production: {fault} must" in result.stderr


def test_no_variable_lets_production_fetch_from_its_own_machine():
    shown = "from django.conf import settings; print(settings.MEDIA_LOOPBACK_ALLOWED)"
    wish = {"MEDIA_LOOPBACK_ALLOWED": "true", "DEBUG": "false"}
    assert manage("shell", "-c", shown, **PRODUCTION, **wish).stdout.split()[-1] == "False"
    assert manage("shell", "-c", shown).stdout.split()[-1] == "True"


@pytest.mark.django_db
def test_production_is_clean_for_deployment():
    params = connection.get_connection_params()
    address = f"postgres://postgres@/{params['dbname']}?host={params['host']}&port={params['port']}"
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING", **{**PRODUCTION, "DATABASE_URL": address}
    )
    assert result.returncode == 0, result.stderr


def test_a_secret_may_lie_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text(PRODUCTION["SECRET_KEY"])
    result = manage("check", **{**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(secret)})
    assert result.returncode == 0, result.stderr
