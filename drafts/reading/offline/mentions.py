"""What every number, size and colour of an item is, once its product is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from drafts.matching.terms import MEASURES_BY_NAME, Amount, canonical

from . import lexicon
from .facts import Facts
from .tokens import Kind, Token

_MAX_QUANTITY = Decimal(100_000)
_TOLA_NAMES = ("tola", "g")
_RANGE_MARKS = frozenset({"-", "to", "se", "thi", "~"})
_SIZE_SIGNS = frozenset({"no", "nu", "number", "nambar", "numbar", "num"})
_METALS = frozenset({"gold", "silver"})


class Role(StrEnum):
    """The part a mention plays in its item."""

    QUANTITY = "quantity"
    SIZE = "size"
    COLOUR = "colour"
    WEIGHT = "weight"
    RATIO = "ratio"
    RANGE = "range"
    EACH = "each"
    SETS = "sets"
    DENIED = "denied"


@dataclass(slots=True)
class Mention:
    """One thing said; ``sure`` means that its own words say what it is."""

    role: Role
    token: Token
    value: Decimal = Decimal(0)
    name: str = ""
    sure: bool = False
    total: bool = False
    parts: tuple[Decimal, ...] = ()
    unit: str = ""
    doubt: str = ""


class Interpreter:
    """Reads the tokens of one item in the light of one product's facts."""

    def __init__(
        self, tokens: list[Token], facts: Facts, *, known: bool, single: bool = False
    ) -> None:
        self._tokens = tokens
        self._facts = facts
        self._known = known
        self._single = single
        self._numbers = [t for t in tokens if t.kind is Kind.NUMBER and _orderable(t)]
        self._first_word = next((i for i, t in enumerate(tokens) if t.kind is Kind.WORD), -1)

    def mentions(self) -> list[Mention]:
        """In the order said; numbers of the product's name and noise are left out."""
        found: list[Mention] = []
        at = 0
        while at < len(self._tokens):
            mention, used = self._at(at)
            if mention is not None:
                found.append(mention)
            at += used
        return _settled(found, self._facts, self._tokens, single=self._single)

    def _at(self, at: int) -> tuple[Mention | None, int]:
        token = self._tokens[at]
        if token.kind is Kind.NUMBER:
            return self._number(at)
        if token.kind is Kind.RATIO:
            parts = tuple(Decimal(p) for p in token.text.split(":"))
            return Mention(Role.RATIO, token, parts=parts), 1
        if token.kind is Kind.SIZE:
            return self._size_word(at), 1
        if token.kind is Kind.COLOUR:
            return self._colour(token), 1
        if token.role == "each" or token.word == "per":
            return Mention(Role.EACH, token), 1
        return self._range(at), 1

    def _range(self, at: int) -> Mention | None:
        """M se XXL, 30 to 36: the sizes between two sizes."""
        token = self._tokens[at]
        if token.word not in _RANGE_MARKS or not 0 < at < len(self._tokens) - 1:
            return None
        sides = (self._tokens[at - 1], self._tokens[at + 1])
        sized = all(self._size_text(t) in self._facts.sizes for t in sides)
        return Mention(Role.RANGE, token) if sized and token.text != "-" else None

    @staticmethod
    def _size_text(token: Token) -> str:
        return token.names[0] if token.kind is Kind.SIZE else token.text

    def _size_word(self, at: int) -> Mention | None:
        token = self._tokens[at]
        name = token.names[0]
        if self._facts.sizes or not self._known:
            if name in self._facts.sizes:
                return Mention(Role.SIZE, token, name=name, sure=True)
            unknown = not self._facts.sizes and not self._known
            return Mention(Role.SIZE, token, name=name, sure=True) if unknown else None
        return None

    def _colour(self, token: Token) -> Mention | None:
        offered = next((n for n in token.names if n in self._facts.colours), None)
        if offered is not None:
            return Mention(Role.COLOUR, token, name=offered, sure=True)
        if token.names[0] in _METALS or (self._known and not self._facts.colours):
            return None
        if any(canonical(w) in self._facts.words for w in token.word.split()):
            return None
        doubt = "colour is not offered" if self._known else ""
        return Mention(Role.COLOUR, token, name=token.names[0], doubt=doubt)

    def _number(self, at: int) -> tuple[Mention | None, int]:
        token = self._tokens[at]
        ranged = self._weight_range(at)
        if ranged is not None:
            return ranged
        dashed = self._dashed_size(at)
        if dashed is not None:
            return dashed, 3
        if not _orderable(token):
            return None, 1
        after = self._next(at)
        if after is not None and self._is_measure(after):
            return self._measured(at, after)
        if after is not None and after.kind is Kind.COUNT:
            named = self._names_piece(token, after)
            return None if named else self._counted(token, after), 2
        return self._bare(at), 1

    def _next(self, at: int) -> Token | None:
        return self._tokens[at + 1] if at + 1 < len(self._tokens) else None

    def _is_measure(self, token: Token) -> bool:
        """2 L is two litres only of things that have no size L."""
        if token.kind is Kind.MEASURE:
            return True
        return (
            token.kind is Kind.SIZE and bool(token.unit) and not self._facts.sizes and self._known
        )

    def _weight_range(self, at: int) -> tuple[Mention, int] | None:
        """18-20 gm: the middle."""
        window = self._tokens[at : at + 5]
        grams = [
            i for i, t in enumerate(window) if t.kind is Kind.MEASURE and t.unit in _TOLA_NAMES
        ]
        numbers = [t for t in window[:3] if t.kind is Kind.NUMBER and t.value]
        if not grams or len(numbers) != 2 or window[1].word not in _RANGE_MARKS | {"g"}:
            return None
        end = grams[-1]
        if end not in (3, 4) or window[2].kind is not Kind.NUMBER:
            return None
        middle = (_value(numbers[0]) + _value(numbers[1])) / 2
        grams_each = middle * MEASURES_BY_NAME[window[end].unit].factor
        return Mention(Role.WEIGHT, window[0], value=grams_each, sure=True), end + 1

    def _dashed_size(self, at: int) -> Mention | None:
        """2-6 for a bangle of size 2.6."""
        window = self._tokens[at : at + 3]
        if len(window) < 3 or window[1].text not in "-/" or not window[2].glued:
            return None
        name = f"{window[0].text}.{window[2].text}"
        sized = name in self._facts.sizes and "." not in window[0].text
        return Mention(Role.SIZE, window[0], name=name, sure=True) if sized else None

    def _measured(self, at: int, after: Token) -> tuple[Mention | None, int]:
        token = self._tokens[at]
        measure = MEASURES_BY_NAME[after.unit]
        amount = Amount(_value(token), measure.dimension, _value(token) * measure.factor)
        if measure.dimension == "inch":
            return self._inches(token), 2
        if self._facts.names_amount(amount) and not self._facts.loose:
            return None, 2
        if measure.dimension in ("mass", "volume"):
            return self._amount(at, token, after, amount), 2
        return None, 2

    def _inches(self, token: Token) -> Mention | None:
        name = _number_text(token)
        if name in self._facts.sizes or not self._known:
            return Mention(Role.SIZE, token, name=name, sure=True)
        return None

    def _amount(self, at: int, token: Token, after: Token, amount: Amount) -> Mention | None:
        """Grams and litres: the quantity of loose goods, packs of packed goods, else a weight."""
        facts = self._facts
        if facts.loose and facts.loose_dimension == amount.dimension:
            value = amount.base / facts.loose
            return Mention(Role.QUANTITY, token, value=value, sure=True, unit=facts.unit)
        if facts.content and facts.content.dimension == amount.dimension and facts.content.base:
            packs = amount.base / facts.content.base
            whole = packs == int(packs)
            value, doubt = (packs, "") if whole else (_value(token), "pack size not sold")
            return Mention(Role.QUANTITY, token, value=value, unit="content", doubt=doubt)
        if not self._known:
            return self._unknown_amount(at, token, after, amount)
        weighs = amount.dimension == "mass" and not facts.loose
        if not weighs:
            return None
        total = self._says_total(at)
        return Mention(Role.WEIGHT, token, value=amount.base, sure=True, total=total)

    def _unknown_amount(
        self, at: int, token: Token, after: Token, amount: Amount
    ) -> Mention | None:
        """Of an unknown thing, 5 kg is how much, or the pack when another number counts."""
        others = [t for t in self._numbers if t is not token and not self._measured_token(t)]
        if after.unit in _TOLA_NAMES and (others or after.unit == "tola") and self._says_each(at):
            return Mention(Role.WEIGHT, token, value=amount.base, total=self._says_total(at))
        if others or after.unit == "ml":
            return None
        return Mention(Role.QUANTITY, token, value=_value(token), unit=after.unit)

    def _measured_token(self, token: Token) -> bool:
        after = self._next(self._tokens.index(token))
        return after is not None and after.kind is Kind.MEASURE

    def _says_each(self, at: int) -> bool:
        near = self._tokens[max(0, at - 3) : at + 5]
        return any(t.role in ("each", "total", "weight") or t.word == "per" for t in near)

    def _says_total(self, at: int) -> bool:
        """total wajan 36 gm, 60 gm total; but never 36 gm each."""
        near = self._tokens[max(0, at - 4) : at + 5]
        each = any(t.role == "each" for t in self._tokens[at : at + 5])
        return any(t.role == "total" for t in near) and not each

    def _names_piece(self, token: Token, after: Token) -> bool:
        """3 piece suit: the counting word is part of the name, if another number counts."""
        own = self._facts.names_amount(Amount(_value(token), "piece", _value(token)))
        named = canonical(after.word) in self._facts.words or after.word in ("pc", "piece")
        return (
            own
            and named
            and len(self._numbers) > 1
            and self._first_word > -1
            and (self._tokens.index(token) < self._first_word or self._facts.unit != after.unit)
        )

    def _counted(self, token: Token, after: Token) -> Mention:
        """2 dozen, 3 pairs, 300 pcs of a pack of 50, in the product's selling unit."""
        value, doubt = _in_selling_unit(_value(token), after.unit, self._facts)
        role = Role.SETS if after.unit == "set" else Role.QUANTITY
        return Mention(role, token, value=value, sure=True, unit=after.unit, doubt=doubt)

    def _bare(self, at: int) -> Mention | None:
        token = self._tokens[at]
        before = self._tokens[at - 1] if at else None
        after = self._next(at)
        if self._is_signed_size(token, before, after):
            return Mention(Role.SIZE, token, name=_number_text(token), sure=True)
        multiplied = _multiplied(before, after, self._next(at + 1) if after else None)
        return Mention(Role.QUANTITY, token, value=_value(token), sure=multiplied)

    def _is_signed_size(self, token: Token, before: Token | None, after: Token | None) -> bool:
        """size 14, 34 no, no. 12, 2.8 size, 36 waist."""
        in_sizes = _number_text(token) in self._facts.sizes
        signed = any(t is not None and t.role == "size" for t in (before, after))
        numbered = any(t is not None and t.word in _SIZE_SIGNS for t in (before, after))
        if not (signed or numbered):
            return "." in token.text and in_sizes
        return in_sizes or (signed and not self._known)


