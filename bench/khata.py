"""Scores and speed of reading ledger pages, beside plain Tesseract on the same pages.

    python bench/khata.py FOLDER [--pages N] [--pipelines v1 v2]

The folder holds the pages, truth.jsonl and score.py. Prints the share of true amounts that
`tesseract FILE -` finds anywhere on the page, then for each pipeline a table by style and
difficulty. Each pipeline runs in a process of its own, page after page: seconds a page are by
the clock and, with Tesseract's, of processor time; MB is the process's greatest memory and
the most that its Tesseracts held at a time.
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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from threading import Thread
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from PIL import Image

from khata.management.commands.read_khata import prediction
from khata.reading import read_file
from khata.reading.loading import load_pages
from khata.reading.types import PIPELINES, PageReading, Pipeline

Truth = list[dict[str, Any]]
HEAD = (
    "                  pages rows  amounts    F1  names wrong  dates  struck  totals  proven wrong"
    "  sure wrong   s/page  cpu s  worst   MB"
)


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
        f"tesseract: {found_share(truth, texts):.3f} of the amounts found, "
        f"{seconds / pages:.2f} s a page",
        flush=True,
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


@dataclass(frozen=True)
class Run:
    """What a pipeline read in every file, its seconds a page by the clock and of the processor
    (by file), and the greatest memory of its process with Tesseract's."""

    predictions: list[dict[str, Any]]
    texts: dict[str, str]
    seconds: dict[str, float]
    processor: dict[str, float]
    megabytes: float


def print_pipeline(folder: Path, names: list[str], truth: Truth, pipeline: Pipeline) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        run = alone.submit(read_all, folder, names, pipeline).result()
    score = _scorer(folder)
    print(f"\n{pipeline}: {found_share(truth, run.texts):.3f} of the amounts found")
    print(HEAD)
    kinds = sorted({(line["style"], line["difficulty"]) for line in truth})
    for style, difficulty in kinds:
        some = [t for t in truth if (t["style"], t["difficulty"]) == (style, difficulty)]
        print_row(f"{style} {difficulty}", some, run, score)
    print_row("all", truth, run, score)


def read_all(folder: Path, names: list[str], pipeline: Pipeline) -> Run:
    """Every file by this pipeline, in this process."""
    run = Run([], {}, {}, {}, 0.0)
    children = Children(daemon=True)
    children.start()
    for name in names:
        start, worked = time.perf_counter(), _processor_time()
        pages = read_file((folder / name).read_bytes(), pipeline=pipeline)
        run.seconds[name] = (time.perf_counter() - start) / len(pages)
        run.processor[name] = (_processor_time() - worked) / len(pages)
        run.predictions.extend(prediction(name, page) for page in pages)
        run.texts[name] = " ".join(map(_amounts, pages))
        print(f"{pipeline} {name} {run.seconds[name]:.1f} s", file=sys.stderr)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return replace(run, megabytes=own + children.megabytes)


class Children(Thread):
    """Watches the memory of this process' children.

    RUSAGE_CHILDREN won't do: a child counts there with its parent's memory, which it still
    shares when it starts.
    """

    megabytes = 0.0

    def run(self) -> None:
        me = psutil.Process()
        while True:
            held = sum(_resident(child) for child in me.children())
            self.megabytes = max(self.megabytes, held / 2**20)
            time.sleep(0.02)


def _resident(process: psutil.Process) -> int:
    """Bytes; 0 of one that has ended, or that is still this very program."""
    try:
        return int(process.memory_info().rss) if process.name() == "tesseract" else 0
    except psutil.NoSuchProcess:
        return 0


def _processor_time() -> float:
    """Of this process and those that it started, Tesseract's."""
    return sum(os.times()[:4])


def _amounts(page: PageReading) -> str:
    rows = (*page.entries, *page.non_entries)
    return " ".join(str(row.debit or row.credit or "") for row in rows)


def print_row(name: str, truth: Truth, run: Run, score: Any) -> None:
    """One kind of pages: its scores, what is said to be proven or sure and is not, its times."""
    files = sorted({line["file"] for line in truth})
    mine = [p for p in run.predictions if p["file"] in files]
    got = score.score(truth, mine)["all"]
    sure = got.get("confidence", {})
    proven, wrong = proven_and_wrong(truth, mine, score)
    pages = [line["file"] for line in truth]
    seconds = [run.seconds[file] for file in pages]
    processor = [run.processor[file] for file in pages]
    names_wrong = got["matched_rows_with_wrong_name"] / max(1, got["matched_rows"])
    print(
        f"  {name:15} {len(pages):5} {got['truth_rows']:4}  {got['amount_accuracy']:7.3f} "
        f"{got['row_f1'] or 0:5.2f}  {names_wrong:11.1%} {got['date_accuracy']:6.3f}  "
        f"{got['struck_out_rows_posted']:>2}/{got['struck_out_rows']:<3}  "
        f"{got['total_or_carried_rows_posted']:>2}/{got['total_or_carried_rows']:<3}  "
        f"{wrong:>7}/{proven:<4} "
        f"{sure.get('of_these_wrong', 0):>5}/{sure.get('rows_at_0_9_or_more', 0):<4} "
        f"{mean(seconds):8.2f} {mean(processor):6.2f} {max(seconds):6.1f} {run.megabytes:4.0f}",
        flush=True,
    )


def proven_and_wrong(
    truth: Truth, predictions: list[dict[str, Any]], score: Any
) -> tuple[int, int]:
    """How many rows are called proven; how many of these match no row of the page, by amounts,
    date, and name or particulars: whoever accepts them unseen posts something wrong."""
    left: dict[str, list[dict[str, Any]]] = {}
    for line in truth:
        live = [e for e in line["entries"] if not e["struck_out"]]
        left.setdefault(line["file"], []).extend(live)
    proven = wrong = 0
    for page in predictions:
        for entry in page["entries"]:
            if not entry["proven"]:
                continue
            proven += 1
            dated = entry | {"date": entry["date"] or page["date"]}
            rows = left[page["file"]]
            same = [t for t in rows if score.is_match(t, dated, score.text_sim(t, dated))]
            if same:
                rows.remove(same[0])
            wrong += not same
    return proven, wrong


def _scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("khata_score", folder / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{folder}/score.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
