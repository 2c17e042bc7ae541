"""What every number, size and colour of an item is, once its product is known."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from drafts.matching.terms import MEASURES_BY_NAME, Amount, canonical

from . import lexicon
from .facts import Facts
from .mentions import Mention, Role, number_text, value_of
from .settle import settled
from .tokens import Kind, Token

_MAX_QUANTITY = Decimal(100_000)
_MAX_BARE = Decimal(9_999)  # without a unit, more is a sum of money
_LOOSE_PIECES = 100
_TOLA_NAMES = ("tola", "g")
_RANGE_MARKS = frozenset({"-", "to", "se", "thi", "~"})
_SIZE_SIGNS = frozenset({"no", "nu", "number", "nambar", "numbar", "num"})
_METALS = frozenset({"gold", "silver"})


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
        return settled(found, self._facts, self._tokens, single=self._single)

    def _at(self, at: int) -> tuple[Mention | None, int]:
        token = self._tokens[at]
        if token.kind is Kind.NUMBER:
            each = self._says_for_one(at) or self._says_each_twice(at)
            return (_each(token), 2) if each else self._number(at)
        if token.kind is Kind.RATIO:
            parts = tuple(Decimal(p) for p in token.text.split(":"))
            return Mention(Role.RATIO, token, parts=parts), 1
        if token.kind is Kind.SIZE:
            return self._size_word(at), 1
        if token.kind is Kind.COLOUR:
            return self._colour(token), 1
        return self._little_word(at), 1

    def _little_word(self, at: int) -> Mention | None:
        token = self._tokens[at]
        if token.role == "equal":
            return Mention(Role.EQUAL, token)
        if token.role == "each" or token.word == "per":
            return _each(token)
        return self._range(at)

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
        if len(window) == 5 and window[1].kind is Kind.MEASURE and window[1].unit in _TOLA_NAMES:
            return self._said_twice(window)
        grams = [
            i for i, t in enumerate(window) if t.kind is Kind.MEASURE and t.unit in _TOLA_NAMES
        ]
        numbers = [t for t in window[:3] if t.kind is Kind.NUMBER and t.value]
        if not grams or len(numbers) != 2 or window[1].word not in _RANGE_MARKS | {"g"}:
            return None
        end = grams[-1]
        if end not in (3, 4) or window[2].kind is not Kind.NUMBER:
            return None
        middle = (value_of(numbers[0]) + value_of(numbers[1])) / 2
        grams_each = middle * MEASURES_BY_NAME[window[end].unit].factor
        return Mention(Role.WEIGHT, window[0], value=grams_each, sure=True), end + 1

    @staticmethod
    def _said_twice(window: list[Token]) -> tuple[Mention, int] | None:
        """3 tola se 4 tola: the measure stands on both sides."""
        first, _, mark, second, unit = window
        numbers = first.kind is Kind.NUMBER and second.kind is Kind.NUMBER
        if not numbers or mark.word not in _RANGE_MARKS or unit.unit not in _TOLA_NAMES:
            return None
        middle = (value_of(first) + value_of(second)) / 2
        grams = middle * MEASURES_BY_NAME[unit.unit].factor
        return Mention(Role.WEIGHT, first, value=grams, sure=True), 5

    def _dashed_size(self, at: int) -> Mention | None:
        """2-6 for a bangle of size 2.6."""
        window = self._tokens[at : at + 3]
        if len(window) < 3 or window[1].text not in "-/" or not window[2].glued:
            return None
        name = f"{window[0].text}.{window[2].text}"
        sized = name in self._facts.sizes and "." not in window[0].text
        return Mention(Role.SIZE, window[0], name=name, sure=True) if sized else None

    def _says_each_twice(self, at: int) -> bool:
        """2-2 piece: two of each."""
        window = self._tokens[at : at + 3]
        dashed = len(window) == 3 and window[1].text == "-" and window[2].glued
        twice = dashed and window[2].kind is Kind.NUMBER and window[0].text == window[2].text
        return twice and self._dashed_size(at) is None

    def _measured(self, at: int, after: Token) -> tuple[Mention | None, int]:
        token = self._tokens[at]
        measure = MEASURES_BY_NAME[after.unit]
        amount = Amount(value_of(token), measure.dimension, value_of(token) * measure.factor)
        if measure.dimension == "inch":
            return self._inches(token), 2
        if self._facts.names_amount(amount) and not self._facts.loose:
            return None, 2
        if measure.dimension in ("mass", "volume", self._facts.loose_dimension):
            return self._amount(at, token, after, amount), 2
        return None, 2

    def _inches(self, token: Token) -> Mention | None:
        name = number_text(token)
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
            value, doubt = (packs, "") if whole else (value_of(token), "pack size not sold")
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
        return Mention(Role.QUANTITY, token, value=value_of(token), unit=after.unit)

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
        said = any(t.role == "total" for t in near) or self._says_total_weight(at)
        return said and not each

    def _says_for_one(self, at: int) -> bool:
        """6 gm ek jodi, ek jodi 6 gram: what one pair weighs, if another number counts."""
        one, count = self._tokens[at], self._next(at)
        if one.value != 1 or count is None or count.kind is not Kind.COUNT:
            return False
        around = [*self._tokens[max(0, at - 2) : at], *self._tokens[at + 2 : at + 4]]
        weighed = any(t.kind is Kind.MEASURE and t.unit in _TOLA_NAMES for t in around)
        return weighed and len(self._numbers) > 2

    def _says_total_weight(self, at: int) -> bool:
        """Total weight of 3 box chains to be 42 g."""
        pairs = pairwise(t.role for t in self._tokens[:at])
        return ("total", "weight") in pairs

    def _names_piece(self, token: Token, after: Token) -> bool:
        """3 piece suit: the counting word is part of the name, if another number counts."""
        own = self._facts.names_amount(Amount(value_of(token), "piece", value_of(token)))
        named = canonical(after.word) in self._facts.words or after.word in ("pc", "piece")
        return (
            own
            and named
            and (len(self._numbers) > 1 or self._single)
            and self._first_word > -1
            and (self._tokens.index(token) < self._first_word or self._facts.unit != after.unit)
        )

    def _counted(self, token: Token, after: Token) -> Mention:
        """2 dozen, 3 pairs, 300 pcs of a pack of 50, in the product's selling unit."""
        value, doubt = _in_selling_unit(value_of(token), after.unit, self._facts)
        role = Role.SETS if after.unit == "set" else Role.QUANTITY
        return Mention(role, token, value=value, sure=True, unit=after.unit, doubt=doubt)

    def _bare(self, at: int) -> Mention | None:
        token = self._tokens[at]
        before = self._tokens[at - 1] if at else None
        after = self._next(at)
        if self._is_signed_size(token, before, after):
            return Mention(Role.SIZE, token, name=number_text(token), sure=True)
        value, pieces = value_of(token), self._facts.pieces or 0
        # 600 spoons of a packet of 100 are six packets: nobody orders 60,000.
        loose_pieces = pieces > 1 and value >= _LOOSE_PIECES and value % pieces == 0
        doubt = "pieces or packs" if loose_pieces else ""
        multiplied = _multiplied(before, after, self._next(at + 1) if after else None)
        packs = value / pieces if loose_pieces else value
        return Mention(Role.QUANTITY, token, value=packs, sure=multiplied, doubt=doubt)

    def _is_signed_size(self, token: Token, before: Token | None, after: Token | None) -> bool:
        """size 14, 34 no, no. 12, 2.8 size, 36 waist."""
        in_sizes = number_text(token) in self._facts.sizes
        signed = any(t is not None and t.role == "size" for t in (before, after))
        numbered = any(t is not None and t.word in _SIZE_SIGNS for t in (before, after))
        if not (signed or numbered):
            return "." in token.text and in_sizes
        return in_sizes or (signed and not self._known)


def _each(token: Token) -> Mention:
    return Mention(Role.EACH, token)


def _orderable(token: Token) -> bool:
    most = _MAX_QUANTITY if token.unit else _MAX_BARE
    return token.value is not None and 0 < token.value <= most


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
    single = unit in ("pc", "dozen", "gross") or unit in facts.words
    packed = facts.pieces and single and facts.unit not in ("pc", unit)
    if not packed or not facts.pieces:
        return pieces, ""
    packs = pieces / facts.pieces
    if packs == int(packs):
        return packs, ""
    return pieces, "" if pieces < facts.pieces else "no whole number of packs"


def _doubled(value: Decimal, facts: Facts) -> tuple[Decimal, str]:
    return (value * 2, "pairs of single pieces") if facts.unit == "pc" else (value, "")
