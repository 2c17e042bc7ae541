"""Dates as written, day first, and the whole dates that a page's rows must mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khata.reading.amounts import zeros_for_letters
from khata.reading.decoding import likely
from khata.reading.words import DIGITS, month_of

EARLIEST, LATEST = 1990, 2049
_NUMBERS = re.compile(r"\d+")
_WRITTEN = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[ ./\-]*(?P<month>[^\W\d_]{3,9})[ .,'/\-]*(?P<year>\d{2}(?:\d\d)?)?"
)
_MONTH_YEAR = re.compile(r"(?P<month>[^\W\d_]{3,9})[ .,'/\-]*(?P<year>(?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d)(?!\d)")
_SPLIT = re.compile(r"(?P<day>\d{1,2})\D+(?P<month>\d{1,2})(?:\D+(?P<year>\d{4}|\d\d))?")
# 12/7/25 with its strokes read as 1: the strokes are the commonest misreading.
_RUN = re.compile(r"(?P<day>\d\d)\D?(?P<month>\d\d)\D?(?P<year>20\d\d)")
_WITHIN = re.compile(
    r"(?<!\d)\d{1,2}\s?[-./]\s?\d{1,2}\s?[-./]\s?(?:\d{4}|\d\d)(?!\d)"
    r"|(?<!\d)\d{1,2} [A-Za-z]{3,9}[ ,']+(?:20)?\d\d(?!\d)"
)
_LONG_JUMP = dt.timedelta(days=100)
_MISREAD = 0.03
"""How likely a month that was read is another one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a date's place; month and year may be left out."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class PageDate:
    """What the head of the page says of all its dates."""

    date: dt.date | None = None
    month: int | None = None
    year: int | None = None

    def __bool__(self) -> bool:
        return self != PageDate()


def parse_written(text: str) -> Written | None:
    """Day (month (year)) out of the text, or None where no such day exists."""
    text = zeros_for_letters(text.translate(DIGITS)).strip()
    if (found := _WRITTEN.search(text)) and (month := month_of(found["month"])):
        return _checked(int(found["day"]), month, _year(found["year"]))
    for shape in (_SPLIT, _RUN):
        if found := shape.fullmatch(text.strip(" .,-|'")):
            written = _checked(int(found["day"]), int(found["month"]), _year(found["year"]))
            if written:
                return written
    numbers = _NUMBERS.findall(text)
    if len(numbers) == 1 and len(numbers[0]) <= 2:
        return _checked(int(numbers[0]), None, None)
    return None


def page_date(texts: Iterable[str]) -> PageDate:
    """The date, month or year at the top of the page."""
    month = year = None
    for text in texts:
        bare = zeros_for_letters(text.translate(DIGITS))
        written = map(parse_written, _pieces(bare))
        whole = next((day for day in written if day and day.month and day.year), None)
        if whole and whole.year and whole.month:
            day = dt.date(whole.year, whole.month, whole.day)
            return PageDate(day, whole.month, whole.year)
        if (found := _MONTH_YEAR.search(bare)) and (named := month_of(found["month"])):
            month, year = named, int(found["year"])
        elif year is None and (found := _YEAR.search(bare)) and len(bare) < 12:
            year = int(found["year"])
    return PageDate(None, month, year)


def _pieces(text: str) -> list[str]:
    """The text, what stands behind a word such as Date, and what looks like a date in it."""
    behind = re.sub(r"^[^\d]*", "", text)
    found = [m[0] for m in _WITHIN.finditer(text)]
    return [behind, re.sub(r"\s+", "", behind), *found[::-1]]


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _checked(day: int, month: int | None, year: int | None) -> Written | None:
    if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
        return None
    if year is not None and not EARLIEST <= year <= LATEST:
        return None
    try:
        dt.date(year or 2024, month or 1, day)
    except ValueError:
        return None
    return Written(day, month, year)


Candidates = Sequence[tuple[Written, float]]
"""Readings of one cell with their chances; empty for a blank or ditto: the date above."""


def resolve(rows: Sequence[Candidates], head: PageDate) -> list[tuple[dt.date | None, float]]:
    """The date of each row and how sure it is (0..1).

    The readings are chosen together: dates rarely go back, and rarely jump far. What is
    missing comes from the row above, the head of the page, or its commonest year.
    """
    known = head if head.year else PageDate(head.date, head.month, _commonest_year(rows))
    # date -> (log chance, the dates up to here with their chances)
    paths: dict[dt.date | None, tuple[float, list[tuple[dt.date | None, float]]]]
    paths = {head.date: (0.0, [])}
    for candidates in rows:
        following: dict[dt.date | None, tuple[float, list[tuple[dt.date | None, float]]]] = {}
        for before, (score, dates) in paths.items():
            for date, chance, cost in _options(candidates, before, known):
                total = score + cost
                if date not in following or total > following[date][0]:
                    following[date] = (total, [*dates, (date, chance)])
        paths = following
    return max(paths.values(), key=lambda path: path[0])[1] if paths else []


def _options(
    candidates: Candidates, before: dt.date | None, head: PageDate
) -> Iterable[tuple[dt.date | None, float, float]]:
    """Each date the row may have after ``before``, its chance, and its log score."""
    if not candidates:
        yield before, 1.0, 0.0
        return
    for written, chance in candidates:
        date = _whole(written, before, head)
        yield date, chance, likely(chance) + _order(before, date)
        if written.month and (near := _in_month_of(before, written.day)) not in {None, date}:
            yield near, chance * _MISREAD, likely(chance * _MISREAD) + _order(before, near)


def _in_month_of(before: dt.date | None, day: int) -> dt.date | None:
    """That day in the month of the row above, or in the next one: months are misread too."""
    if before is None:
        return None
    month = before if day >= before.day else before.replace(day=1) + dt.timedelta(days=32)
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def _order(before: dt.date | None, date: dt.date | None) -> float:
    if date is None:
        return -6.0
    if before is None or date == before:
        return 0.0
    if date < before:
        return -4.5
    return -2.5 if date - before > _LONG_JUMP else 0.0


def _whole(written: Written, before: dt.date | None, head: PageDate) -> dt.date | None:
    month = written.month or (before.month if before else head.month)
    year = written.year or (before.year if before else head.year)
    if month is None or year is None:
        return None
    if before and not written.year:
        if written.month is None and written.day < before.day:
            month, year = (month + 1, year) if month < 12 else (1, year + 1)
        elif written.month and written.month < before.month - 6:
            year += 1
    try:
        return dt.date(year, month, written.day)
    except ValueError:
        return None


def _commonest_year(rows: Sequence[Candidates]) -> int | None:
    years = [c[0][0].year for c in rows if c and c[0][0].year]
    return max(set(years), key=years.count) if years else None