def _orderable(token: Token) -> bool:
    return token.value is not None and 0 < token.value <= _MAX_QUANTITY


def _value(token: Token) -> Decimal:
    return token.value if token.value is not None else Decimal(0)


def _number_text(token: Token) -> str:
    """As written where it was written in digits: size 2.10 is not 2.1."""
    return token.text if token.text[0].isdigit() else f"{_value(token).normalize():f}"


def _multiplied(before: Token | None, after: Token | None, third: Token | None) -> bool:
    """x 4, * 4; 5 x jogger; but the 40 of 40*1 stays open."""
    if before is not None and before.role == "multiply":
        return True
    numbered = third is not None and third.kind is Kind.NUMBER
    return after is not None and after.role == "multiply" and not numbered


def _in_selling_unit(value: Decimal, unit: str, facts: Facts) -> tuple[Decimal, str]:
    if unit == "pair":
        return (value, "") if facts.unit in ("pair", "") else _doubled(value, facts)
    pieces = value * lexicon.PIECES_EACH.get(unit, Decimal(1))
    packed = facts.pieces and unit in ("pc", "dozen", "gross") and facts.unit != "pc"
    if not packed or not facts.pieces:
        return pieces, ""
    packs = pieces / facts.pieces
    if packs == int(packs):
        return packs, ""
    return pieces, "" if pieces < facts.pieces else "no whole number of packs"


