"""What the reader of amendments takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

Value = Decimal | str


class Kind(StrEnum):
    """What a change does to a line."""

    QUANTITY = "quantity"
    REMOVE = "remove"
    ADD = "add"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that a later message may speak of.

    ``words`` are its product's and client's in canonical form (drafts.matching.terms),
    ``numbers`` those in its names (22 of "gold ring 22k"), ``sizes`` and ``colors`` what its
    product is sold in, ``weight`` grams per piece.
    """

    words: frozenset[str]
    quantity: Decimal | None = None
    unit: str = "pc"
    size: str = ""
    color: str = ""
    weight: Decimal | None = None
    sizes: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of the line numbered ``line``; of ADD, one more of it with ``after``.

    ``after`` maps quantity, size, color, weight to what they become; ``span`` is the
    [start, end) characters of the text that say so.
    """

    kind: Kind
    line: int
    after: dict[str, Value]
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Amending:
    """A message as a change: what it does, all of it understood, or nothing.

    ``is_addition``: it speaks of something that comes on top, whatever that is.
    ``is_about_lines``: it sets or cancels something of lines that it names, though not which
    one or what is certain.
    """

    amendments: list[Amendment] = field(default_factory=list)
    is_addition: bool = False
    is_about_lines: bool = False
