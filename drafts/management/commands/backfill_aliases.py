"""manage.py backfill_aliases: learn customers' words from corrections of the past."""

from customers.backfill_command import BackfillCommand
from customers.backfills import Backfill, Progress
from drafts.backfilling import backfill_aliases


class Command(BackfillCommand):
    help = (
        "Learn customers' words from what staff corrected in the past. Safe to run again and"
        " while the shop is open. Prints a report as JSON."
    )

    def backfill(self, *, dry_run: bool, progress: Progress) -> Backfill:
        return backfill_aliases(dry_run=dry_run, progress=progress)
