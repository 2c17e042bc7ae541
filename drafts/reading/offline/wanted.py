"""In a change, only what is wanted now counts: after 'ki jagah', before 'instead of'."""

from __future__ import annotations

from .lexicon import CHANGING
from .segment import Chunk
from .tokens import Kind, Token

_PLACE = CHANGING["place"]
_FROM = ("se", "thi", "mathi")
_DENIALS = CHANGING["denials"]


def wanted(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks without what is given up; words for the product stay if none follow."""
    kept: list[Chunk] = []
    for at, chunk in enumerate(chunks):
        later = [t for other in chunks[at + 1 :] for t in other.tokens]
        tokens = _from_to(_before_instead(chunk.tokens))
        tokens = _after_denial(_after_place(tokens, later))
        if any(t.word in _DENIALS for t in tokens) and _speaks(later):
            tokens = [] if _names(later) else _only_words(tokens)
        if tokens:
            chunk.tokens = tokens
            kept.append(chunk)
    return kept


def _names(tokens: list[Token]) -> bool:
    return any(t.kind is Kind.WORD for t in tokens)


def _speaks(tokens: list[Token]) -> bool:
    kinds = (Kind.WORD, Kind.NUMBER, Kind.SIZE, Kind.COLOUR)
    return any(t.kind in kinds for t in tokens)


def _only_words(tokens: list[Token]) -> list[Token]:
    return [t for t in tokens if t.kind in (Kind.WORD, Kind.COUNT)]


def _before_instead(tokens: list[Token]) -> list[Token]:
    """8 cases instead of 5: the 5 is gone; instead of 5 make it 8: so is this 5."""
    for at, token in enumerate(tokens):
        if token.word == "instead":
            before = tokens[:at]
            return before if _speaks(before) else _after_verb(tokens[at + 1 :])
        if token.word == "than" and at and tokens[at - 1].word == "rather":
            return tokens[: at - 1]
    return tokens


def _after_verb(tokens: list[Token]) -> list[Token]:
    for at, token in enumerate(tokens):
        if token.word in ("make", "send", "give", "put", "want", "need", "do"):
            return tokens[at + 1 :]
    return tokens


def _from_to(tokens: list[Token]) -> list[Token]:
    for at in range(1, len(tokens) - 1):
        to = next((t for t in tokens[at + 1 :] if t.kind is not Kind.FILLER), tokens[at])
        if tokens[at].word in _FROM and _same_kind(tokens[at - 1], to):
            return [*tokens[: at - 1], *tokens[at + 1 :]]
        measured = at > 1 and tokens[at - 1].kind is Kind.MEASURE and tokens[at].word in _FROM
        if measured and tokens[at - 2].kind is Kind.NUMBER and _counts(tokens[at + 1 :]):
            return [*tokens[: at - 2], *tokens[at + 1 :]]  # 4 kilo se badhakar 7 kilo
    words = [t.word for t in tokens]
    if "from" in words and "to" in words[words.index("from") :]:
        start = words.index("from")
        end = words.index("to", start)
        return [*tokens[:start], *tokens[end + 1 :]]
    if "from" in words:
        return tokens[: words.index("from")]
    return tokens


def _counts(tokens: list[Token]) -> bool:
    return any(t.kind is Kind.NUMBER for t in tokens)


def _same_kind(left: Token, right: Token) -> bool:
    """12 se 14, M se L, black se blue: from one to the other."""
    return left.kind is right.kind and left.kind in (Kind.NUMBER, Kind.SIZE, Kind.COLOUR)


def _after_place(tokens: list[Token], later: list[Token]) -> list[Token]:
    """2 ki jagah 3: the 2 is gone, and the words before it too if others follow."""
    for at, token in enumerate(tokens):
        if token.word in _PLACE:
            rest = tokens[at + 1 :]
            named = _names(rest) or (not _speaks(rest) and _names(later))
            return rest if named else [*_still_said(tokens[:at], rest), *rest]
    return tokens


def _after_denial(tokens: list[Token]) -> list[Token]:
    """7 inch nahi 10 inch: what stands after nahi replaces what stands before."""
    for at, token in enumerate(tokens):
        before, rest = tokens[:at], tokens[at + 1 :]
        if token.word in _DENIALS and _speaks(before) and _speaks(rest):
            return rest if _names(rest) else [*_still_said(before, rest), *rest]
    return tokens


def _still_said(before: list[Token], rest: list[Token]) -> list[Token]:
    """The words for the product, and its size or colour unless a new one follows."""
    again = {t.kind for t in rest}
    if not again & {Kind.NUMBER, Kind.SIZE, Kind.COLOUR}:
        return _only_words(before)
    kinds = {Kind.WORD, Kind.COUNT, Kind.SIZE, Kind.COLOUR} - (again - {Kind.WORD})
    return [t for t in before if t.kind in kinds]
