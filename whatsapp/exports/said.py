"""The messages of an export, each under a key that it has in every export of the same chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from whatsapp.exports.contents import Held, held_by
from whatsapp.exports.lines import Export, Line
from whatsapp.exports.parties import Parties
from whatsapp.media_types import KINDS
from whatsapp.models import Direction
from whatsapp.values import digest

KEY = "import:"


@dataclass(frozen=True)
class Said:
    """One message of the export; ``key`` becomes its id in the chat."""

    line: int
    key: str
    direction: Direction
    happened_at: datetime
    held: Held

    @property
    def is_read(self) -> bool:
        """Whether there is something to read in it; a file that isn't here is nothing."""
        return self.direction == Direction.IN and bool(self.held.text or self.held.file_name)


@dataclass(frozen=True)
class Sorted:
    """What an export holds: messages, and how many lines are nobody's or some third person's."""

    messages: list[Said]
    system_lines: int
    lines_of_others: int


def sort_lines(
    export: Export, parties: Parties, phone: str, *, is_there: Callable[[str], bool]
) -> Sorted:
    """Tell messages from the rest; ``is_there`` says whether a file came with the export."""
    directions = {parties.customer: Direction.IN, parties.shop: Direction.OUT, "": None}
    before: Counter[str] = Counter()
    found: list[Said] = []
    system = others = 0
    for line in export.lines:
        if line.sender not in directions:
            others += 1
            continue
        direction = directions[line.sender] if line.sender else None
        held = held_by(line.text, is_there=is_there) if direction else None
        if direction is None or held is None:
            system += 1
            continue
        key = _key(line, direction, held, phone, before)
        at = timezone.make_aware(line.written_at)
        found.append(Said(line.number, key, direction, at, held))
    return Sorted(found, system, others)


def signature(kind: str, text: str) -> tuple[str, str]:
    """What two accounts of one message have in common; a left-out file may be of any kind."""
    return "file" if kind in KINDS else "words", " ".join(text.split())


def _key(line: Line, direction: Direction, held: Held, phone: str, before: Counter[str]) -> str:
    """The same in an export with or without files, seconds or twelve hours.

    The nth such message of a minute is another one than the first.
    """
    minute = f"{line.written_at:%Y-%m-%d %H:%M}"
    said = "\n".join((phone, direction, minute, *signature(held.kind, held.text)))
    before[said] += 1
    return KEY + digest(f"{said}\n{before[said]}".encode())
