"""What each token is: number, unit, size, colour, little word, or a word of a product."""

from __future__ import annotations

from decimal import Decimal

from . import lexicon
from .noise import is_inside
from .numbers import read_numbers
from .tokens import Kind, Token, size_name

_SIZE_LETTERS = {"s": "S", "m": "M", "l": "L"}
_SIZE_WORDS = {
    "small": "S", "smal": "S", "medium": "M", "large": "L", "larj": "L",
    "laarj": "L", "meediyam": "M", "midiyam": "M", "smaal": "S", "smol": "S", "es": "S", "esa": "S",
    "em": "M", "ema": "M", "el": "L", "ela": "L", "eksel": "XL", "eksaela": "XL", "eksael": "XL",
    "aeks": "XL", "dablaeksel": "XXL", "eksaeksael": "XXL", "free": "free",
}  # fmt: skip
_MEASURE_LETTERS = {"l": "l", "m": "m", "g": "g"}
_GAVE = frozenset({"diya", "diye", "di"})  # bhej diya: sent; a diya alone is a lamp
_MEASURED = frozenset({"waist", "kamar", "chest"})  # waist 32; but a waist chain
_EX = frozenset({"eks", "ex"})
_QUOTE = '"'


def tag(tokens: list[Token], noise: list[tuple[int, int]]) -> list[Token]:
    """The tokens with kinds, units, roles and values settled, number words joined to one token."""
    for token in tokens:
        if token.kind is not Kind.LINE and is_inside(token.start, token.end, noise):
            token.kind = Kind.NOISE
    for at, token in enumerate(tokens):
        _tag_one(token, tokens[at - 1] if at else None, _next(tokens, at))
    _pass_over_article(tokens)
    joined = read_numbers(_join_sizes(_join_colours(tokens)))
    _settle_units(joined)
    return joined


def _pass_over_article(tokens: list[Token]) -> None:
    """half a kilo is half kilo."""
    for at in range(len(tokens) - 2, 0, -1):
        counted = tokens[at + 1].kind in (Kind.MEASURE, Kind.COUNT)
        if tokens[at].word in ("a", "an") and tokens[at - 1].word == "half" and counted:
            del tokens[at]


def _next(tokens: list[Token], at: int) -> Token | None:
    return tokens[at + 1] if at + 1 < len(tokens) else None


def _tag_one(token: Token, before: Token | None, after: Token | None) -> None:
    if token.kind is Kind.SYMBOL:
        _tag_symbol(token, before)
    elif token.text == "." and before is not None and before.word in lexicon.TITLES:
        token.kind = Kind.FILLER  # Mr. Dutta
    elif token.kind is Kind.WORD:
        _tag_word(token, before, after)


def _tag_symbol(token: Token, before: Token | None) -> None:
    if token.text in ",;|":
        token.kind = Kind.STOP
    elif token.text in "+&":
        token.kind = Kind.AND
    elif token.text == _QUOTE and before is not None and before.kind is Kind.NUMBER:
        token.kind, token.unit = Kind.MEASURE, "inch"
    elif token.text in "x*":
        token.role = "multiply"
    elif token.text == "/" and not token.glued and before is not None:
        token.kind = Kind.STOP  # S 2, XL 4 / short kurta: a list on one line


def _tag_word(token: Token, before: Token | None, after: Token | None) -> None:
    after_number = before is not None and before.kind is Kind.NUMBER
    token.role = lexicon.ROLES.exact(token.word) or ""
    beside_number = after_number or (after is not None and after.kind is Kind.NUMBER)
    if token.word in _MEASURED and not beside_number:
        token.role = ""
    if token.word in _GAVE and before is not None and before.word in lexicon.VERB_STEMS:
        token.kind = Kind.FILLER
        return
    if _tag_letter(token, before, after_number=after_number):
        return
    if token.word == "in":
        inches = after_number and token.glued
        token.kind, token.unit = (Kind.MEASURE, "inch") if inches else (Kind.FILLER, "")
    elif token.role == "and":
        token.kind = Kind.AND
    elif token.word == "can" and (after is None or after.word in ("you", "i", "we", "u")):
        token.kind = Kind.FILLER
    else:
        _tag_by_list(token)


def _tag_letter(token: Token, before: Token | None, *, after_number: bool) -> bool:
    """One letter: a size, a measure after a number, the x of 2 x 3."""
    if token.word == "x":
        token.kind, token.role = Kind.SYMBOL, "multiply"
        return True
    size = _SIZE_LETTERS.get(token.word) or _SIZE_WORDS.get(token.word)
    if size is not None:
        hyphened = before is not None and before.text == "'"
        token.kind = Kind.FILLER if hyphened else Kind.SIZE
        token.names = (size,)
        token.unit = _MEASURE_LETTERS.get(token.word, "") if after_number else ""
        return True
    return False


def _tag_by_list(token: Token) -> None:
    measure = lexicon.MEASURE_NAMES.exact(token.word)
    unit = lexicon.UNITS.exact(token.word)
    colours = lexicon.COLOUR_NAMES.get(token.word)
    if measure and measure != "piece":
        token.kind, token.unit = Kind.MEASURE, measure
    elif unit and not (lexicon.NUMBERS.exact(token.word) and token.word != "tin"):
        token.kind, token.unit = Kind.COUNT, unit
    elif colours:
        token.kind, token.names = Kind.COLOUR, colours
    elif token.role or lexicon.is_filler(token.word, indic=not token.text.isascii()):
        token.kind = Kind.FILLER


def _join_colours(tokens: list[Token]) -> list[Token]:
    """sky blue, rose gold, navy blue: two words, one colour."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        names = _two_word_colour(last, token)
        if last is not None and names is not None:
            last.text, last.word = f"{last.text} {token.text}", f"{last.word} {token.word}"
            last.end, last.kind, last.names = token.end, Kind.COLOUR, names
        else:
            joined.append(token)
    return joined


def _join_sizes(tokens: list[Token]) -> list[Token]:
    """The letters spelled apart: x l, and the same in Devanagari."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last is not None and last.word in _EX and token.names in (("L",), ("S",)):
            last.text, last.end = f"{last.text} {token.text}", token.end
            last.kind, last.role, last.names = Kind.SIZE, "", (f"X{token.names[0]}",)
        else:
            joined.append(token)
    return joined


def _two_word_colour(last: Token | None, token: Token) -> tuple[str, ...] | None:
    if last is None or Kind.NOISE in (last.kind, token.kind):
        return None
    return lexicon.COLOUR_NAMES.exact(f"{last.word} {token.word}")


def _settle_units(tokens: list[Token]) -> None:
    """A number directly before a counting word or after x counts; 2nd sizes are no measures."""
    for at, token in enumerate(tokens):
        after = _next(tokens, at)
        if token.kind is not Kind.NUMBER or after is None:
            continue
        if after.kind in (Kind.MEASURE, Kind.COUNT):
            token.unit = after.unit
            token.counts = after.kind is Kind.COUNT
        elif after.kind is Kind.SIZE and after.unit and token.value not in (None, Decimal(0)):
            continue


__all__ = ["size_name", "tag"]
