"""Arithmetic as a referee: balances that must follow from amounts, totals that must sum up.

It chooses between readings of a cell where one of them makes the sums agree, says which
amounts the sums prove, and proposes what they ask for where no reading gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

from khata.reading.decoding import likely
from khata.reading.money import Money

_AGREES = 5.0
"""What an agreeing sum is worth, as a log chance: a reading of 1 % may win by it."""
_TRIED_ALONE, _TRIED_TOGETHER = 6, 3
_LONGEST = 4
"""Rows between two written balances whose readings are combined."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a party's page: the signed amount's readings (debit +), the balance's."""

    amount: Money | None
    sign: int
    balance: Money | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row's cells are taken to say. ``proven``: the sums confirm the first readings;
    ``proposed``: the amount that would make them agree, one digit off;
    ``contradicted``: the balance doesn't follow from the one before."""

    amount: Decimal | None = None
    balance: Decimal | None = None
    proven: bool = False
    proposed: Decimal | None = None
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    at: Decimal | None
    agreed: bool
    verdicts: tuple[Verdict, ...]


def judge_balances(steps: Sequence[Step]) -> list[Verdict]:
    """One verdict a row; the readings along the page are chosen together."""
    paths = [_Path(0.0, None, False, ()), _Path(-1.0, Decimal(0), False, ())]
    for segment in _segments(steps):
        best: dict[tuple[Decimal | None, bool], _Path] = {}
        for path in paths:
            for longer in _continued(path, segment):
                key = (longer.at, longer.agreed)
                if key not in best or longer.score > best[key].score:
                    best[key] = longer
        paths = sorted(best.values(), key=lambda p: -p.score)[:12]
    return list(paths[0].verdicts) if paths else []


def _segments(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Rows up to and with each written balance; the last may lack one."""
    start = 0
    for i, step in enumerate(steps):
        if step.balance:
            yield steps[start : i + 1]
            start = i + 1
    if start < len(steps):
        yield steps[start:]


def _continued(path: _Path, segment: Sequence[Step]) -> Iterator[_Path]:
    balance = segment[-1].balance
    if balance is None:
        yield _unproven(path, segment, None, 0.0)
        return
    for value, chance in balance.readings:
        if path.at is not None:
            yield from _agreeing(path, segment, value, chance)
        yield _unproven(path, segment, value, likely(chance))


def _unproven(path: _Path, segment: Sequence[Step], at: Decimal | None, score: float) -> _Path:
    """The first readings, whatever the sums say."""
    verdicts = [Verdict(s.amount.value if s.amount else None) for s in segment]
    if at is not None:
        wanted = _wanted(path, segment, at)
        last = verdicts[-1]
        verdicts[-1] = Verdict(last.amount, at, False, wanted, path.at is not None)
        score += sum(likely(s.amount.readings[0][1]) for s in segment if s.amount)
    return _Path(path.score + score, at, False, path.verdicts + tuple(verdicts))


def _wanted(path: _Path, segment: Sequence[Step], at: Decimal) -> Decimal | None:
    """The one amount between two balances as they ask for it, if a digit makes it."""
    amount = segment[-1].amount
    if path.at is None or len(segment) != 1 or amount is None:
        return None
    wanted = (at - path.at) * segment[0].sign
    return wanted if one_digit_off(amount.value, wanted) else None


def _agreeing(path: _Path, segment: Sequence[Step], at: Decimal, chance: float) -> Iterator[_Path]:
    """The likeliest readings of the amounts that lead from the balance before to this one."""
    assert path.at is not None  # noqa: S101 - the caller has looked
    best: tuple[float, tuple[Decimal, ...]] | None = None
    for values, score in _combined(segment):
        total = sum((v * s.sign for v, s in zip(values, segment, strict=True)), path.at)
        if total == at and (best is None or score > best[0]):
            best = (score, values)
    if best is None:
        return
    score, values = best
    proven = _first(segment[-1].balance, at) and all(
        _first(step.amount, value) for step, value in zip(segment, values, strict=True)
    )
    verdicts = [
        Verdict(value if step.amount else None, None, proven)
        for step, value in zip(segment, values, strict=True)
    ]
    verdicts[-1] = Verdict(verdicts[-1].amount, at, proven)
    yield _Path(
        path.score + score + likely(chance) + _AGREES,
        at,
        True,
        path.verdicts + tuple(verdicts),
    )


def _combined(segment: Sequence[Step]) -> Iterator[tuple[tuple[Decimal, ...], float]]:
    """Readings of all amounts together, with their log chance."""
    kept = {1: _TRIED_ALONE}.get(len(segment), _TRIED_TOGETHER)
    if len(segment) > _LONGEST:
        kept = 1
    nothing = ((Decimal(0), 1.0),)
    readings = [step.amount.readings[:kept] if step.amount else nothing for step in segment]
    for combination in product(*readings):
        yield tuple(v for v, _ in combination), sum(likely(c) for _, c in combination)


def _first(money: Money | None, value: Decimal) -> bool:
    return money is None or money.value == value


def one_digit_off(read: Decimal, wanted: Decimal) -> bool:
    """Whether the two differ in exactly one digit, changed, lost or added."""
    a, b = f"{read:.2f}".replace(".", ""), f"{wanted:.2f}".replace(".", "")
    if wanted <= 0 or a == b:
        return False
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """How a column adds up: its amounts as chosen, and whether the written total agrees.
    ``proven``: with every first reading, the total's too. ``proposed``: (index, amount)."""

    values: tuple[Decimal, ...]
    agrees: bool = False
    proven: bool = False
    proposed: tuple[int, Decimal] | None = None


def judge_total(amounts: Sequence[Money], total: Money) -> Sum:
    """Choose readings of the amounts so that they make the written total."""
    first = tuple(money.value for money in amounts)
    gap = {value: value - sum(first) for value, _ in total.readings}
    if not gap[total.value]:
        return Sum(first, agrees=True, proven=True)
    for value, chance in total.readings[1:]:
        if not gap[value] and chance > 0.02:
            return Sum(first, agrees=True)
    changed = _changed(amounts, gap[total.value])
    if changed:
        values = list(first)
        for i, value in changed:
            values[i] = value
        return Sum(tuple(values), agrees=True)
    return Sum(first, proposed=_one_digit(first, gap[total.value]))


def _changed(amounts: Sequence[Money], gap: Decimal) -> list[tuple[int, Decimal]] | None:
    """The likeliest one or two other readings that close the gap."""
    others = [
        (value - money.value, likely(chance) - likely(money.readings[0][1]), i, value)
        for i, money in enumerate(amounts)
        for value, chance in money.readings[1:]
    ]
    alone = [(log, [(i, v)]) for delta, log, i, v in others if delta == gap]
    pairs = [
        (a[1] + b[1] - 1, [(a[2], a[3]), (b[2], b[3])])
        for a, b in combinations(others, 2)
        if a[2] != b[2] and a[0] + b[0] == gap
    ]
    best = max(alone + pairs, key=lambda found: found[0], default=None)
    return best[1] if best and best[0] > -_AGREES else None


def _one_digit(values: Sequence[Decimal], gap: Decimal) -> tuple[int, Decimal] | None:
    """The only amount that one digit's change would mend, or None where several could."""
    fitting = [(i, v + gap) for i, v in enumerate(values) if one_digit_off(v, v + gap)]
    return fitting[0] if len(fitting) == 1 else None
