"""manage.py sync_templates: bring the desk's templates to Gupshup's list."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.errors import DeskError
from whatsapp.templates import sync_templates


class Command(BaseCommand):
    help = "Fetches the app's templates from Gupshup; prints how many are new, changed, deleted."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = sync_templates()
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(outcome))
