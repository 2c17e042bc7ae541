"""manage.py import_orders FILE: past orders from a spreadsheet."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from config.importing import finish
from customers.imports.jobs import Wishes
from customers.imports.models import ImportJob
from customers.imports.terminal import ImportCommand
from orders.imports.orders import OrderImporter


class Command(ImportCommand):
    help = (
        "Takes past orders over from a CSV or XLSX file with a row a line, by their reference:"
        " no stock is taken and no customer hears of it. Safe to run again; a run that broke"
        " off goes on."
    )
    importer = OrderImporter

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--to-ledger",
            action="store_true",
            help="post credit orders and payments into the khata on their days; without it what"
            " customers owe is brought in as opening balances",
        )

    def wishes(self, options: dict[str, Any]) -> Wishes:
        return replace(super().wishes(options), to_ledger=options["to_ledger"])

    def finished(self, job: ImportJob) -> None:
        finish(job)
