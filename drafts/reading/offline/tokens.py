"""The pieces a message is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from customers.matching.script import latin

from .normalise import Plain

_MARKS = (
    "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0a81-\u0a83\u0abc-\u0acd"
)
_LETTER = rf"(?:[^\W\d_]|[{_MARKS}])"
_TOKEN = re.compile(
    rf"""
    (?P<ratio>\d+(?::\d+){{2,}})
  | (?P<size>(?:\d{{1,2}}x{{1,2}}l|x{{1,5}}l|x{{1,3}}s)(?![^\W\d_]))
  | (?P<fraction>\d+/\d+(?!\d))
  | (?P<number>\d{{1,3}}(?:,\d{{2,3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
  | (?P<word>(?:(?<![^\W_])[^\W\d_]\.){{2,}}|{_LETTER}+(?:'s)?)
  | (?P<stop>\.{{2,}}|[.!?]+(?=\s|$|,)|\n)
  | (?P<symbol>\S)
    """,
    re.VERBOSE,
)


class Kind(StrEnum):
    """What a token may be; tagging settles it."""

    WORD = "word"
    NUMBER = "number"
    MEASURE = "measure"
    COUNT = "count"
    SIZE = "size"
    COLOUR = "colour"
    RATIO = "ratio"
    FILLER = "filler"
    SYMBOL = "symbol"
    AND = "and"
    STOP = "stop"
    LINE = "line"
    NOISE = "noise"


@dataclass(slots=True, eq=False)
class Token:
    """A piece of the plain text; ``word`` is its Latin spelling, ``start``/``end`` plain offsets.

    ``role`` names the little words of roles.toml; ``names`` are catalogue spellings of a
    colour or size; ``unit`` is the canonical counting or measuring word.
    """

    text: str
    word: str
    start: int
    end: int
    kind: Kind
    value: Decimal | None = None
    unit: str = ""
    role: str = ""
    names: tuple[str, ...] = field(default=())
    glued: bool = False
    counts: bool = False


def tokenise(plain: Plain, start: int, end: int) -> list[Token]:
    """The tokens of plain[start:end]; numbers have their value, nothing else is decided."""
    found: list[Token] = []
    for match in _TOKEN.finditer(plain.text, start, end):
        for token in _split_pair(_token(match)):
            token.glued = bool(found) and found[-1].end == token.start
            found.append(token)
    return found


def _split_pair(token: Token) -> list[Token]:
    """24/2 is a size and its quantity; 1/2 and 3/4 are fractions."""
    above, slash, below = token.text.partition("/")
    fraction = not slash or not above.isdecimal() or len(token.text) > 8
    if fraction or token.kind is not Kind.NUMBER or int(above) < int(below):
        return [token]
    middle = token.start + len(above)
    return [
        Token(above, above, token.start, middle, Kind.NUMBER, value=_value(above)),
        Token("/", "/", middle, middle + 1, Kind.SYMBOL),
        Token(below, below, middle + 1, token.end, Kind.NUMBER, value=_value(below)),
    ]


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    kind = _KINDS[match.lastgroup or "symbol"]
    if text == "\n":
        kind = Kind.LINE
    token = Token(text, text, match.start(), match.end(), kind)
    if kind is Kind.NUMBER:
        token.value = _value(text)
    elif match.lastgroup == "word":
        bare = text.removesuffix("'s")
        token.word = bare.replace(".", "") if "." in bare else latin(bare)
    elif kind is Kind.SIZE:
        token.names = (size_name(text),)
    return token


_KINDS = {
    "ratio": Kind.RATIO,
    "size": Kind.SIZE,
    "fraction": Kind.NUMBER,
    "number": Kind.NUMBER,
    "word": Kind.WORD,
    "stop": Kind.STOP,
    "symbol": Kind.SYMBOL,
}


def size_name(text: str) -> str:
    """xxxl and 3xl are one size, written as catalogues do: XL, XXL, 3XL."""
    letters = text.upper()
    digits = letters.rstrip("XLS")
    count = int(digits) if digits.isdecimal() else letters.count("X")
    end = letters[-1]
    return {1: f"X{end}", 2: f"XX{end}"}.get(count, f"{count}X{end}")


def _value(text: str) -> Decimal | None:
    """None for numbers nobody orders: too long, or divided by nothing."""
    if len(text) > 12:
        return None
    if "/" in text:
        above, below = (Decimal(part) for part in text.split("/"))
        return (above / below).quantize(Decimal("0.0001")).normalize() if below else None
    return Decimal(text.replace(",", ""))


def is_content(token: Token) -> bool:
    """A word that may name a thing; one letter alone does not."""
    return token.kind is Kind.WORD and len(token.word) > 1
