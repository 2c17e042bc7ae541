#!/usr/bin/env python
"""How many events a second the webhook takes, beside a bare view that only stores and queues.

One gunicorn with two workers serves both under the same settings and middleware
(bench/bare.py), on a fresh database in the embedded server. The two take turns, some
hundred requests each time, so that whatever else the machine does meets both. Each
event of the webhook's is another customer's text; no worker runs.

    python bench/webhook.py [--rounds 20] [--requests 300] [--connections 8]

Prints JSON: for each the rate a second (all its requests by all its time), p50 and p99
in ms, then the ratio of the rates; exits 1 below 0.6. Takes about two minutes on two
cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import (  # noqa: E402
    MANAGE,
    SECRET,
    drop_database,
    fresh_database,
    say,
    set_environment,
)

LEAST_RATIO = 0.6
PATHS = {"webhook": "/gupshup_incoming_webhook", "bare": "/bare"}
SERVER = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "bench.bare:application")
HEADERS = {"Content-Type": "application/json; charset=utf-8", "X-Webhook-Secret": SECRET}


@dataclass
class Timing:
    """What one of the two took: seconds of each request, and of all its rounds."""

    each: list[float] = field(default_factory=list)
    rounds: float = 0

    def summary(self) -> dict[str, float]:
        percent = statistics.quantiles(self.each, n=100)
        return {
            "per_second": round(len(self.each) / self.rounds, 1),
            "p50_ms": round(percent[49] * 1000, 2),
            "p99_ms": round(percent[98] * 1000, 2),
        }


def bodies(count: int, dice: random.Random) -> list[bytes]:
    """As many true texts, each under an id of its own, of a few hundred customers."""
    from whatsapp.simulator import text_event

    return [
        json.dumps(
            text_event("please send 2 gold rings", digits=f"9197{dice.randrange(400):08}")
        ).encode()
        for _ in range(count)
    ]


def post_all(path: str, share: list[bytes]) -> list[float]:
    """Post them one after another on one connection; the seconds of each."""
    connection = HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=30)
    times = []
    for body in share:
        began = time.perf_counter()
        connection.request("POST", path, body, HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        times.append(time.perf_counter() - began)
        if (answer.status, content) != (200, b""):
            raise SystemExit(f"{path} answered {answer.status}.")
    connection.close()
    return times


def one_round(name: str, timing: Timing, load: list[bytes], connections: int) -> None:
    shares = [load[start::connections] for start in range(connections)]
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for times in pool.map(lambda share: post_all(PATHS[name], share), shares):
            timing.each += times
    timing.rounds += time.perf_counter() - began


def measure(arguments: argparse.Namespace) -> dict[str, Timing]:
    """Both in turns, in random order; the first round warms up and doesn't count."""
    dice = random.Random(arguments.seed)
    timings = {name: Timing() for name in PATHS}
    for number in range(arguments.rounds + 1):
        for name in dice.sample(sorted(PATHS), 2):
            load = bodies(arguments.requests, dice)
            timing = timings[name] if number else Timing()
            one_round(name, timing, load, arguments.connections)
    return timings


def wait_for_server() -> None:
    for _ in range(150):
        try:
            connection = HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=5)
            connection.request("GET", PATHS["webhook"])
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("gunicorn did not start.")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    import django

    django.setup()
    with arguments.log.open("wb") as log:
        server = subprocess.Popen(SERVER, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for_server()
            timings = measure(arguments)
        finally:
            server.terminate()
            server.wait()
    found: dict[str, dict[str, float]] = {
        name: timing.summary() for name, timing in timings.items()
    }
    ratio = round(found["webhook"]["per_second"] / found["bare"]["per_second"], 3)
    return {**found, "ratio": ratio, "requests_each": len(timings["bare"].each)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    numbers = {"rounds": 20, "requests": 300, "connections": 8, "seed": 1}
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--log", type=Path, default=Path("/tmp/parchi-webhook.log"))
    arguments = parser.parse_args()
    database = fresh_database()
    try:
        set_environment(database, gupshup_url="http://127.0.0.1:9")
        subprocess.run([*MANAGE, "migrate", "-v0"], cwd=ROOT, check=True)
        say("posting")
        result = run(arguments)
    finally:
        drop_database(database)
    print(json.dumps(result, indent=2))
    return 0 if result["ratio"] >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
