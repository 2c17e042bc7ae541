"""Scores and speed of reading ledger pages, beside plain Tesseract on the same pages.

    python bench/khata.py FOLDER [--pages N] [--pipelines v1 v2]

The folder holds the pages, truth.jsonl and score.py. Prints for each pipeline the scores by
style and difficulty, the share of true amounts that it finds anywhere on the page, seconds a
page and the process's greatest memory; and that share and time for `tesseract FILE -`.
--pages takes every n-th file, so that N remain.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from PIL import Image

from khata.management.commands.read_khata import prediction
from khata.reading import read_file
from khata.reading.loading import load_pages
from khata.reading.types import PIPELINES, PageReading, Pipeline

Truth = list[dict[str, Any]]
FIGURES = ("row_f1", "amount_accuracy", "date_accuracy", "name_similarity_of_aligned")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--pipelines", nargs="+", choices=PIPELINES, default=list(PIPELINES))
    options = parser.parse_args()
    truth = [json.loads(line) for line in (options.folder / "truth.jsonl").open(encoding="utf-8")]
    names = sorted({line["file"] for line in truth})
    if options.pages:
        names = names[:: max(1, len(names) // options.pages)][: options.pages]
    truth = [line for line in truth if line["file"] in names]
    print_tesseract(options.folder, names, truth)
    for pipeline in options.pipelines:
        print_pipeline(options.folder, names, truth, pipeline)


def print_tesseract(folder: Path, names: list[str], truth: Truth) -> None:
    """Plain Tesseract as a newcomer would run it."""
    texts, seconds, pages = {}, 0.0, 0
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            pictures = list(_pictures(folder / name, Path(scratch)))
            start = time.perf_counter()
            texts[name] = " ".join(map(_tesseract, pictures))
            seconds += time.perf_counter() - start
            pages += len(pictures)
    print(
        f"tesseract  amounts found {found_share(truth, texts):.3f}  {seconds / pages:.2f} s a page"
    )


def _pictures(path: Path, scratch: Path) -> Iterable[Path]:
    if path.suffix != ".pdf":
        yield path
        return
    for number, page in enumerate(load_pages(path.read_bytes())):
        target = scratch / f"{number}.png"
        Image.fromarray(page).save(target)
        yield target


def _tesseract(picture: Path) -> str:
    done = subprocess.run(["tesseract", picture, "-"], capture_output=True, check=True, text=True)
    return done.stdout


def found_share(truth: Truth, texts: dict[str, str]) -> float:
    """Of all true amounts, how many stand anywhere in the text of their page."""
    wanted = found = 0
    for line in truth:
        numbers = re.sub(r"(?<=\d),(?=\d)", "", texts[line["file"]])
        said = {
            Decimal(n).quantize(Decimal("0.01")) for n in re.findall(r"\d{1,9}(?:\.\d\d)?", numbers)
        }
        amounts = [
            Decimal(e["debit"] or e["credit"]) for e in line["entries"] if not e["struck_out"]
        ]
        wanted += len(amounts)
        found += sum(amount in said for amount in amounts)
    return found / max(1, wanted)


def print_pipeline(folder: Path, names: list[str], truth: Truth, pipeline: Pipeline) -> None:
    predictions, readings, seconds = [], {}, []
    for name in names:
        start = time.perf_counter()
        pages = read_file((folder / name).read_bytes(), pipeline=pipeline)
        seconds += [(time.perf_counter() - start) / len(pages)] * len(pages)
        predictions += [prediction(name, page) for page in pages]
        readings[name] = " ".join(map(_amounts, pages))
        print(f"{pipeline} {name} {seconds[-1]:.1f} s", file=sys.stderr)
    score = _scorer(folder).score
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{pipeline}         amounts found {found_share(truth, readings):.3f}  "
        f"{sum(seconds) / len(seconds):.2f} s a page, worst {max(seconds):.2f}, {memory:.0f} MB"
    )
    print_row("all", score(truth, predictions)["all"])
    kinds = sorted({(line["style"], line["difficulty"]) for line in truth})
    for style, difficulty in kinds:
        some = [t for t in truth if (t["style"], t["difficulty"]) == (style, difficulty)]
        files = {line["file"] for line in some}
        mine = [p for p in predictions if p["file"] in files]
        print_row(f"{style} {difficulty}", score(some, mine)["all"])
    print_promises(truth, predictions, score)


def _amounts(page: PageReading) -> str:
    rows = (*page.entries, *page.non_entries)
    return " ".join(str(row.debit or row.credit or "") for row in rows)


def print_row(name: str, score: dict[str, Any]) -> None:
    figures = "  ".join(f"{figure} {score[figure]}" for figure in FIGURES)
    posted = score["struck_out_rows_posted"], score["total_or_carried_rows_posted"]
    print(f"  {name:12} rows {score['truth_rows']:4}  {figures}  struck, totals posted {posted}")


def print_promises(truth: Truth, predictions: list[dict[str, Any]], score: Any) -> None:
    """What is said to be sure or proven, and is not what stands there."""
    confidence = score(truth, predictions)["all"].get("confidence")
    print(f"  confidence   {confidence}")
    entries = [(p["file"], e) for p in predictions for e in p["entries"] if e["proven"]]
    true: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for line in truth:
        live = [e for e in line["entries"] if not e["struck_out"]]
        true.setdefault(line["file"], []).extend(map(_sides, live))
    wrong = 0
    for file, entry in entries:
        if _sides(entry) in true[file]:
            true[file].remove(_sides(entry))
        else:
            wrong += 1
    print(f"  proven       {len(entries)} rows, of these wrong {wrong}")


def _sides(entry: dict[str, Any]) -> tuple[Decimal, Decimal]:
    return Decimal(entry["debit"] or 0), Decimal(entry["credit"] or 0)


def _scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("khata_score", folder / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{folder}/score.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
