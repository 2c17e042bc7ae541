"""What was said about an item besides its name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .tokens import Token


class Role(StrEnum):
    """The part a mention plays in its item."""

    QUANTITY = "quantity"
    SIZE = "size"
    COLOUR = "colour"
    WEIGHT = "weight"
    RATIO = "ratio"
    RANGE = "range"
    EACH = "each"
    SETS = "sets"
    EQUAL = "equal"


@dataclass(slots=True, eq=False)
class Mention:
    """One thing said; ``sure`` means that its own words say what it is."""

    role: Role
    token: Token
    value: Decimal = Decimal(0)
    name: str = ""
    sure: bool = False
    total: bool = False
    parts: tuple[Decimal, ...] = ()
    unit: str = ""
    doubt: str = ""


def value_of(token: Token) -> Decimal:
    return token.value if token.value is not None else Decimal(0)


def number_text(token: Token) -> str:
    """As written where it was written in digits: size 2.10 is not 2.1."""
    return token.text if token.text[0].isdigit() else f"{value_of(token).normalize():f}"
