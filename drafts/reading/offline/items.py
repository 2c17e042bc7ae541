"""One product as said: its words with everything said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from drafts.reading.types import Candidate

from . import lexicon
from .asides import ASIDE
from .tokens import Kind, Token

LIKELY = 0.6
EXACT = 0.95
NUMBERS = (Kind.NUMBER, Kind.RATIO)
# Units that name nothing; pieces and sets are part of names such as 3 piece suit.
_UNIT_WORDS = {"pair": "", "dozen": "", "gross": "", "pc": "piece", "set": "set"}


@dataclass(slots=True)
class Item:
    """One product as said, before its numbers are understood."""

    tokens: list[Token]
    line: int
    client: str | None = None
    fit: list[Candidate] = field(default_factory=list)
    corrects: str = ""
    in_list: bool = False
    extended: bool = False
    open_list: bool = False

    @property
    def has_number(self) -> bool:
        return any(t.kind in NUMBERS and t.value != 0 for t in self.tokens)

    @property
    def words(self) -> list[Token]:
        return [t for t in self.tokens if t.kind is Kind.WORD]

    @property
    def has_asides(self) -> bool:
        return any(t.role == ASIDE for t in self.tokens)

    @property
    def likely(self) -> bool:
        return bool(self.fit) and self.fit[0].confidence >= LIKELY


def query(tokens: Iterable[Token]) -> str:
    """The words and numbers that may name a product, as text for the catalogue."""
    said: list[str] = []
    number_before = False
    for token in tokens:
        if token.kind is Kind.NUMBER and token.value is not None:
            if token.counts and token.unit not in ("pc", "set"):
                continue
            said.append(f"{token.value.normalize():f}")
        elif token.kind is Kind.SIZE and may_name(token, number_before=number_before):
            said.append(token.word)
        elif token.kind is Kind.COUNT:
            said.append(_UNIT_WORDS.get(token.unit, token.word))
        elif token.kind in (Kind.WORD, Kind.COLOUR, Kind.MEASURE):
            said.append(_spoken(token))
        number_before = token.kind is Kind.NUMBER
    return " ".join(said)


def may_name(token: Token, *, number_before: bool) -> bool:
    """A large bag is named so; 5 l may be litres."""
    return token.word in ("small", "medium", "large", "free") or bool(token.unit and number_before)


def _spoken(token: Token) -> str:
    """Other scripts stay as they are: the catalogue compares those by sound."""
    if token.text == '"':
        return "inch"
    if token.kind is Kind.MEASURE and not token.text.isascii():
        return token.unit
    if token.kind is Kind.COLOUR and lexicon.COLOUR_NAMES.exact(token.word) is None:
        return token.names[0]  # yelow, mehroon
    return token.word if token.text.isascii() else token.text
