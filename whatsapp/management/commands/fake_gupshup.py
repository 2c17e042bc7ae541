"""manage.py fake_gupshup: Gupshup's sending API on this machine, faults on demand."""

from __future__ import annotations

import json
import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from whatsapp.fake_gupshup.receipts import COURSE, Reporter
from whatsapp.fake_gupshup.server import (
    API_KEY,
    APP_NAME,
    CONTROL,
    FAULTS,
    SOURCE,
    Accepted,
    FakeGupshup,
    running_gupshup,
)


class Command(BaseCommand):
    help = (
        "Answers on the loopback address as Gupshup's sending API does: checks headers and form"
        " fields, takes messages, reports them to the desk as delivered and read, and does wrong"
        f" what it is told to. Faults: {', '.join(FAULTS)}. Set more while it runs: POST"
        f" {CONTROL} with next=FAULT,FAULT or outage=FAULT (empty ends it), or at /simulator."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
        parser.add_argument(
            "--desk",
            default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
            help="where the desk runs that hears of deliveries",
        )
        parser.add_argument(
            "--receipts",
            choices=("none", *(kind for kind, _ in COURSE)),
            default="read",
            help="how far a message gets (default: read)",
        )
        parser.add_argument(
            "--rate", type=int, default=20, help="calls a second, more are answered 429; 0: any"
        )
        parser.add_argument("--latency", type=float, default=0, help="seconds before each answer")
        parser.add_argument(
            "--fault", action="append", default=[], choices=FAULTS, help="the next call's; repeat"
        )
        parser.add_argument("--outage", choices=FAULTS, default="", help="every call's")

    def handle(self, *args: Any, **options: Any) -> None:
        webhook = options["desk"].rstrip("/") + reverse("gupshup-webhook")
        reporter = Reporter(webhook, settings.GUPSHUP_WEBHOOK_SECRET, options["receipts"])
        fake = self._fake(options, reporter)
        try:
            with running_gupshup(options["port"], fake):
                self.stdout.write(json.dumps({"url": fake.url, "environment": environment(fake)}))
                self.stdout.flush()
                _wait_for_signal()
        except OSError as error:
            raise CommandError(f"Port {options['port']} can't be listened on.") from error
        finally:
            reporter.end()

    def _fake(self, options: dict[str, Any], reporter: Reporter) -> FakeGupshup:
        def tell(accepted: Accepted) -> None:
            self.stderr.write(f"{accepted.destination} {accepted.text!r}")
            if options["receipts"] != "none":
                reporter.report(accepted)

        fake = FakeGupshup(
            api_key=settings.GUPSHUP_API_KEY or API_KEY,
            app_name=settings.GUPSHUP_APP_NAME or APP_NAME,
            source=settings.GUPSHUP_SOURCE.lstrip("+") or SOURCE,
            latency=options["latency"],
            per_second=options["rate"],
            outage=options["outage"],
            on_accepted=tell,
        )
        fake.fail_next(*options["fault"])
        return fake


def environment(fake: FakeGupshup) -> dict[str, str]:
    """What the desk's processes need to send to this fake."""
    return {
        "GUPSHUP_BASE_URL": fake.url,
        "GUPSHUP_API_KEY": fake.api_key,
        "GUPSHUP_APP_NAME": fake.app_name,
        "GUPSHUP_SOURCE": fake.source,
    }


def _wait_for_signal() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *args: ended.set())
    ended.wait()
