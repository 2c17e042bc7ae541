"""manage.py sweep: what the worker does every minute, now."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.sweeping import sweep


class Command(BaseCommand):
    help = "Take up what is due and has no job; prints how many of each kind as JSON."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(sweep(timezone.now())))
