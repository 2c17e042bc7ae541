"""Scores and speed of a reader.

    python bench/reading.py CORPUS_FOLDER
    OPENAI_BASE_URL=… OPENAI_API_KEY=… OPENAI_MODEL=… \\
        python bench/reading.py CORPUS_FOLDER --reader openai --messages 50

The folder holds messages.jsonl, catalogs/*.json and score.py. Of the offline reader it prints
the scores, the milliseconds a message, the worst message of bad input, and the milliseconds
a message with 100,000 products. Of the OpenAI reader, asked at any server that speaks its
protocol, the scores, the milliseconds a message, what could not be read, the tokens and
their price.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from customers.matching.clients import KnownClients
from drafts.matching import ProductIndex
from drafts.reading.catalogue_files import load_clients, load_products
from drafts.reading.offline import OfflineReader
from drafts.reading.openai_calls import together
from drafts.reading.types import CatalogueProduct, Intent, Reader, Reading, ReadingError

MANY = 100_000
BAD_INPUT = {
    "60,000 characters": "2 kada 2.6 " * 5_500,
    "2,000 lines": "2 kada 2.6\n" * 2_000,
    "one line of 20,000": "kada 2.6 - 3, " * 1_430,
    "20,000 digits": "1" * 20_000,
    "words without end": "chain" * 4_000,
    "only emoji": "🙏" * 5_000,
    "brackets": "((((" * 3_000,
}


def main() -> None:
    asked = _asked()
    corpus: Path = asked.corpus
    catalogues = {p.stem: ProductIndex(load_products(p)) for p in catalogue_files(corpus)}
    clients = KnownClients(load_clients(corpus / "catalogs" / "customers.json"))
    lines = (corpus / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines[: asked.messages]]
    if asked.reader == "openai":
        print_scores(corpus, messages, catalogues, clients, openai_reader())
        return
    print_scores(corpus, messages, catalogues, clients, OfflineReader())
    print_bad_input(next(iter(catalogues.values())), clients)
    print_many_products(corpus, messages, clients)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Scores and speed of a reader.")
    parser.add_argument("corpus", type=Path, help="messages.jsonl, catalogs/*.json, score.py")
    parser.add_argument("--reader", choices=["offline", "openai"], default="offline")
    parser.add_argument("--messages", type=int, help="only the first so many")
    return parser.parse_args()


def openai_reader() -> Reader:
    """The reader of OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL, waiting where it must."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from drafts.reading.openai_reader import OpenAIReader

    return OpenAIReader.from_settings(max_retries=4)


def catalogue_files(corpus: Path) -> list[Path]:
    return [p for p in sorted((corpus / "catalogs").glob("*.json")) if p.stem != "customers"]


def read_timed(
    texts: list[tuple[str, ProductIndex]], clients: KnownClients, reader: Reader
) -> tuple[list[Reading], list[float]]:
    """The readings and the milliseconds each took; what can't be read is read as nothing."""
    readings, times = [], []
    for text, catalogue in texts:
        start = time.perf_counter()
        try:
            reading = reader.read(text, catalogue=catalogue, clients=clients)
        except ReadingError as error:
            reading = Reading(Intent.OTHER, [], 0.0, "", "", warnings=[str(error)])
        readings.append(reading)
        times.append((time.perf_counter() - start) * 1000)
    return readings, times


def print_scores(
    corpus: Path,
    messages: list[dict[str, Any]],
    catalogues: dict[str, ProductIndex],
    clients: KnownClients,
    reader: Reader,
) -> None:
    texts = [(m["text"], catalogues[m["catalog"]]) for m in messages]
    readings, times = read_timed(texts, clients, reader)
    print(f"{'reader':35} {reader.name} {reader.version}")
    truth = {m["id"]: m for m in messages}
    predictions = {m["id"]: prediction(m["id"], r) for m, r in zip(messages, readings, strict=True)}
    scores = scorer(corpus).score(truth, predictions)
    for name in ("messages", "intent_accuracy", "message_exact", "false_orders_per_100_non_orders"):
        print(f"{name:35} {scores[name]}")
    for name in ("order_or_not", "strict", "loose"):
        print(f"{name + ' f1':35} {scores[name]['f1']}")
    print(
        f"{'at 80 % kept, strict precision':35} {scores['at_80_percent_kept']['strict_precision']}"
    )
    print(f"{'ms a message: median, p95, worst':35} {spread(times)}")
    if reader.name != "offline":
        print_asked(readings)


def print_asked(readings: list[Reading]) -> None:
    """What a model could not read, which model it was, and what it took."""
    unread = [reading for reading in readings if not reading.reader]
    print(f"{'could not be read':35} {len(unread)}")
    for reason, count in Counter(reading.warnings[0] for reading in unread).most_common():
        print(f"{'':35} {count} × {reason}")
    usage: dict[str, Any] = {}
    for reading in readings:
        usage = together(usage, reading.usage)
    models = sorted({reading.model for reading in readings if reading.model})
    print(f"{'model':35} {', '.join(models) or '—'}")
    for name in ("prompt_tokens", "completion_tokens"):
        print(f"{name:35} {usage.get(name, 0)}")
    cost = usage.get("cost_usd")
    print(f"{'US dollars':35} {'unknown (prices.toml)' if cost is None else cost}")


def scorer(corpus: Path) -> Any:
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{corpus}/score.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prediction(message_id: str, reading: Reading) -> dict[str, Any]:
    """In the corpus' prediction format."""
    names = ("item_name", "sku", "size", "color", "client_name", "quantity", "weight_g")
    return {
        "id": message_id,
        "intent": reading.intent.value,
        "confidence": reading.confidence,
        "entries": [{name: getattr(e, name) for name in names} for e in reading.entries],
    }


def spread(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return f"{statistics.median(times):.1f}, {p95:.1f}, {max(times):.1f}"


def print_bad_input(catalogue: ProductIndex, clients: KnownClients) -> None:
    for name, text in BAD_INPUT.items():
        _, times = read_timed([(text, catalogue)], clients, OfflineReader())
        print(f"{'ms for ' + name:35} {times[0]:.0f}")


def print_many_products(
    corpus: Path, messages: list[dict[str, Any]], clients: KnownClients
) -> None:
    start = time.perf_counter()
    index = ProductIndex(many_products(corpus))
    print(f"{'seconds to index 100,000 products':35} {time.perf_counter() - start:.1f}")
    # The index stays for the life of a process; without this, collections walk all of it.
    gc.freeze()
    texts = [(m["text"], index) for m in messages]
    _, times = read_timed(texts, clients, OfflineReader())
    print(f"{'ms with 100,000: median, p95, worst':35} {spread(times)}")


def many_products(corpus: Path) -> list[CatalogueProduct]:
    """The corpus' products plus variants of their names with invented brand words."""
    own = [p for path in catalogue_files(corpus) for p in load_products(path)]
    pick = random.Random(7)
    brands = [
        "".join(pick.choices("bdgklmnprstv", k=2) + pick.choices("aeiou", k=2))
        + pick.choice(["lo", "ra", "mex", "tan", "vi", "dor"])
        for _ in range(20_000)
    ]
    made = list(own)
    while len(made) < MANY:
        base = pick.choice(own)
        brand = f"{pick.choice(brands)} {pick.choice(brands)}"
        made.append(
            CatalogueProduct(
                sku=f"{base.sku}-{len(made)}",
                name=f"{brand} {base.name}",
                aliases=(f"{brand} {base.aliases[0]}",) if base.aliases else (),
                unit=base.unit,
                sizes=base.sizes,
                colors=base.colors,
            )
        )
    return made


if __name__ == "__main__":
    main()
