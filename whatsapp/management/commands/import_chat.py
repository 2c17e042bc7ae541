"""manage.py import_chat FILE: take over a chat that WhatsApp exported."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.errors import DeskError
from customers.manner import in_shops_zone
from whatsapp.exports.dates import DateOrder
from whatsapp.importing import Report, Wishes, import_chat

_EVER = datetime(2009, 1, 1, tzinfo=UTC)


def _since(text: str) -> datetime:
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time()))
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no date such as 2026-11-01") from error


class Command(BaseCommand):
    help = (
        "Takes over a chat that WhatsApp exported (.txt or .zip, Android or iOS) as messages of its"
        " customer. Safe to run again: nothing comes twice, and a run that broke off goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the .txt or .zip that WhatsApp wrote")
        parser.add_argument(
            "--phone", default="", help="the customer's number, where the file doesn't show it"
        )
        parser.add_argument("--shop", default="", help="the shop's own name in the export")
        parser.add_argument("--customer", default="", help="the customer's name in the export")
        parser.add_argument(
            "--dates",
            choices=[order.value for order in DateOrder],
            help="the order of day, month and year, where the file leaves it open",
        )
        parser.add_argument(
            "--drafts",
            nargs="?",
            type=_since,
            const=_EVER,
            metavar="SINCE",
            help="have the customer's messages read into drafts, all or since a day (2026-11-01);"
            " nobody is answered",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        wishes = Wishes(
            phone=options["phone"],
            shop=options["shop"],
            customer=options["customer"],
            order=DateOrder(options["dates"]) if options["dates"] else None,
            read_since=options["drafts"],
            dry_run=options["dry_run"],
        )
        try:
            with in_shops_zone():  # an export's times are those of the shop's phone
                report = import_chat(Path(file), wishes, progress=self._progress)
        except DeskError as error:
            raise CommandError(_with_option(error)) from error
        self._warn(report)
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))

    def _progress(self, done: int, of: int) -> None:
        self.stderr.write(f"{done} of {of} messages")

    def _warn(self, report: Report) -> None:
        if not report.date_order_sure:
            self.stderr.write(
                f"The dates can be meant in more than one order; taken as {report.date_order}."
                " --dates says otherwise."
            )


def _with_option(error: DeskError) -> str:
    option = f" (--{error.attr})" if error.attr in ("phone", "shop", "customer") else ""
    return f"{error}{option}"
