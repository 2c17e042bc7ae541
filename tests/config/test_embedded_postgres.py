"""The embedded PostgreSQL: started by the first connection, shared, stopped and started again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("embedded")
ROOT = Path(__file__).resolve().parents[2]
SETUP = "import django; django.setup(); from django.db import connection as c; k = c.cursor()\n"


def process(code: str, data: Path, *, tail: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *(tail or ("-c", code))],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PARCHI_DATA": str(data),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(running: subprocess.Popen[str]) -> str:
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert err == ""
    return out.strip()


def ask(sql: str, data: Path) -> str:
    return answer(process(f"{SETUP}k.execute({sql!r}); print(k.fetchone()[0])", data))


def stop(data: Path) -> str:
    return answer(process("", data, tail=("-m", "config.embedded_postgres", "stop")))


@pytest.fixture
def data(tmp_path):
    """A PARCHI_DATA of its own; its server is stopped and its files are gone afterwards."""
    folder = tmp_path / "somewhere else"
    yield folder
    stop(folder)
    shutil.rmtree((folder / "postgres").resolve())


def test_reading_the_settings_starts_nothing(tmp_path):
    answer(process("import django; django.setup()", tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_two_processes_that_start_at_once_share_one_server(data):
    sql = "SELECT pg_postmaster_start_time()::text"
    code = f"{SETUP}k.execute({sql!r}); print(k.fetchone()[0])"
    both = [process(code, data) for _ in range(2)]
    first, second = [answer(one) for one in both]
    assert first == second
    assert first == ask(sql, data)


def test_a_stopped_server_starts_again_with_its_data(data):
    code = f"{SETUP}k.execute('CREATE TABLE shelf AS SELECT 42 AS n'); print('made')"
    assert answer(process(code, data)) == "made"
    assert (stop(data), stop(data)) == ("stopped", "it was not running")
    assert ask("SELECT n FROM shelf", data) == "42"
    assert int(ask("SHOW max_connections", data)) >= 200
