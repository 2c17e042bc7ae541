"""A chunk cut where its words take something back: sorry, ruko, nahi nahi."""

from __future__ import annotations

from .lexicon import CHANGING
from .segment import Chunk
from .tokens import Kind, Token, is_content

_HARD_CORRECTIONS = CHANGING["corrections"]
_SOFT_CORRECTIONS = CHANGING["soft_corrections"]
_TWICE = CHANGING["twice"]
_MORE = CHANGING["more"]
_TAKES_BACK = CHANGING["takes_back"]
_NO = CHANGING["denials"]
_WANTED = CHANGING["wanted"]
_SETS = CHANGING["sets"]
_MOMENTS = CHANGING["moments"]
_STRUCK = CHANGING["struck"]


def cut_at_corrections(chunk: Chunk) -> list[Chunk]:
    parts: list[Chunk] = []
    start, corrects = 0, chunk.corrects
    for at in range(len(chunk.tokens)):
        kind = _correction_at(chunk.tokens, at)
        if not kind:
            continue
        if at > start:
            parts.append(_part(chunk, start, at, "denied" if kind == "not" else corrects))
        start, corrects = at + 1, "" if kind == "not" else chunk.corrects or kind
    parts.append(_part(chunk, start, len(chunk.tokens), corrects))
    return parts


def _part(chunk: Chunk, start: int, end: int, corrects: str) -> Chunk:
    tokens = chunk.tokens[start:end]
    if corrects and any(t.word in _MORE for t in tokens):
        corrects = ""
    after = chunk.after if start == 0 else "stop"
    return Chunk(tokens, chunk.line, after, chunk.client, corrects, chunk.bullet)


def _correction_at(tokens: list[Token], at: int) -> str:
    token = tokens[at]
    that = at + 1 < len(tokens) and tokens[at + 1].word in ("that", "it", "this")
    if token.word in _HARD_CORRECTIONS or (token.word in _STRUCK and that):
        return "hard"
    if token.kind is Kind.NOISE and token.word in _MOMENTS:
        return "hard"
    if token.word in _SOFT_CORRECTIONS and at == 0:
        return "soft"
    if token.word in _TWICE and _opens(tokens, at) and len(token.word) > 2:
        return "hard"
    if token.role == "not" and _between_words(tokens, at):
        return "not"
    twice = at and tokens[at - 1].word == token.word
    return "hard" if twice and token.word in _TWICE else ""


def gives_up(token: Token) -> bool:
    """The word for it in saree rehne do, saree mat bhejna; it names nothing."""
    return token.word in _TAKES_BACK | _NO | _WANTED


def takes_back(tokens: list[Token]) -> bool:
    """rajma rehne do, leave the cream ones out: of something that was ordered before."""
    said = {t.word for t in tokens}
    denied = said & _NO and said & _WANTED
    return not _counts(tokens) and bool(said & _TAKES_BACK or denied)


def denies(tokens: list[Token]) -> bool:
    """green peas nahi: its last word, and no number."""
    said = [t for t in tokens if t.kind is not Kind.SYMBOL]
    return len(said) > 1 and said[-1].role == "not" and not _counts(tokens)


def resets(tokens: list[Token]) -> bool:
    """paneer 4 kar dena, after paneer 3."""
    kinds = {t.kind for t in tokens}
    said = {t.word for t in tokens}
    traits = kinds & {Kind.SIZE, Kind.COLOUR}
    return _counts(tokens) and not traits and bool(said & _SETS) and not said & set(_MORE)


def _counts(tokens: list[Token]) -> bool:
    return any(t.kind in (Kind.NUMBER, Kind.RATIO) for t in tokens)


def _opens(tokens: list[Token], at: int) -> bool:
    """nahi 4 jodi kar do: a denial that opens its part and is followed by something."""
    first = next(i for i, t in enumerate(tokens) if t.kind is not Kind.SYMBOL)
    verbs = at + 1 < len(tokens) and tokens[at + 1].word in CHANGING["wants"]
    return at == first and not verbs


def _between_words(tokens: list[Token], at: int) -> bool:
    """cream nahi white: what stands before is taken back."""
    return any(is_content(t) for t in tokens[:at]) and any(is_content(t) for t in tokens[at:])


def without_denied(tokens: list[Token]) -> list[Token]:
    """sorry, not cuban: what follows 'not' is no longer wanted."""
    for at, token in enumerate(tokens):
        if token.word == "not":
            return tokens[:at]
    return tokens
