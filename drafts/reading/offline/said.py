"""Which numbers a text says, in digits or words: what another reader's quantities rest on."""

from __future__ import annotations

from decimal import Decimal

from .normalise import normalise
from .numbers import read_numbers
from .tokens import Kind, tokenise


def numbers_said(text: str) -> set[Decimal]:
    """Every number of the text: 2, 2 1/2, do, dhai, दो, and each part of 1:2:2:1."""
    plain = normalise(text)
    found: set[Decimal] = set()
    for token in read_numbers(tokenise(plain, 0, len(plain.text))):
        if token.kind is Kind.RATIO:
            found.update(Decimal(part) for part in token.text.split(":") if len(part) <= 12)
        elif token.value is not None:
            found.add(token.value)
    return found
