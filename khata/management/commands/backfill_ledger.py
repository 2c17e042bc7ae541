"""manage.py backfill_ledger: take in what was sold and paid before there was a ledger."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from khata.backfilling import backfill_ledger


class Command(BaseCommand):
    help = "Post credit orders and payments that are missing in the ledger; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(backfill_ledger()))
