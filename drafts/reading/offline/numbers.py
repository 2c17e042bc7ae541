"""Number words joined into numbers: dedh sau 150, sadhe teen 3.5, aadha darjan half a dozen."""

from __future__ import annotations

from decimal import Decimal

from . import lexicon
from .tokens import Kind, Token

# "be" is two in Gujarati; these words tell which language it is.
_IS = frozenset(lexicon.IS)
_BEFORE_ENGLISH_BE = frozenset(lexicon.BE["before_english"])
_AFTER_BE = frozenset(lexicon.BE["after_two"])
_SAYABLE = (Kind.WORD, Kind.FILLER, Kind.COUNT)


def read_numbers(tokens: list[Token]) -> list[Token]:
    """The same tokens, each run of number words replaced by one NUMBER token."""
    read: list[Token] = []
    at = 0
    while at < len(tokens):
        token, used = _number_at(tokens, at)
        read.append(token or tokens[at])
        at += used
    return read


def _number_at(tokens: list[Token], at: int) -> tuple[Token | None, int]:
    first = tokens[at]
    if first.kind is Kind.NUMBER:
        return _mixed_number(tokens, at)
    if first.kind not in _SAYABLE or not _is_number_word(first):
        return None, 1
    value, used = _value_at(tokens, at)
    if value is None or _is_something_else(tokens, at, used):
        return None, 1
    return _merged(tokens[at : at + used], value), used


def _mixed_number(tokens: list[Token], at: int) -> tuple[Token | None, int]:
    """2 1/2 is two and a half; 2 dozen stays two."""
    first = tokens[at]
    if at + 1 < len(tokens) and first.value is not None:
        after = tokens[at + 1]
        half = after.value if after.kind is Kind.NUMBER and "/" in after.text else None
        if half is not None and half < 1 and first.value == int(first.value):
            return _merged(tokens[at : at + 2], first.value + half), 2
        scale = lexicon.MULTIPLIERS.get(after.word) if len(after.word) > 2 else None
        if scale is not None and after.kind is not Kind.NOISE:
            return _merged(tokens[at : at + 2], first.value * scale), 2
    return first, 1


def _is_number_word(token: Token) -> bool:
    word = token.word
    return (
        word in lexicon.FRACTIONS
        or word in lexicon.SHIFTS
        or _number_of(token) is not None
        or (word in lexicon.MULTIPLIERS and word != "so")
    )


def _number_of(token: Token) -> Decimal | None:
    """By sound only where it was transliterated: chawal would else be chavalis, 44."""
    if token.text.isascii():
        return lexicon.NUMBERS.exact(token.word)
    return lexicon.NUMBERS.get(token.word)


def _value_at(tokens: list[Token], at: int) -> tuple[Decimal | None, int]:
    word = tokens[at].word
    following = _number_of(tokens[at + 1]) if at + 1 < len(tokens) else None
    if word in lexicon.SHIFTS and following is not None:
        return _scaled(tokens, at, following + lexicon.SHIFTS[word], 2)
    if word in lexicon.MULTIPLIERS:
        return lexicon.MULTIPLIERS[word], 1
    value = lexicon.FRACTIONS.get(word)
    if value is None:
        value = _number_of(tokens[at])
    return (None, 1) if value is None else _scaled(tokens, at, value, 1)


def _scaled(tokens: list[Token], at: int, value: Decimal, used: int) -> tuple[Decimal, int]:
    """do sau 200, twenty five 25."""
    if at + used >= len(tokens):
        return value, used
    following = tokens[at + used].word
    if following in lexicon.MULTIPLIERS:
        return value * lexicon.MULTIPLIERS[following], used + 1
    small = lexicon.NUMBERS.exact(following)
    tens = value in range(20, 100, 10) and tokens[at].word.endswith("y")
    if tens and small is not None and 0 < small < 10:
        return value + small, used + 1
    return value, used


def _is_something_else(tokens: list[Token], at: int, used: int) -> bool:
    """kar do, bhej do, do you, half shirt: words that only look like numbers."""
    word = tokens[at].word
    after = tokens[at + used] if at + used < len(tokens) else None
    before_unit = after is not None and after.kind in (Kind.MEASURE, Kind.COUNT)
    if used == 1 and word in lexicon.ONLY_BEFORE_UNIT:
        return not before_unit and not _gujarati_two(tokens, at)
    if word in lexicon.DOUBTFUL and used == 1 and not before_unit:
        return _is_verb(tokens, at, after)
    return False


def _gujarati_two(tokens: list[Token], at: int) -> bool:
    """be before a thing or a verb is two, unless English surrounds it."""
    if tokens[at].word != "be":
        return False
    before = tokens[at - 1].word if at else ""
    if at + 1 >= len(tokens) or tokens[at + 1].kind in (Kind.STOP, Kind.LINE, Kind.AND):
        said = [t for t in tokens[:at] if t.word not in ("na", "ni", "nu", "no")][-1:]
        kinds = (Kind.COUNT, Kind.WORD, Kind.COLOUR, Kind.SIZE)
        return any(t.kind in kinds for t in said)
    if before in _BEFORE_ENGLISH_BE:
        return False
    return tokens[at + 1].kind in (Kind.WORD, Kind.COLOUR) or tokens[at + 1].word in _AFTER_BE


def _is_verb(tokens: list[Token], at: int, after: Token | None) -> bool:
    before = tokens[at - 1] if at else None
    word = tokens[at].word
    ends = after is None or after.kind in (Kind.STOP, Kind.LINE)
    if word in _IS:
        return ends and before is not None and before.kind in (Kind.WORD, Kind.FILLER)
    if word == "one" and before is not None:
        return _is_pronoun(tokens, at, before, ends=ends)
    return word == "do" and _is_doing(before, after, ends=ends)


def _is_pronoun(tokens: list[Token], at: int, before: Token, *, ends: bool) -> bool:
    """the red one, this one please."""
    if before.kind is Kind.COLOUR:
        return at > 1 and tokens[at - 2].word == "the"
    return not ends and before.word in ("this", "that", "the", "which", "no", "any")


def _is_doing(before: Token | None, after: Token | None, *, ends: bool) -> bool:
    """bhej do, do you, mangwa ke do."""
    if before is not None and before.word in lexicon.VERB_STEMS | {"you", "u", "we", "i", "they"}:
        return True
    if after is not None and after.word in ("you", "u", "not", "we", "i"):
        return True
    # A lone do at the end of a sentence after a verb's filler is the verb.
    return ends and before is not None and before.word in ("ke", "bhi", "na")


def _merged(parts: list[Token], value: Decimal) -> Token:
    first, last = parts[0], parts[-1]
    text = " ".join(part.text for part in parts)
    return Token(text, first.word, first.start, last.end, Kind.NUMBER, value=value)
