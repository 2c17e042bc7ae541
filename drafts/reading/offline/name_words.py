"""Where a name starts and ends: the little words around it and the name itself."""

from __future__ import annotations

from . import lexicon
from .tokens import Kind, Token

_LIYE = lexicon.NAMING["liye"]
_KE = lexicon.NAMING["ke"]
_MATE = lexicon.NAMING["mate"]
_TAILS = lexicon.NAMING["tails"]
_WALE = lexicon.NAMING["wale"]
_CALLS = lexicon.NAMING["calls"]
_VOCATIVES = (lexicon.HONORIFICS | _CALLS) - lexicon.TITLES
_AFTER = lexicon.NAMING["after"]
_OWNERS = lexicon.NAMING["owners"]
_OPENERS = lexicon.NAMING["openers"]


def trimmed(tokens: list[Token]) -> list[Token]:
    """Without leading 'aur', 'please' and trailing marks."""
    kept = [t for t in tokens if t.kind is not Kind.SYMBOL]
    while len(kept) > 1 and kept[0].kind in (Kind.AND, Kind.FILLER) and not _may_open(kept[0]):
        kept = kept[1:]
    return kept


def core(tokens: list[Token]) -> list[Token]:
    """Rajkot wale Kiran bhai, arey bhai Mocha cafe, Bombay Bites wali madam: the name itself."""
    bracket = next((at for at, t in enumerate(tokens) if t.text == "("), 0)
    tokens = tokens[:bracket] if bracket else tokens
    while len(tokens) > 2 and tokens[0].word in _VOCATIVES:
        tokens = tokens[1:]
    places = [at for at, t in enumerate(tokens) if t.word in _WALE and 0 < at < len(tokens) - 1]
    if places:
        after = tokens[places[-1] + 1 :]
        titles = all(t.word in lexicon.HONORIFICS for t in after)
        tokens = tokens[: places[-1]] if titles else after
    while len(tokens) > 1 and tokens[-1].word in _AFTER:
        tokens = tokens[:-1]
    return tokens


def _may_open(token: Token) -> bool:
    return token.word in lexicon.KIN or token.word in _OPENERS


def for_whom(tokens: list[Token]) -> tuple[int, int] | None:
    """Where 'ke liye' or 'mate' starts and ends, first time."""
    for at, token in enumerate(tokens):
        if at == 0:
            continue
        if token.word in _LIYE and tokens[at - 1].word in _KE and at > 1:
            return at - 1, at + 1
        if token.word in _LIYE and token.word != "naam":
            return at, at + 1
        if token.word in _MATE:
            owner = tokens[at - 1].word in ("na", "ni") and at > 1
            return (at - 1 if owner else at), at + 1
    return None


def before_comma(tokens: list[Token]) -> list[Token]:
    """Om Garments, Latur: where it is stands after the comma."""
    comma = next((i for i, t in enumerate(tokens) if t.text == "," and i), len(tokens))
    return tokens[:comma]


def without_tail(tokens: list[Token]) -> tuple[list[Token], bool]:
    """Neha ka order, Neha ka mahine ka ration -> Neha, True."""
    kept = [t for t in tokens if t.kind is not Kind.SYMBOL]
    owned = False
    if len(kept) > 2 and kept[-1].word in lexicon.HONORIFICS and kept[-2].word in _TAILS:
        kept = kept[:-1]  # Mohan ji ka order hai bhai
    while len(kept) > 1 and kept[-1].word in _TAILS | _OWNERS:
        owned = owned or kept[-1].word in _OWNERS
        kept = kept[:-1]
    return kept, owned
