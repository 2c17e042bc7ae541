"""A desk with one chat: messages come in and are read by a reader that says what it is told."""

from __future__ import annotations

from decimal import Decimal

from drafts.intake import on_message_stored
from drafts.models import Analysis, DraftEntry, OrderDraft
from drafts.reading.types import EntryReading, Intent, Reading, ReadingError
from tests.factories import InboundMessageFactory, ProductFactory
from tests.jobs import run_jobs
from whatsapp.models import Chat, Message


class ScriptedReader:
    """Answers each text with what was laid down for it; remembers what it was asked."""

    name = "scripted"
    version = "7"

    def __init__(self) -> None:
        self.answers: dict[str, Reading | Exception] = {}
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def says(self, text: str, *lines: EntryReading, intent: Intent = Intent.ORDER, **more) -> None:
        confidence = more.pop("confidence", 0.9)
        self.answers[text] = Reading(
            intent, list(lines), confidence, reader=self.name, version=self.version, **more
        )

    def breaks(self, text: str, error: Exception) -> None:
        self.answers[text] = error

    def read(self, text, *, catalogue, clients, context=()) -> Reading:
        self.asked.append((text, context))
        answer = self.answers.get(text, ReadingError("nothing laid down", permanent=True))
        if isinstance(answer, Exception):
            raise answer
        return answer


def line(text: str, words: str, sku: str | None = None, quantity: str | None = None, **more):
    """What a reader says of one line whose words stand in the text."""
    start = text.index(words)
    return EntryReading(
        item_name=more.pop("item_name", words),
        sku=sku,
        quantity=Decimal(quantity) if quantity else None,
        confidence=more.pop("confidence", 0.9),
        span=(start, start + len(words)),
        **more,
    )


def receive(chat: Chat, text: str) -> Message:
    """A message as whatsapp stores it, with what follows in the same transaction."""
    message = InboundMessageFactory(chat=chat, text=text)
    on_message_stored(message=message)
    return message


def receive_and_read(chat: Chat, text: str) -> Message:
    message = receive(chat, text)
    run_jobs()
    return message


def only_draft() -> OrderDraft:
    return OrderDraft.objects.get()


def only_entry() -> DraftEntry:
    return DraftEntry.objects.get()


def analysis_of(message: Message) -> Analysis:
    return Analysis.objects.get(message=message)


def kurta_with_children(sizes=("M", "L"), colors=("",), **fields):
    """A parent on sale and its children, each with five in stock."""
    parent = ProductFactory(sku="KUR", name="Anarkali kurta", has_variants=True, **fields)
    for size in sizes:
        for color in colors:
            ProductFactory(
                sku="-".join(filter(None, ("KUR", size, color))),
                name=" ".join(filter(None, ("Anarkali kurta", size, color))),
                parent=parent,
                size=size,
                color=color,
                stock=5,
                **fields,
            )
    return parent
