"""Reads order messages from standard input, without a database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.matching.clients import KnownClients
from drafts.matching import ProductIndex
from drafts.reading.catalogue_files import FileProblem, load_clients, load_products
from drafts.reading.types import EntryReading, Reader, Reading, ReadingError

_PROGRESS_EVERY = 100
# Nothing here remembers a message for later, so the SDK waits and asks again.
_RETRIES = 4


class Command(BaseCommand):
    """One JSON message a line in, one JSON prediction a line out; progress on stderr."""

    help = "Read order messages (JSON lines on stdin) and print what they ask for (JSON lines)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--catalog", required=True, type=Path, help="JSON list of products")
        parser.add_argument("--customers", type=Path, help="JSON list of known customers")
        parser.add_argument("--reader", choices=["offline", "openai"], default="offline")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = _reader(options["reader"])
        catalogue, clients = _indexes(options["catalog"], options["customers"])
        count = 0
        for number, message in _messages(sys.stdin):
            text = message["text"]
            reading = _read(reader, number, text, catalogue=catalogue, clients=clients)
            self.stdout.write(json.dumps(_prediction(message["id"], reading), ensure_ascii=False))
            count = number
            if number % _PROGRESS_EVERY == 0:
                self.stderr.write(f"{number} lines read")
        self.stderr.write(f"{count} lines read, reader {reader.name} {reader.version}")


def _reader(name: str) -> Reader:
    if name == "offline":
        from drafts.reading.offline import OfflineReader

        return OfflineReader()
    try:
        from drafts.reading.openai_reader import OpenAIReader
    except ImportError as problem:
        raise CommandError(f"The OpenAI reader is not installed: {problem}") from problem
    try:
        reader: Reader = OpenAIReader.from_settings(max_retries=_RETRIES)
    except ReadingError as problem:
        raise CommandError(f"The OpenAI reader cannot be used: {problem}") from problem
    return reader


def _indexes(catalog: Path, customers: Path | None) -> tuple[ProductIndex, KnownClients]:
    try:
        products = load_products(catalog)
        clients = load_clients(customers) if customers else []
    except FileProblem as problem:
        raise CommandError(str(problem)) from problem
    return ProductIndex(products), KnownClients(clients)


def _messages(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _message(number, line)


def _message(number: int, line: str) -> dict[str, Any]:
    try:
        message = json.loads(line.lstrip("\ufeff"))
    except ValueError as problem:
        raise CommandError(f"line {number}: not JSON ({problem})") from problem
    if not isinstance(message, dict) or "id" not in message:
        raise CommandError(f"line {number}: an object with id and text is needed")
    if not isinstance(message.get("text"), str):
        raise CommandError(f"line {number}: text is missing or no text")
    return message


def _read(
    reader: Reader, number: int, text: str, *, catalogue: ProductIndex, clients: KnownClients
) -> Reading:
    try:
        return reader.read(text, catalogue=catalogue, clients=clients)
    except ReadingError as problem:
        raise CommandError(f"line {number}: could not be read: {problem}") from problem


def _prediction(message_id: Any, reading: Reading) -> dict[str, Any]:
    return {
        "id": message_id,
        "intent": reading.intent.value,
        "entries": [_entry(entry) for entry in reading.entries],
        "confidence": reading.confidence,
    }


def _entry(entry: EntryReading) -> dict[str, Any]:
    return {
        "item_name": entry.item_name,
        "sku": entry.sku,
        "quantity": _number(entry.quantity),
        "weight_g": _number(entry.weight_g),
        "size": entry.size,
        "color": entry.color,
        "client_name": entry.client_name,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
