"""Which line a group of words speaks of, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from customers.matching.sound import likeness
from drafts.matching.terms import MEASURES_BY_NAME
from drafts.reading.amending.groups import PIECES, Group, Number
from drafts.reading.amending.types import Amendment, Kind, OpenLine, Value
from drafts.reading.offline.lexicon import PIECES_EACH

ALIKE = 0.85
_NO_SPAN = (0, 0)


@dataclass(slots=True)
class Fit:
    """How a group fits a line: what of it points at the line, and what would be new."""

    line: int
    points: int = 0
    new: dict[str, Value] = field(default_factory=dict)


def change(group: Group, lines: Sequence[OpenLine]) -> Amendment | None:
    """Set what is said: of the line spoken of, of the only one, or the only one that has it."""
    fits = [fit for fit in _fits(_named_in(group, lines), lines) if fit.new]
    fit = _best(fits, lines) or _only_taker(fits, lines)
    if fit is None:
        return None
    kind = Kind.QUANTITY if "quantity" in fit.new else Kind.ATTRIBUTE
    return Amendment(kind, fit.line, fit.new, _NO_SPAN)


def cancel(group: Group, lines: Sequence[OpenLine]) -> Amendment | None:
    """Take the line spoken of out, or (2 of 5 cancelled) that much of it."""
    if not group.speaks_of_a_line and not group.numbers:
        return None
    group = _named_in(group, lines)
    counted, group = _counted(group)
    fits = [fit for fit in _fits(group, lines) if not fit.new]
    fit = _best(fits, lines)
    if fit is None or (counted is None and group.numbers):
        return None
    line = lines[fit.line]
    if counted is None:
        return Amendment(Kind.REMOVE, fit.line, {}, _NO_SPAN)
    amount = _quantity(counted, line)
    if amount is None or line.quantity is None or amount > line.quantity:
        return None
    if amount == line.quantity:
        return Amendment(Kind.REMOVE, fit.line, {}, _NO_SPAN)
    return Amendment(Kind.QUANTITY, fit.line, {"quantity": line.quantity - amount}, _NO_SPAN)


def add(group: Group, lines: Sequence[OpenLine]) -> Amendment | None:
    """So many more of the line spoken of; in another size or colour it is a line of its own."""
    counted, group = _counted(group)
    if counted is None:
        return None
    fits = _fits(group, lines)
    fit = _best(fits, lines) or _only_taker(fits, lines)
    if fit is None:
        return None
    line, amount = lines[fit.line], _quantity(counted, lines[fit.line])
    if amount is None:
        return None
    if fit.new:
        return Amendment(Kind.ADD, fit.line, {"quantity": amount, **fit.new}, _NO_SPAN)
    if line.quantity is None:
        return None
    return Amendment(Kind.QUANTITY, fit.line, {"quantity": line.quantity + amount}, _NO_SPAN)


def speaks_of(group: Group, lines: Sequence[OpenLine]) -> bool:
    """Whether all its words name something that one of the lines is called by."""
    return bool(group.words) and any(
        all(_named(word, line.words) for word in group.words) for line in lines
    )


def _named_in(group: Group, lines: Sequence[OpenLine]) -> Group:
    """With a number that stands in a line's name among the words: gold ring 22k 7 kar do.

    Only where it can't be meant as an amount: another number is the new one, or it is
    more than any line has.
    """
    named = [n for n in group.numbers if any(n.text in line.numbers for line in lines)]
    if len(named) != 1 or group.does & {"deny", "place"}:
        return group
    most = max((line.quantity for line in lines if line.quantity is not None), default=0)
    if len(group.numbers) == 1 and ("cancel" not in group.does or named[0].value <= most):
        return group
    rest = Group(**{name: getattr(group, name) for name in Group.__slots__})
    rest.numbers = [number for number in group.numbers if number is not named[0]]
    rest.words = [*group.words, named[0].text]
    return rest


def _counted(group: Group) -> tuple[Number | None, Group]:
    """The one number of a group, and the group without it."""
    if len(group.numbers) != 1:
        return None, group
    rest = Group(**{name: getattr(group, name) for name in Group.__slots__})
    rest.numbers = []
    return group.numbers[0], rest


def _fits(group: Group, lines: Sequence[OpenLine]) -> list[Fit]:
    found = (_fit(group, number, line, of=len(lines)) for number, line in enumerate(lines))
    return [fit for fit in found if fit is not None]


def _fit(group: Group, number: int, line: OpenLine, *, of: int) -> Fit | None:
    """None where something said can't be said of this line."""
    places = [place if place >= 0 else of + place for place in group.ordinals]
    if any(place != number for place in places):
        return None
    if not all(_named(word, line.words | line.numbers) for word in group.words):
        return None
    in_name = [names for names in group.colours if _is_of_name(names, line)]
    fit = Fit(number, points=len(places) + len(group.words) + len(in_name))
    said = [
        ("size", line.size, _sizes(group, line)),
        ("color", line.color, _colours(group, line) if not in_name else []),
        *_amounts(group, line),
    ]
    settled = all(_settle(fit, name, now, values, group.given_up) for name, now, values in said)
    return fit if settled else None


