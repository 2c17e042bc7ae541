"""manage.py seed_demo: a shop to try the desk with."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.seeding import seed_demo
from customers.errors import DeskError


class Command(BaseCommand):
    help = (
        "Fill an empty desk with a demo shop and the accounts admin, seller and buyer; "
        "safe to run again. Prints a report as JSON."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", help="for the three accounts; default: a random one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = seed_demo(password=options["password"])
        except DeskError as error:
            raise CommandError(str(error)) from error
        self._tell(report)
        self.stdout.write(json.dumps(report))

    def _tell(self, report: dict[str, Any]) -> None:
        """The same for people, on standard error."""
        if not report["seeded"]:
            self.stderr.write("The desk holds data already; nothing was added.")
        for name, password in report["accounts"].items():
            said = f"password {password}" if password else "keeps its password"
            self.stderr.write(f"  account {name:6}  {said}")
