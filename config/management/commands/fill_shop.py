"""manage.py fill_shop: a million invented orders, to see how the desk bears them."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.many import fill_shop
from customers.errors import DeskError


class Command(BaseCommand):
    help = (
        "Fill an empty desk of a developer with orders of five lines, their customers, products"
        " and payments, by the database alone. Never in production. Prints JSON."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--orders", type=int, default=1_000_000, help="a million by default")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = fill_shop(orders=options["orders"])
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(made))
