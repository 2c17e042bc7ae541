#!/usr/bin/env python
"""200 order messages, three copies each, while web and worker are killed at random moments.

A fresh database in the embedded server, the true gunicorn and worker as processes
of their own, a Gupshup on the loopback address. Afterwards every message must be
there once, with one draft and at most one reply; a customer without a reply must
see it marked "perhaps sent"; `reconcile` must find nothing.

    python bench/crash.py [--senders 200] [--kills 20] [--seed 1]

Prints JSON and exits 1 when anything differs. Takes three to six minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
import requests  # noqa: E402

from config.embedded_postgres.server import connection_host  # noqa: E402
from whatsapp.fake_gupshup.server import (  # noqa: E402
    API_KEY,
    APP_NAME,
    SOURCE,
    running_gupshup,
)

COPIES = 3
LATENCY = 0.3  # seconds; some kills then meet a message between its sending and our knowing
QUIET_LIMIT = 300  # seconds until everything must have come to rest
SECRET = "crash-bench-secret"
PRODUCTS = ("Gold ring", "Silver chain", "Cotton kurta", "Silk dupatta", "Glass bangles")
MANAGE = (sys.executable, "manage.py")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


# The desk -----------------------------------------------------------------------------


def fresh_database(name: str = "", *, template: str = "template1") -> str:
    """A new database in the embedded server, a copy of another; its address."""
    host, port = connection_host(os.environ.get("PARCHI_DATA", str(ROOT / ".data")))
    name = name or f"crash_{os.getpid()}"
    with psycopg.connect(host=host, port=port, user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgres://postgres@/{host}/{name}"


def drop_database(address: str) -> None:
    host, _, name = address.removeprefix("postgres://postgres@/").rpartition("/")
    with psycopg.connect(host=host, user="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def set_environment(database: str, gupshup_url: str) -> None:
    """For this process and for every process it starts."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        PARCHI_ENV="demo",
        DATABASE_URL=database,
        DRAFT_READER="offline",
        DRAFT_QUIET_SECONDS="0",
        ALLOWED_PHONE_NUMBERS="*",
        GUPSHUP_BASE_URL=gupshup_url,
        GUPSHUP_API_KEY=API_KEY,
        GUPSHUP_APP_NAME=APP_NAME,
        GUPSHUP_SOURCE=SOURCE,
        GUPSHUP_WEBHOOK_SECRET=SECRET,
        HOST="127.0.0.1",
        PORT=str(free_port()),
        WEB_CONCURRENCY="2",
    )


def fill_catalogue() -> None:
    import django

    django.setup()
    from tests.factories import ProductFactory

    for name in PRODUCTS:
        ProductFactory(name=name, stock=100_000)


