"""The page's sums asked about its rows: which readings stand, which are proven, what to propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from khata.reading.cells import Cells
from khata.reading.money import Money
from khata.reading.referee import Step, Sum, judge_balances, judge_total
from khata.reading.types import Field, Value


@dataclass(slots=True)
class Judged:
    """A row's money after the sums were asked. ``chosen`` by field; ``changed``: fields whose
    first reading gave way to another that makes the sums agree."""

    chosen: dict[Field, Decimal]
    proven: bool = False
    proposed: dict[Field, Value] = field(default_factory=dict)
    changed: tuple[Field, ...] = ()
    contradicted: bool = False


def judge(rows: Sequence[Cells]) -> list[Judged]:
    """One verdict a row, entries and others alike."""
    judged = [Judged({f: money.value for f, money in row.money.items()}) for row in rows]
    _ask_balances(rows, judged)
    for column in ("debit", "credit"):
        _ask_total(rows, judged, column)
    return judged


def _ask_balances(rows: Sequence[Cells], judged: Sequence[Judged]) -> None:
    """Each balance is the one above it and the row's amount."""
    asked = [i for i, row in enumerate(rows) if _in_chain(row)]
    if sum("balance" in rows[i].money for i in asked) < 2:
        return
    verdicts = judge_balances([_step(rows[i]) for i in asked])
    for i, verdict in zip(asked, verdicts, strict=True):
        side = _side(rows[i])
        if side and verdict.amount is not None:
            _choose(judged[i], rows[i], side, verdict.amount)
        if verdict.balance is not None:
            _choose(judged[i], rows[i], "balance", verdict.balance)
        judged[i].proven = verdict.proven and rows[i].kind == "entry" and side is not None
        if side and verdict.proposed is not None:
            judged[i].proposed[side] = verdict.proposed
        judged[i].contradicted = verdict.contradicted


def _in_chain(row: Cells) -> bool:
    if row.struck_out or row.kind in {"total", "carried"}:
        return False
    return row.kind == "entry" or "balance" in row.money


def _step(row: Cells) -> Step:
    side = _side(row) if row.kind == "entry" else None
    sign = {"debit": 1, "credit": -1, None: 0}[side]
    return Step(row.money[side] if side else None, sign, row.money.get("balance"))


def _side(row: Cells) -> Field | None:
    if "debit" in row.money:
        return "debit"
    return "credit" if "credit" in row.money else None


def _choose(judged: Judged, row: Cells, side: Field, value: Decimal) -> None:
    if row.money[side].value != value:
        judged.changed += (side,)
    judged.chosen[side] = value


def _ask_total(rows: Sequence[Cells], judged: Sequence[Judged], column: Field) -> None:
    """A written total is the sum of the column's entries above it, with or without what was
    brought forward."""
    for at, row in enumerate(rows):
        if row.kind == "total" and column in row.money:
            mine = [i for i in range(at) if _summed(rows[i], column)]
            before = [i for i in range(at) if rows[i].kind == "opening" and column in rows[i].money]
            ways = [mine, sorted(mine + before)] if before else [mine]
            _settle(rows, judged, column, ways, row.money[column])


def _summed(row: Cells, column: Field) -> bool:
    return row.kind == "entry" and not row.struck_out and column in row.money


def _settle(
    rows: Sequence[Cells],
    judged: Sequence[Judged],
    column: Field,
    ways: Sequence[Sequence[int]],
    total: Money,
) -> None:
    sums = [
        (way, judge_total([_settled(rows[i], judged[i], column) for i in way], total))
        for way in ways
    ]
    way, best = max(sums, key=lambda found: (found[1].proven, found[1].agrees))
    complete = not any(column in row.unread for row in rows)
    _take(rows, judged, column, way, best, proves=complete and len(way) > 1)


def _settled(row: Cells, judged: Judged, column: Field) -> Money:
    """What the balances proved stands; else the cell's own readings."""
    if judged.proven:
        return Money(((judged.chosen[column], 1.0),), 1.0)
    if column in judged.changed:
        first = judged.chosen[column]
        others = tuple(r for r in row.money[column].readings if r[0] != first)
        return Money(((first, 0.9), *others), 0.9)
    return row.money[column]


def _take(
    rows: Sequence[Cells],
    judged: Sequence[Judged],
    column: Field,
    way: Sequence[int],
    found: Sum,
    *,
    proves: bool,
) -> None:
    for i, value in zip(way, found.values, strict=True):
        if judged[i].chosen[column] != value:
            _choose(judged[i], rows[i], column, value)
        if found.proven and proves and rows[i].kind == "entry" and not judged[i].changed:
            judged[i].proven = True
    if found.proposed:
        index, value = found.proposed
        judged[way[index]].proposed.setdefault(column, value)
