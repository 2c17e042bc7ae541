"""A number that is taken back: 3 nahi 5; paanch kilo jeera nahi, dhai kilo jeera."""

from __future__ import annotations

from .lexicon import CHANGING
from .segment import Chunk
from .tokens import Kind, Token, is_content

_NUMBERS = (Kind.NUMBER, Kind.RATIO)
_COUNTED = (*_NUMBERS, Kind.COUNT, Kind.MEASURE)
_TRAITS = (Kind.SIZE, Kind.COLOUR)
_OR = CHANGING["or"]
_NEAR = 3


def without_denied_numbers(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks with only the numbers that hold."""
    kept: list[Chunk] = []
    for at, chunk in enumerate(chunks):
        following = chunks[at + 1] if at + 1 < len(chunks) else None
        held = _without_denied(chunk.tokens)
        if len(held) < len(chunk.tokens) and not any(is_content(t) for t in held):
            chunk.corrects = "hard"
        chunk.tokens = held
        if following is not None and _is_denied(chunk, following):
            if any(is_content(t) for t in following.tokens):
                continue
            chunk.tokens = [t for t in chunk.tokens if t.kind not in _COUNTED]
        kept.append(chunk)
    return kept


def _is_denied(chunk: Chunk, following: Chunk) -> bool:
    """paanch kilo jeera nahi, before a chunk of the same line with another number."""
    tokens = [t for t in chunk.tokens if t.kind is not Kind.SYMBOL]
    if len(tokens) < 2 or tokens[-1].role != "not" or tokens[-2].word in _OR:
        return False
    same_line = following.line == chunk.line and following.after in ("comma", "stop")
    return same_line and _has_number(tokens) and _has_number(following.tokens)


def _has_number(tokens: list[Token]) -> bool:
    return any(t.kind in _NUMBERS for t in tokens)


def _without_denied(tokens: list[Token]) -> list[Token]:
    """4 pc nahi 2, M nahi L: what counts stands after the word."""
    for at, token in enumerate(tokens):
        after = next((t for t in tokens[at + 1 :] if t.kind is not Kind.FILLER), None)
        before = _number_before(tokens, at)
        if token.role != "not" or after is None:
            continue
        if at and after.kind is tokens[at - 1].kind and after.kind in _TRAITS:
            if token.word == "not":  # black not white
                return [*tokens[:at], *tokens[tokens.index(after) + 1 :]]
            return [*tokens[: at - 1], *_without_denied(tokens[at + 1 :])]
        if before is None:
            continue
        if after.kind in _NUMBERS and token.word != "no":
            words = [t for t in tokens[before:at] if t.kind is Kind.WORD]
            return [*tokens[:before], *words, *_without_denied(tokens[at + 1 :])]
    return tokens


def _number_before(tokens: list[Token], at: int) -> int | None:
    near = range(at - 1, max(-1, at - 1 - _NEAR), -1)
    return next((i for i in near if tokens[i].kind in _NUMBERS), None)
