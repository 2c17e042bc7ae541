"""manage.py simulate_whatsapp TEXT|--image F|--audio F --from PHONE: be a customer."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.errors import DeskError
from whatsapp.simulator import post_media, post_text


class Command(BaseCommand):
    help = "Posts a message, in Gupshup's true format, to the webhook of a running desk."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", nargs="?", default="", help="what the customer writes")
        file = parser.add_mutually_exclusive_group()
        file.add_argument("--image", type=Path, help="a picture; the text is its caption")
        file.add_argument("--audio", type=Path, help="a voice note")
        parser.add_argument(
            "--from", dest="phone", required=True, help="the customer's phone, e.g. +919812345670"
        )
        parser.add_argument(
            "--url",
            default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
            help="where the desk runs (default: this machine, port $PORT or 8000)",
        )

    def handle(self, *args: Any, text: str, phone: str, url: str, **options: Any) -> None:
        image, audio = options.get("image"), options.get("audio")
        if not (text or image or audio) or (text and audio):
            raise CommandError("Give a text, --image with or without one, or --audio.")
        try:
            if path := image or audio:
                kind = "image" if image else "audio"
                outcome = post_media(Path(path), kind=kind, phone=phone, url=url, caption=text)
                if not outcome["fetched"]:
                    self.stderr.write("The desk did not fetch the file. Is its worker running?")
            else:
                outcome = {**post_text(text, phone=phone, url=url)}
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(outcome))
