"""manage.py simulate_whatsapp TEXT --from PHONE: write to the desk as a customer would."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.errors import DeskError
from whatsapp.simulator import post_text


class Command(BaseCommand):
    help = "Posts a text, in Gupshup's true format, to the webhook of a running desk."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", help="what the customer writes")
        parser.add_argument(
            "--from", dest="phone", required=True, help="the customer's phone, e.g. +919812345670"
        )
        parser.add_argument(
            "--url",
            default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
            help="where the desk runs (default: this machine, port $PORT or 8000)",
        )

    def handle(self, *args: Any, text: str, phone: str, url: str, **options: Any) -> None:
        try:
            outcome = post_text(text, phone=phone, url=url)
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(outcome))