def _named(word: str, words: frozenset[str]) -> bool:
    if word in words or not word.isalpha():
        return word in words
    return any(likeness(word, known) >= ALIKE for known in words)


def _is_of_name(names: tuple[str, ...], line: OpenLine) -> bool:
    """Gold of a gold ring that comes in no colours."""
    return not (line.color or line.colors) and any(n.casefold() in line.words for n in names)


def _settle(
    fit: Fit, name: str, now: Value | None, values: list[Value | None], given_up: int | None
) -> bool:
    """Of the values of one kind at most one is new; one that the line has points at it.

    Of two it must be the one given up that the line has: "not blue, red" changes no red one.
    """
    if None in values or len(values) > 2:
        return False
    new = [value for value in values if not _same(value, now)]
    fit.points += len(values) - len(new)
    if len(new) > 1 or (len(values) == 2 and len(new) != 1):
        return False
    if len(values) == 2 and given_up is not None and not _same(values[given_up], now):
        return False
    if new and new[0] is not None:
        fit.new[name] = new[0]
    return True


def _same(value: Value | None, now: Value | None) -> bool:
    if isinstance(value, str) and isinstance(now, str):
        return value.casefold() == now.casefold()
    return value == now


def _sizes(group: Group, line: OpenLine) -> list[Value | None]:
    """As the shop writes them; one that the product has not is None."""
    said = [*group.sizes]
    if "size" in group.does:
        said += [number.text for number in group.numbers]
    return [_offered((text,), line.size, line.sizes) for text in said]


def _colours(group: Group, line: OpenLine) -> list[Value | None]:
    return [_offered(names, line.color, line.colors) for names in group.colours]


def _offered(names: Iterable[str], now: str, offered: Sequence[str]) -> str | None:
    known = {text.casefold(): text for text in (*offered, *filter(None, [now]))}
    return next((known[name.casefold()] for name in names if name.casefold() in known), None)


def _amounts(group: Group, line: OpenLine) -> list[tuple[str, Value | None, list[Value | None]]]:
    """The numbers as quantities or, of goods that are not sold by weight, grams per piece."""
    if "size" in group.does:
        return []
    weights = [number for number in group.numbers if _is_weight(number, group, line)]
    counts = [number for number in group.numbers if number not in weights]
    sized = [n for n in counts if n.text in line.sizes and not n.unit]
    quantities: list[Value | None] = [None if n in sized else _quantity(n, line) for n in counts]
    return [
        ("weight", line.weight, [_grams(number) for number in weights]),
        ("quantity", line.quantity, quantities),
    ]


def _is_weight(number: Number, group: Group, line: OpenLine) -> bool:
    measure = MEASURES_BY_NAME.get(number.unit)
    by_mass = line.unit in MEASURES_BY_NAME and MEASURES_BY_NAME[line.unit].dimension == "mass"
    weighed = measure is not None and measure.dimension == "mass"
    return (weighed or "weight" in group.does) and not by_mass


def _grams(number: Number) -> Decimal | None:
    measure = MEASURES_BY_NAME.get(number.unit or "g")
    return number.value * measure.factor if measure and measure.dimension == "mass" else None


def _quantity(number: Number, line: OpenLine) -> Decimal | None:
    """In the line's unit; None for what is said in another one."""
    if not number.unit or number.unit == line.unit:
        return number.value
    said, own = MEASURES_BY_NAME.get(number.unit), MEASURES_BY_NAME.get(line.unit)
    if number.unit in PIECES_EACH and line.unit in PIECES:
        return number.value * PIECES_EACH[number.unit]
    if said is None or own is None or said.dimension != own.dimension:
        return None
    return number.value * said.factor / own.factor


def _best(fits: list[Fit], lines: Sequence[OpenLine]) -> Fit | None:
    """The line that most points at; where nothing does, the only line there is."""
    ranked = sorted(fits, key=lambda fit: -fit.points)
    if not ranked or (ranked[0].points == 0 and len(lines) > 1):
        return None
    tied = len(ranked) > 1 and ranked[1].points == ranked[0].points
    return None if tied else ranked[0]


def _only_taker(fits: list[Fit], lines: Sequence[OpenLine]) -> Fit | None:
    """Size M is asked for, and one line alone is sold in M."""
    traits = {"size", "color"}
    takers = [fit for fit in fits if fit.new.keys() & traits and "quantity" not in fit.new]
    return takers[0] if len(takers) == 1 and len(fits) == 1 else None
