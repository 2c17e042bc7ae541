"""bench/reading.py against a server of this machine that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.openai import answer_of, running_fake

ROOT = Path(__file__).resolve().parents[2]
# Counts the predictions that name the sku; the corpus brings its own score.py.
SCORER = """
def score(truth, predictions):
    right = sum(
        [e["sku"] for e in predictions[k]["entries"]] == [truth[k]["sku"]] for k in truth
    )
    return {
        "messages": len(truth), "intent_accuracy": right, "message_exact": right,
        "false_orders_per_100_non_orders": 0, "order_or_not": {"f1": 1}, "strict": {"f1": 1},
        "loose": {"f1": 1}, "at_80_percent_kept": {"strict_precision": 1},
    }
"""


@pytest.fixture
def corpus(tmp_path) -> Path:
    (tmp_path / "catalogs").mkdir()
    products = [{"sku": "LMP", "name": "Brass lamp", "price": 120, "unit": "pc"}]
    (tmp_path / "catalogs" / "shop.json").write_text(json.dumps(products))
    (tmp_path / "catalogs" / "customers.json").write_text("[]")
    (tmp_path / "score.py").write_text(SCORER)
    rows = [{"id": f"m{n}", "catalog": "shop", "text": f"{n} brass lamp", "sku": "LMP"}
            for n in (2, 3, 4)]  # fmt: skip
    (tmp_path / "messages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def bench(corpus: Path, url: str, *more: str) -> dict[str, str]:
    """What it prints, by the words at the start of each line."""
    env = {**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-x", "OPENAI_MODEL": "m-1"}
    command = [sys.executable, "bench/reading.py", str(corpus), "--reader", "openai", *more]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    lines = [(line[:35].strip(), line[36:].strip()) for line in done.stdout.splitlines()]
    return dict(lines)


def test_scores_times_tokens_and_price_of_any_server_are_printed(corpus):
    with running_fake() as (fake, url):
        lamp = {"words": "brass lamp", "sku": "LMP", "quantity": 2}
        fake.says(answer_of(lamp))
        shown = bench(corpus, url, "--messages", "2")
        assert len(fake.requests) == 2
    assert shown["reader"].startswith("openai ")
    assert (shown["messages"], shown["could not be read"]) == ("2", "0")
    assert (shown["prompt_tokens"], shown["completion_tokens"]) == ("824", "74")
    assert shown["model"] == "fake-mini-2026-11"
    assert shown["US dollars"] == "unknown (prices.toml)"
    assert len(shown["ms a message: median, p95, worst"].split(", ")) == 3


def test_what_the_server_refuses_is_counted_with_its_reason(corpus):
    with running_fake() as (fake, url):
        fake.fails(401, "invalid_api_key")
        shown = bench(corpus, url)
    assert (shown["messages"], shown["could not be read"]) == ("3", "3")
    assert shown[""] == "3 × The model's server answered 401."
