"""What a cell means: text, number, phone, day; what can't be meant is noted and the rest read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.phones import normalise_phone
from customers.sheets.columns import Columns, meanings, plain

_FORMULA = ("=", "@")
_EXCEL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_CUT_DIGITS = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}")
_ZERO_CENTS = re.compile(r"\.0+$")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_MONEY_SIGNS = re.compile(r"^(?:₹|rs\.?|inr)\s*|\s*(?:/-|₹|inr)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{2,3})+(?:\.[0-9]*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-\s]([0-9]{1,2}|[A-Za-z]{3,9})[/.\-\s,]+([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
# What nearly every address looks like: a part of what Django's validator takes, without its time.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]{1,64}(?:\.[a-z0-9_+-]{1,64}){0,2}@(?:[a-z0-9]{1,63}\.){1,3}[a-z]{2,24}",
    re.ASCII | re.IGNORECASE,
)
_TIME = re.compile(r"[T\s]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Excel counts days from here; its serials of these decades can be nothing else.
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(25_000, 80_000)  # 1968 to 2119


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field of a row."""

    field: str
    sentence: str


class Cells:
    """One row being read; ``problems`` collects what can't be meant."""

    def __init__(self, number: int, cells: Sequence[str], columns: Columns) -> None:
        self.row = number
        self.cells = cells
        self.columns = columns
        self.problems: list[Problem] = []
        if len(cells) != len(columns.headers):
            self._check_width()
        together = "".join(cells)
        if "\ufffd" in together or "\x00" in together:
            self.refuse(
                "file",
                _("Letters of this row are damaged: it is in another encoding than the rest."),
            )

    def _check_width(self) -> None:
        width, count = len(self.columns.headers), len(self.cells)
        if any(self.cells[width:]):
            self.refuse(
                "file",
                _(
                    "The row has %(count)s cells and the header %(width)s."
                    " Is there a comma or a quotation mark too many?"
                )
                % {"count": count, "width": width},
            )

    def refuse(self, field: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(field, sentence))

    def catch(self, field: str, error: DeskError) -> None:
        """Note a rule's refusal."""
        self.refuse(field, str(error))

    def raw(self, field: str) -> str:
        """The cell as it stands; empty where the file has none."""
        place = self.columns.places.get(field)
        if place is None:
            return ""
        try:
            return self.cells[place]
        except IndexError:
            return ""

    def has(self, field: str) -> bool:
        return bool(self.raw(field))

    def text(self, field: str, *, longest: int, needed: bool = False) -> str:
        """One line of at most so many characters."""
        if raw := self.raw(field):
            return self._checked(field, " ".join(raw.split()), longest)
        if needed:
            self.refuse(field, _("This is needed."))
        return ""

    def paragraph(self, field: str, *, longest: int) -> str:
        """Text that may have several lines."""
        raw = self.raw(field)
        return self._checked(field, raw, longest) if raw else ""

    def _checked(self, field: str, text: str, longest: int) -> str:
        if text.startswith(_FORMULA):
            self.refuse(field, _("This begins like a formula. Write the text alone."))
        elif text in _EXCEL_ERRORS:
            self.refuse(field, _("Excel shows an error here: %(text)s.") % {"text": text})
        elif len(text) > longest:
            self.refuse(field, _("At most %(count)s characters.") % {"count": longest})
        else:
            return text
        return ""

    def number(self, field: str) -> Decimal | None:
        """A number as shops write it: ``₹ 1,25,000.50``, ``1200/-``; None for an empty cell."""
        if not (typed := self.raw(field)):
            return None
        if _PLAIN_NUMBER.fullmatch(typed):
            return Decimal(typed)
        text = _MONEY_SIGNS.sub("", typed).strip().rstrip("%").strip()
        if _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and len(text) <= 30 and abs(value.adjusted()) < 15:
            return value
        self.refuse(field, _("%(text)s is no number.") % {"text": _shown(typed)})
        return None

    def phone(self, field: str) -> str | None:
        """E.164; None where the cell is empty or no phone number."""
        if not (typed := self.raw(field)):
            return None
        if _CUT_DIGITS.fullmatch(typed.replace(",", "")):
            self.refuse(
                field,
                _(
                    "Excel cut the digits of this number."
                    " Format the column as text and type it again."
                ),
            )
            return None
        if (number := normalise_phone(_ZERO_CENTS.sub("", typed))) is None:
            self.refuse(field, _("%(text)s is no phone number.") % {"text": _shown(typed)})
        return number

    def email(self, field: str) -> str:
        """An address in lower case."""
        if not (typed := self.raw(field)):
            return ""
        if not _PLAIN_EMAIL.fullmatch(typed):
            try:
                validate_email(typed)
            except ValidationError:
                self.refuse(field, _("%(text)s is no e-mail address.") % {"text": _shown(typed)})
                return ""
        return typed.lower()

    def choice(self, field: str, group: str, *, default: str) -> str:
        """The value that a word of headers.toml means; ``default`` for an empty cell."""
        if not (typed := self.raw(field)):
            return default
        words = meanings(group)
        if (value := words.get(plain(typed))) is not None:
            return value
        known = ", ".join(dict.fromkeys(words.values()))
        self.refuse(
            field,
            _("%(text)s is none of: %(known)s.") % {"text": _shown(typed), "known": known},
        )
        return default

    def moment(self, field: str) -> dt.datetime | None:
        """A day, with its time where it has one, in the shop's zone.

        ISO, day before month (03/04/2026 is the third of April), a month's English name,
        or Excel's own number of a day.
        """
        if not (typed := self.raw(field)):
            return None
        found = _moment(typed, timezone.get_current_timezone())
        if found is None:
            self.refuse(
                field,
                _("%(text)s is no day. Write it as 2026-03-31 or 31/03/2026.")
                % {"text": _shown(typed)},
            )
        elif found > timezone.now():
            self.refuse(field, _("%(text)s is in the future.") % {"text": _shown(typed)})
        else:
            return found
        return None


@lru_cache(maxsize=512)  # many rows are of one day
def _moment(typed: str, zone: dt.tzinfo) -> dt.datetime | None:
    try:
        day = _day(typed)
        return timezone.make_aware(dt.datetime.combine(day, _time(typed)), zone) if day else None
    except (ValueError, OverflowError):
        return None


def _day(typed: str) -> dt.date | None:
    serial = typed.split(".", maxsplit=1)[0]
    if _SERIAL.fullmatch(typed) and int(serial) in _SERIALS:
        return _EXCEL_EPOCH + dt.timedelta(days=int(serial))
    if found := _ISO.match(typed):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.match(typed):
        return dt.date(int(found[3]), _month(found[2]), int(found[1]))
    return None


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1


def _time(typed: str) -> dt.time:
    if found := _TIME.search(typed):
        return dt.time(int(found[1]), int(found[2]), int(found[3] or 0))
    return dt.time()


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
