"""manage.py backfill_customers: link orders that belong to nobody to their phone's customer."""

from customers.backfill_command import BackfillCommand
from customers.backfills import Backfill, Progress
from orders.backfilling import backfill_customers


class Command(BackfillCommand):
    help = (
        "Link orders that belong to nobody to the customer of their phone, made where new."
        " Safe to run again and while the shop is open. Prints a report as JSON."
    )

    def backfill(self, *, dry_run: bool, progress: Progress) -> Backfill:
        return backfill_customers(dry_run=dry_run, progress=progress)