def _doubled(value: Decimal, facts: Facts) -> tuple[Decimal, str]:
    return (value * 2, "pairs of single pieces") if facts.unit == "pc" else (value, "")


def _settled(
    found: list[Mention], facts: Facts, tokens: list[Token], *, single: bool
) -> list[Mention]:
    """Bare numbers become sizes or numbers of the product's name where that fits better."""
    _settle_sets(found)
    _settle_names(found, facts, tokens)
    _settle_sizes(found, facts, tokens)
    if single:
        _settle_later_sizes(found, facts)
    return found


def _settle_later_sizes(found: list[Mention], facts: Facts) -> None:
    """navy 40 was said, make it 42: of a change, both are sizes and the last one holds."""
    if any(m.role is Role.SIZE for m in found):
        for mention in _bare_numbers(found):
            if _may_be_size(mention, facts) and len(_bare_numbers(found)) == 1:
                _make_size(mention)


def _settle_sets(found: list[Mention]) -> None:
    """Sets count a ratio; without one they are simply the quantity."""
    if not any(m.role is Role.RATIO for m in found):
        for mention in found:
            if mention.role is Role.SETS:
                mention.role = Role.QUANTITY


def _bare_numbers(found: list[Mention]) -> list[Mention]:
    return [m for m in found if m.role is Role.QUANTITY and not m.sure and not m.unit]


