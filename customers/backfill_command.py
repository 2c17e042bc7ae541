"""What the commands of backfills share."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from tqdm import tqdm

from customers.backfills import Backfill, Progress


class BackfillCommand(BaseCommand):
    """A bar on standard error, JSON on standard output."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def backfill(self, *, dry_run: bool, progress: Progress) -> Backfill:
        """The rule that this command runs."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" rows", file=sys.stderr) as shown:

            def progress(done: int, of: int) -> None:
                shown.total = of
                shown.update(done - shown.n)

            tally = self.backfill(dry_run=options["dry_run"], progress=progress)
        said = json.dumps(tally.as_json(), ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
        self.stdout.write(said)
