from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

PRODUCTS = [
    {"sku": "LMP-BR", "name": "Brass Lamp", "aliases": ["pital diya"], "unit": "pc"},
    {"sku": "RIC-1", "name": "Puffed Rice (per kg)", "aliases": ["murmura"], "unit": "kg"},
]


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(PRODUCTS), encoding="utf-8")
    return path


def run(monkeypatch: pytest.MonkeyPatch, lines: str, **options: Any) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    out = io.StringIO()
    call_command("read_messages", stdout=out, stderr=io.StringIO(), **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_messages_become_predictions(monkeypatch: pytest.MonkeyPatch, catalog: Path) -> None:
    lines = '{"id": "a", "text": "murmura 2.5 kg"}\n\n{"id": "b", "text": "ok"}\n'
    first, second = run(monkeypatch, lines, catalog=catalog)
    assert first.pop("confidence") > 0.5
    assert first == {
        "id": "a",
        "intent": "order",
        "entries": [
            {
                "item_name": "Puffed Rice (per kg)",
                "sku": "RIC-1",
                "quantity": 2.5,
                "weight_g": None,
                "size": None,
                "color": None,
                "client_name": None,
            }
        ],
    }
    assert (second["intent"], second["entries"]) == ("other", [])


def test_known_customers_are_read_from_a_file(
    monkeypatch: pytest.MonkeyPatch, catalog: Path, tmp_path: Path
) -> None:
    customers = tmp_path / "customers.json"
    customers.write_text('[{"id": 4, "name": "Asha Vora", "aliases": ["Asha"]}]', encoding="utf-8")
    lines = '{"id": "a", "text": "Asha\\npital diya 2"}'
    (found,) = run(monkeypatch, lines, catalog=catalog, customers=customers)
    assert found["entries"][0]["client_name"] == "Asha"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{oops", "line 1: not JSON"),
        ("[1]", "line 1: an object with id and text is needed"),
        ('{"id": 1}', "line 1: text is missing"),
    ],
)
def test_a_bad_line_is_named(
    monkeypatch: pytest.MonkeyPatch, catalog: Path, line: str, message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        run(monkeypatch, line, catalog=catalog)


@pytest.mark.parametrize("content", ["not json", '{"sku": 1}', '[{"name": "no sku"}]'])
def test_a_bad_catalogue_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.json"):
        run(monkeypatch, "", catalog=path)


def test_a_missing_catalogue_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.json"):
        run(monkeypatch, "", catalog=tmp_path / "none.json")
