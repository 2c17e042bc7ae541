"""manage.py backfill_totals: make orders' sums what their lines add up to."""

from customers.backfill_command import BackfillCommand
from customers.backfills import Backfill, Progress
from orders.backfilling import backfill_totals


class Command(BackfillCommand):
    help = (
        "Make each order's sums what its lines add up to, and its payment status what was paid."
        " Safe to run again and while the shop is open. Prints a report as JSON."
    )

    def backfill(self, *, dry_run: bool, progress: Progress) -> Backfill:
        return backfill_totals(dry_run=dry_run, progress=progress)
