#!/usr/bin/env python
"""10,000 deliveries of 2,000 customers' messages, and of receipts, at random and in parallel.

A fresh database in the embedded server, gunicorn with two workers and a worker as
processes of their own. Each message is delivered five times; among them come the
receipts of 500 messages of ours, each twice and in no order: sent, delivered and read
as far as it got, or failed at last. Afterwards every message must be there once with
its words, and every one of ours in the state furthest on (failed is the last word).

    python bench/deliveries.py [--messages 2000] [--copies 5] [--ours 500] [--seed 1]

Prints JSON and exits 1 when anything differs. Takes two to five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crash import (  # noqa: E402
    MANAGE,
    Desk,
    deliver,
    drop_database,
    fresh_database,
    say,
    set_environment,
)

SENDERS = 100
CONNECTIONS = 8
PATIENCE = 900  # seconds until every event must have been worked off
COURSES = (
    ("enqueued",),
    ("enqueued", "sent"),
    ("sent", "delivered"),
    ("enqueued", "sent", "delivered", "read"),
    ("sent", "read"),
    ("enqueued", "sent", "failed"),
)
STATE_AFTER = {"enqueued": "sent"}


@dataclass(frozen=True)
class Ours:
    """A message that the desk sent, and what became of it in the end."""

    message_id: str
    destination: str
    course: tuple[str, ...]

    @property
    def right_status(self) -> str:
        return STATE_AFTER.get(self.course[-1], self.course[-1])


def customers_events(arguments: argparse.Namespace, dice: random.Random) -> list[dict]:
    from whatsapp.simulator import text_event

    return [
        text_event(f"message {number}: ok bhai", digits=f"9197{dice.randrange(SENDERS):08}")
        for number in range(arguments.messages)
    ]


def sent_messages(count: int, dice: random.Random) -> list[Ours]:
    """Rows as they are once Gupshup took the message."""
    from tests.factories import ChatFactory, InboundMessageFactory

    chats = [ChatFactory() for _ in range(20)]
    ours = []
    for number in range(count):
        chat = dice.choice(chats)
        phone = chat.identity.phone.lstrip("+")
        one = Ours(f"ours-{number:06}", phone, dice.choice(COURSES))
        InboundMessageFactory(
            chat=chat, direction="out", status="sent", provider_id=one.message_id, text="Noted."
        )
        ours.append(one)
    return ours


def receipt_events(one: Ours) -> list[dict]:
    from whatsapp.simulator import receipt_event

    return [
        receipt_event(kind, message_id=one.message_id, digits=one.destination)
        for kind in one.course
    ]


def wait_until_done() -> float:
    from whatsapp.models import InboundEvent

    began = time.monotonic()
    while waiting := InboundEvent.objects.filter(status="received").count():
        if time.monotonic() - began > PATIENCE:
            say(f"{waiting} events still wait after {PATIENCE} s")
            break
        time.sleep(2)
    return round(time.monotonic() - began, 1)


def found(events: list[dict], ours: list[Ours]) -> dict[str, object]:
    """What the database holds, and how much of it is not as it must be."""
    from whatsapp.models import InboundEvent, Message

    wanted = {event["payload"]["id"]: event["payload"]["payload"]["text"] for event in events}
    said = dict(Message.objects.filter(direction="in").values_list("provider_id", "text"))
    states = dict(Message.objects.filter(direction="out").values_list("provider_id", "status"))
    wrong = [one for one in ours if states.get(one.message_id) != one.right_status]
    return {
        "messages": Message.objects.filter(direction="in").count(),
        "messages_missing_or_changed": sum(said.get(key) != text for key, text in wanted.items()),
        "events": dict(Counter(InboundEvent.objects.values_list("status", flat=True))),
        "our_states": dict(Counter(states[one.message_id] for one in ours)),
        "our_states_wrong": len(wrong),
    }


def run(arguments: argparse.Namespace) -> dict[str, object]:
    import django

    django.setup()
    dice = random.Random(arguments.seed)
    events = customers_events(arguments, dice)
    ours = sent_messages(arguments.ours, dice)
    receipts = [event for one in ours for event in receipt_events(one)]
    posted = events * arguments.copies + receipts * 2
    dice.shuffle(posted)
    desk = Desk(arguments.log)
    try:
        say(f"delivering {len(posted)}")
        began = time.monotonic()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            tries = list(pool.map(deliver, posted))
        seconds = round(time.monotonic() - began, 1)
        say("all acknowledged")
        waited = wait_until_done()
        result = found(events, ours)
    finally:
        desk.stop()
    return {
        **{"deliveries": len(posted), "of_messages": len(events) * arguments.copies},
        **{"tries": sum(tries), "seconds_delivering": seconds, "seconds_until_done": waited},
        **result,
        "right": is_right(result, len(events), len(receipts)),
    }


def is_right(result: dict, messages: int, receipts: int) -> bool:
    faults = result["messages_missing_or_changed"] or result["our_states_wrong"]
    done = {"processed": messages + receipts}
    return not faults and result["messages"] == messages and result["events"] == done


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, default in (("messages", 2000), ("copies", 5), ("ours", 500), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--log", type=Path, default=Path("/tmp/parchi-deliveries.log"))
    arguments = parser.parse_args()
    database = fresh_database()
    try:
        set_environment(database, gupshup_url="http://127.0.0.1:9")
        os.environ["GUPSHUP_API_KEY"] = ""  # replies go to the console
        subprocess.run([*MANAGE, "migrate", "-v0"], cwd=ROOT, check=True)
        result = run(arguments)
    finally:
        from django.db import connections

        connections.close_all()
        drop_database(database)
    print(json.dumps(result, indent=2))
    return 0 if result["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
