"""manage.py backfill_stock: make stock what the movements add up to."""

from customers.backfill_command import BackfillCommand
from customers.backfills import Backfill, Progress
from orders.backfilling import backfill_stock


class Command(BackfillCommand):
    help = (
        "Make each product's stock what its movements add up to."
        " Safe to run again and while the shop is open. Prints a report as JSON."
    )

    def backfill(self, *, dry_run: bool, progress: Progress) -> Backfill:
        return backfill_stock(dry_run=dry_run, progress=progress)
