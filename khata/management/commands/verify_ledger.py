"""manage.py verify_ledger: is the ledger whole?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from khata.verifying import verify_ledger


class Command(BaseCommand):
    help = (
        "Check the ledger's hash chain, that every transaction balances and that the snapshots"
        " are sums; report what is not sealed yet. JSON; exit 1 where something is wrong."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_ledger(lambda done: self.stderr.write(f"{done} sealed ones checked"))
        self.stdout.write(json.dumps(report.as_json(), indent=2))
        if report.faults:
            sys.exit(1)
