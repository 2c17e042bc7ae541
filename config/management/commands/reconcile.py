"""manage.py reconcile: does everything add up?"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from config.reconciling import find_faults


class Command(BaseCommand):
    help = "Check that stock, money, events, messages and drafts add up; exit 1 where not."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the faults as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = find_faults()
        if options["json"]:
            self.stdout.write(json.dumps({"faults": [asdict(fault) for fault in faults]}))
        else:
            for fault in faults:
                self.stdout.write(f"{fault.kind}: {fault.row}: {fault.detail}")
            self.stdout.write(f"{len(faults)} faults" if faults else "Everything adds up.")
        if faults:
            sys.exit(1)