class Desk:
    """Web and worker, each a process group that can be killed and started again."""

    COMMANDS = {
        "web": (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"),
        "worker": (*MANAGE, "procrastinate", "worker", "--concurrency", "4"),
    }

    def __init__(self, log: Path) -> None:
        self.log = log.open("wb")
        self.processes = {name: self._start(name) for name in self.COMMANDS}
        self.kills: Counter[str] = Counter()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.COMMANDS[name],
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def crash(self, name: str) -> None:
        self.kill(name)
        self.kills[name] += 1
        self.processes[name] = self._start(name)

    def stop(self) -> None:
        for name in self.processes:
            self.kill(name)
        self.log.close()


# The customers -------------------------------------------------------------------------


def order_events(senders: int, dice: random.Random) -> list[dict]:
    """One order a sender, several copies of each, in any order."""
    from whatsapp.simulator import text_event

    events = [
        text_event(
            f"please send {dice.randint(2, 9)} {dice.choice(PRODUCTS).lower()}",
            digits=f"9197{number:08}",
        )
        for number in range(10_000_000, 10_000_000 + senders)
    ]
    copies = events * COPIES
    dice.shuffle(copies)
    return copies


def deliver(event: dict) -> int:
    """Post until it is acknowledged, as Gupshup does; how many tries that took."""
    url = f"http://127.0.0.1:{os.environ['PORT']}/gupshup_incoming_webhook"
    tries = 0
    while True:
        tries += 1
        try:
            headers = {"X-Webhook-Secret": SECRET}
            answer = requests.post(url, json=event, headers=headers, timeout=10)
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if answer.content:
            raise SystemExit(f"The webhook answered {answer.content[:100]!r}.")
        if answer.status_code == 200:
            return tries
        time.sleep(0.2)


def keep_killing(desk: Desk, kills: int, dice: random.Random) -> None:
    """SIGKILL one of the two, or both, at random moments."""
    while desk.kills.total() < kills:
        time.sleep(dice.uniform(1, 11))  # a worker needs some seconds to start
        victims = dice.choice((["web"], ["worker"], ["worker"], ["web", "worker"]))
        say(f"killing {' and '.join(victims)}")
        for name in victims:
            desk.crash(name)


def pace(events: list[dict], pool: ThreadPoolExecutor, dice: random.Random) -> list[int]:
    """Deliver the events over about a minute, so that the kills meet them under way."""

    def one(event: dict) -> int:
        time.sleep(dice.uniform(0, 0.8))
        return deliver(event)

    return list(pool.map(one, events))


# Afterwards -----------------------------------------------------------------------------


def unfinished() -> dict[str, int]:
    """What still waits, by kind."""
    from drafts.models import Analysis, OrderDraft
    from whatsapp.models import InboundEvent, Message

    return {
        "events": InboundEvent.objects.filter(status="received").count(),
        "messages": Message.objects.filter(status__in=("queued", "sending")).count(),
        "analyses": Analysis.objects.filter(status__in=("pending", "running")).count(),
        "replies": OrderDraft.objects.filter(reply_due_at__isnull=False).count(),
    }


def wait_until_quiet() -> float:
    """Seconds until nothing was under way any more."""
    began = time.monotonic()
    while any((waiting := unfinished()).values()):
        if time.monotonic() - began > QUIET_LIMIT:
            say(f"still waiting after {QUIET_LIMIT} s: {waiting}")
            break
        time.sleep(2)
    return round(time.monotonic() - began, 1)


def manage(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([*MANAGE, *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.returncode, done.stdout.decode()


def count(accepted: Counter[str]) -> dict[str, object]:
    """What the database and Gupshup hold of it."""
    from drafts.models import OrderDraft
    from whatsapp.models import InboundEvent, Message

    replies = Message.objects.filter(direction="out").select_related("chat__identity")
    by_sender = {reply.chat.identity.phone.lstrip("+"): reply.status for reply in replies}
    unheard = [sender for sender in by_sender if not accepted[sender]]
    return {
        "events": InboundEvent.objects.count(),
        "messages": Message.objects.filter(direction="in").count(),
        "drafts": OrderDraft.objects.count(),
        "reply_rows": replies.count(),
        "reply_states": dict(Counter(by_sender.values())),
        "replies_accepted": accepted.total(),
        "senders_with_two_replies": sum(number > 1 for number in accepted.values()),
        "senders_without_reply": len(unheard),
        "without_reply_and_not_marked": sum(by_sender[s] != "perhaps_sent" for s in unheard),
    }


def is_right(result: dict, senders: int) -> bool:
    ones = ("events", "messages", "drafts", "reply_rows")
    faults = ("senders_with_two_replies", "without_reply_and_not_marked", "reconcile_exit")
    return all(result[name] == senders for name in ones) and not any(map(result.get, faults))


def run(arguments: argparse.Namespace, accepted_by: object, log: Path) -> dict:
    dice = random.Random(arguments.seed)
    fill_catalogue()
    events = order_events(arguments.senders, dice)
    desk = Desk(log)
    killer_dice = random.Random(arguments.seed + 1)
    killer = threading.Thread(target=keep_killing, args=(desk, arguments.kills, killer_dice))
    try:
        say(f"delivering {len(events)} copies of {arguments.senders} messages")
        killer.start()
        with ThreadPoolExecutor(4) as pool:
            tries = pace(events, pool, dice)
        say("all acknowledged")
        killer.join()
        quiet = wait_until_quiet()
        say(f"quiet after {quiet} s")
        swept = json.loads(manage("sweep")[1])
        wait_until_quiet()
        code, faults = manage("reconcile", "--json")
    finally:
        killer.join()
        desk.stop()
    accepted = Counter(message.destination for message in accepted_by.accepted)
    return {
        **{"copies_posted": len(events), "deliveries_tried": sum(tries)},
        **{"kills": dict(desk.kills), "seconds_until_quiet": quiet, "last_sweep": swept},
        **count(accepted),
        **{"reconcile_exit": code, "reconcile": json.loads(faults)},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--senders", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path("/tmp/parchi-crash.log"))
    arguments = parser.parse_args()
    database = fresh_database()
    try:
        with running_gupshup() as gupshup:
            gupshup.latency = LATENCY
            set_environment(database, gupshup.url)
            subprocess.run([*MANAGE, "migrate", "-v0"], cwd=ROOT, check=True)
            result = run(arguments, gupshup, arguments.log)
    finally:
        from django.db import connections

        connections.close_all()
        drop_database(database)
    right = is_right(result, arguments.senders)
    print(json.dumps({"right": right, "seed": arguments.seed, **result}, indent=2))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
