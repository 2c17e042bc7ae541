"""A message cut into groups of words, each with what it does and what it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from drafts.matching.terms import canonical
from drafts.reading.amending.lexicon import means, ordinal
from drafts.reading.offline.tokens import Kind, Token

PIECES = ("pc", "piece")
_VALUES = (Kind.NUMBER, Kind.SIZE, Kind.COLOUR)
# Between a value and the verb that sets it: 3 piece kar do, M size kar do.
_BESIDE = (Kind.COUNT, Kind.MEASURE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as said, with the counting or measuring word behind it."""

    value: Decimal
    text: str
    unit: str = ""


@dataclass(slots=True)
class Group:
    """Words between two breaks.

    ``words`` are in canonical form; ``does`` holds the groups of words.toml found in it;
    ``given_up`` says which of two values (0 or 1) is the old one, where the words tell;
    ``unclear`` where something in it can be no part of a change.
    """

    start: int
    end: int
    words: list[str] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)
    colours: list[tuple[str, ...]] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)
    does: set[str] = field(default_factory=set)
    given_up: int | None = None
    unclear: bool = False

    @property
    def speaks_of_a_line(self) -> bool:
        """Whether anything in it may tell one line from another."""
        return bool(self.words or self.sizes or self.colours or self.ordinals or "one" in self.does)

    @property
    def has_two(self) -> bool:
        """Two values of one kind: an old one and a new one."""
        return 2 in (len(self.numbers), len(self.sizes), len(self.colours))


def split_groups(tokens: list[Token]) -> list[Group]:
    """The groups of one message; a break after a denial (2 nahi, 4) is none."""
    parts: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if not _is_break(token) or _comes_on_top(token, parts, after):
            parts[-1].append(token)
        elif parts[-1] and not means(parts[-1][-1], "deny"):
            parts.append([])
    return [_group(part) for part in parts if part]


def _is_break(token: Token) -> bool:
    return token.kind in (Kind.AND, Kind.STOP, Kind.LINE)


def _comes_on_top(token: Token, parts: list[list[Token]], after: Token | None) -> bool:
    """aur ek, ek aur kurta, 500 gram aur bhej do, 2 ring bhi: more of it, no break."""
    if token.kind is not Kind.AND or not (means(token, "more") or means(token, "and_more")):
        return False
    part = parts[-1]
    if means(token, "more") or not part:
        return means(token, "more") or len(parts) == 1
    ends = after is None or after.kind in (Kind.FILLER, Kind.STOP, Kind.LINE)
    counted = part[-1].kind in (Kind.NUMBER, *_BESIDE)
    return counted and (ends or len(part) == 1)


def _group(tokens: list[Token]) -> Group:
    group = Group(tokens[0].start, tokens[-1].end)
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        _take(group, token, before, tokens[at + 1 :])
    group.given_up = _given_up(tokens)
    return group


def _given_up(tokens: list[Token]) -> int | None:
    """2 nahi 4 and 2 ki jagah 4 give up what stands before, 4 not 2 what stands after."""
    at = next((n for n, t in enumerate(tokens) if means(t, "deny") or means(t, "place")), None)
    if at is None:
        return None
    before = sum(token.kind in _VALUES for token in tokens[:at])
    after = sum(token.kind in _VALUES for token in tokens[at + 1 :])
    if before + after != 2:
        return None
    if means(tokens[at], "gives_up_next"):
        return before if after else None
    return 0 if before == 1 else None


def _take(group: Group, token: Token, before: Token | None, after: list[Token]) -> None:
    if _is_word_one(token, before) or _is_verb_end(token, before):
        group.does.update({"one"} if token.word == "one" else set())
    elif (place := ordinal(token)) is not None:
        group.ordinals.append(place)
    elif token.kind is Kind.NUMBER:
        _take_number(group, token, after)
    elif token.kind is Kind.SIZE:
        group.sizes.append(token.names[0])
    elif token.kind is Kind.COLOUR:
        group.colours.append(token.names)
    else:
        _take_word(group, token, before)


def _is_word_one(token: Token, before: Token | None) -> bool:
    """the blue one, the last one; but one more is a number."""
    if token.word != "one" or before is None:
        return False
    return before.kind in (Kind.COLOUR, Kind.SIZE, Kind.WORD) or ordinal(before) is not None


def _is_verb_end(token: Token, before: Token | None) -> bool:
    """kari do, hata do: the do of a verb is no two."""
    if before is None or not means(token, "verb_end"):
        return False
    verbs = ("set_after", "cancel", "ask", "more")
    return any(means(before, name) for name in verbs)


def _take_number(group: Group, token: Token, after: list[Token]) -> None:
    if token.value is None or token.value <= 0:
        group.unclear = True
    elif token.text.lower() in ("don", "don'") or (token.word == "don" and after[:1]):
        group.does.add("deny")  # don't
    else:
        unit = after[0].unit if after and after[0].kind in _BESIDE else ""
        group.numbers.append(Number(token.value, token.text, unit))


def _take_word(group: Group, token: Token, before: Token | None) -> None:
    """The first group of words.toml that holds it; else it names something, or says nothing."""
    if token.kind in (Kind.RATIO, Kind.NOISE):
        group.unclear = True
    elif token.role in ("size", "weight"):
        group.does.add(token.role)
    elif means(token, "set_after"):
        valued = before is not None and (
            before.kind in (*_VALUES, *_BESIDE) or before.role in ("size", "weight")
        )
        group.does.add("set" if valued else "verb")
    elif found := next((name for name in _MEANINGS if means(token, name)), None):
        group.does.add(found)
    elif token.kind is Kind.AND:
        group.does.add("more")
    elif token.kind is Kind.WORD:
        group.words.append(canonical(token.word))


_MEANINGS = ("doubt", "cancel", "deny", "place", "set_before", "more", "whole", "one", "ask")
