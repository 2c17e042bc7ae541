"""Bare numbers settled: a size, a number of the product's name, or a quantity."""

from __future__ import annotations

from drafts.matching.terms import Amount

from .facts import Facts
from .mentions import Mention, Role, number_text
from .tokens import Kind, Token


def settled(
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
    if _each_of_several(found, facts):
        for mention in _bare_numbers(found):
            _make_size(mention)
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


def _each_of_several(found: list[Mention], facts: Facts) -> bool:
    """24 26 28 3 pcs each: all bare numbers are sizes beside one that counts."""
    bare = _bare_numbers(found)
    counted = len(_quantities(found)) - len(bare)
    if not counted and len(bare) > 2 and found[-1].role is Role.EACH and found[-2] is bare[-1]:
        bare[-1].sure = True  # 24, 26, 28, 2 each
        return all(_may_be_size(mention, facts) for mention in bare[:-1])
    sized = all(_may_be_size(mention, facts) for mention in bare)
    return len(bare) > 1 and counted == 1 and sized


def _ranged(found: list[Mention]) -> bool:
    return any(m.role is Role.RANGE for m in found)


def _may_be_size(mention: Mention, facts: Facts) -> bool:
    return _size_name(mention) in facts.sizes


def _size_name(mention: Mention) -> str:
    return number_text(mention.token)


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


def _without_sum(numbers: list[Mention]) -> list[Mention]:
    """18 pcs, then 38 x 4, 40 x 6, 42 x 6, 44 x 2: the 18 only says how many that makes."""
    for rest in (numbers[1:], numbers[:-1]) if len(numbers) % 2 else ():
        total = next(m for m in (numbers[0], numbers[-1]) if m not in rest)
        if any(sum(m.value for m in rest[at::2]) == total.value for at in (0, 1)):
            return rest
    return numbers


def _alternating(found: list[Mention], facts: Facts) -> list[Mention]:
    """32-2 34-3 36-1: sizes and quantities in turn; gives the sizes."""
    numbers = _without_sum(_quantities(found))
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
