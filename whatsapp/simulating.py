"""What a make-believe customer does on the simulator's page, as true events of Gupshup's.

In the demo only: in production nobody but Gupshup tells the desk what customers write.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

from customers.errors import InvalidInput
from whatsapp import senders
from whatsapp.media_types import content_type_of
from whatsapp.models import Direction, Message
from whatsapp.outgoing import Buttons, Choices, from_row
from whatsapp.simulated_media import ServedFile, served
from whatsapp.simulator import (
    digits_of,
    give,
    media_event,
    place_event,
    receipt_event,
    tap_event,
    text_event,
)
from whatsapp.values import TEXT_LIMIT

# As long as a worker may take that has much to do; a file is served that long.
SERVED_SECONDS = 120
PLACE = (19.0760, 72.8777)
RECEIPTS = ("delivered", "read", "failed")
_GUPSHUPS_WORD = {"document": "file"}


def say(phone: str, text: str) -> None:
    """The customer writes; raises InvalidInput."""
    if not text.strip():
        raise InvalidInput("There is nothing to send.", attr="text")
    give(text_event(text[:TEXT_LIMIT], digits=_heard(phone)))


def send_file(phone: str, data: bytes, *, name: str, caption: str) -> None:
    """The customer sends a picture, a voice note, a film or a document; raises InvalidInput.

    The file is served on this machine until the worker has fetched it.
    """
    digits, kind = _heard(phone), _kind_of(data)
    with ExitStack() as stack:
        file = stack.enter_context(served(data, name=name, kind=kind))
        word = _GUPSHUPS_WORD.get(kind, kind)
        give(media_event(file, kind=word, caption=caption[:TEXT_LIMIT], digits=digits))
        threading.Thread(target=_serve_on, args=(file, stack.pop_all()), daemon=True).start()


def send_place(phone: str) -> None:
    """The customer sends where they are."""
    give(place_event(*PLACE, digits=_heard(phone)))


def tap(phone: str, message: Message, number: int) -> None:
    """The customer taps the nth button or row of a message of ours; raises InvalidInput."""
    options = options_of(message)
    if not 0 <= number < len(options):
        raise InvalidInput("There is no such button.")
    title, postback = options[number]
    give(
        tap_event(
            "list_reply" if message.kind == "list" else "button_reply",
            title=title,
            postback=postback,
            reference=f"message-{message.pk}",
            answers=message.provider_id or "",
            digits=_heard(phone),
        )
    )


def options_of(message: Message) -> list[tuple[str, str]]:
    """What can be tapped in a message of ours: title and postback of each."""
    if message.direction != Direction.OUT:
        return []
    match from_row(message.kind, message.text, message.details):
        case Buttons(buttons=buttons):
            return [(button.title, button.postback) for button in buttons]
        case Choices(sections=sections):
            rows = [row for section in sections for row in section.rows]
            return [(row.title, row.postback) for row in rows]
    return []


def report(phone: str, message: Message, kind: str) -> None:
    """Gupshup says what became of a message of ours; raises InvalidInput."""
    if kind not in RECEIPTS or not message.provider_id:
        raise InvalidInput("Nothing can be reported of that message yet.")
    give(receipt_event(kind, message_id=message.provider_id, digits=digits_of(phone)))


def _heard(phone: str) -> str:
    """The number in digits, if the desk listens to it at all."""
    digits = digits_of(phone)
    if not senders.is_allowed(f"+{digits}", ""):
        raise InvalidInput("The desk ignores this number (ALLOWED_PHONE_NUMBERS).", attr="phone")
    return digits


def _kind_of(data: bytes) -> str:
    known = (kind for kind in ("image", "audio", "video") if content_type_of(data, kind))
    return next(known, "document")


def _serve_on(file: ServedFile, stack: ExitStack[Any]) -> None:
    file.fetched.wait(SERVED_SECONDS)
    stack.close()