def _quantities(found: list[Mention]) -> list[Mention]:
    return [m for m in found if m.role in (Role.QUANTITY, Role.SETS)]


def _settle_names(found: list[Mention], facts: Facts, tokens: list[Token]) -> None:
    """container 500 2 pkt: the 500 belongs to the name, if something else counts."""
    for mention in _bare_numbers(found):
        own = facts.names_amount(Amount(mention.value))
        if own and mention.token.text not in facts.sizes and len(_quantities(found)) > 1:
            found.remove(mention)


def _settle_sizes(found: list[Mention], facts: Facts, tokens: list[Token]) -> None:
    if not facts.sizes:
        return
    pairs = _alternating(found, facts)
    if pairs:
        for mention in pairs:
            _make_size(mention)
        return
    if any(m.role is Role.SIZE and m.sure for m in found) and not _ranged(found):
        return
    for mention in _bare_numbers(found):
        if not _may_be_size(mention, facts):
            continue
        if _ranged(found) or (len(_quantities(found)) > 1 and not _leads(mention, found, tokens)):
            _make_size(mention)
        elif len(_quantities(found)) == 1 and not _before_words(mention, tokens):
            _make_size(mention)
            mention.doubt = "size or quantity"
        if not _ranged(found) and mention.role is Role.SIZE:
            return


def _ranged(found: list[Mention]) -> bool:
    return any(m.role is Role.RANGE for m in found)


def _may_be_size(mention: Mention, facts: Facts) -> bool:
    return _size_name(mention) in facts.sizes


def _size_name(mention: Mention) -> str:
    return _number_text(mention.token)


def _make_size(mention: Mention) -> None:
    mention.role, mention.name = Role.SIZE, _size_name(mention)


def _leads(mention: Mention, found: list[Mention], tokens: list[Token]) -> bool:
    """10 ladies ring 12: a number before the words, with a size after them, counts."""
    if not _before_words(mention, tokens):
        return False
    return any(m is not mention and not _before_words(m, tokens) for m in _quantities(found))


def _before_words(mention: Mention, tokens: list[Token]) -> bool:
    first = next((t.start for t in tokens if t.kind is Kind.WORD), -1)
    return mention.token.start < first


def _alternating(found: list[Mention], facts: Facts) -> list[Mention]:
    """32-2 34-3 36-1: sizes and quantities in turn; gives the sizes."""
    numbers = _quantities(found)
    if len(numbers) < 4 or len(numbers) % 2 or any(m.role is Role.SIZE for m in found):
        return []
    for offset in (0, 1):
        sizes, counts = numbers[offset::2], numbers[1 - offset :: 2]
        rising = all(_may_be_size(m, facts) and not m.sure for m in sizes)
        if (
            rising
            and len({_size_name(m) for m in sizes}) == len(sizes)
            and len(counts) == len(sizes)
        ):
            return sizes
    return []


def colours_said(tokens: list[Token]) -> Iterator[str]:
    """The catalogue colours the tokens may mean, in order."""
    for token in tokens:
        if token.kind is Kind.COLOUR:
            yield from token.names
