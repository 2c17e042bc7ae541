"""From an export's text to who said what and when.

Two styles: Android's ``31/12/24, 2:05 pm - Name: text`` and iOS' ``[31/12/24, 2:05:09 PM]
Name: text``. Whatever does not begin so belongs to the message above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from customers.errors import InvalidInput
from whatsapp.exports.dates import (
    DATE,
    TIME,
    DateOrder,
    Decision,
    Stamp,
    decide,
    is_credible,
    stamp_of,
)
from whatsapp.exports.words import INVISIBLE, visible

_LEAD = rf"^[{INVISIBLE}]*"
_STYLES = {
    "ios": re.compile(rf"{_LEAD}\[{DATE}\s{{1,2}}{TIME}\]\s?(?P<rest>.*)$"),
    "android": re.compile(rf"{_LEAD}{DATE}\s{{1,2}}{TIME}\s[-–]\s(?P<rest>.*)$"),
}
_SAID_BY = re.compile(rf"(?P<name>[^:\n]{{1,80}}):(?:[ \t]|(?=[{INVISIBLE}])|$)", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
# A true export begins with a line of its style.
_LOOK_AT = 20


@dataclass(frozen=True)
class Line:
    """One entry of the export; ``sender`` is empty for what WhatsApp itself says."""

    number: int
    written_at: datetime
    sender: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """A line that can't be taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Export:
    """A whole text, its times still local to the phone that wrote it."""

    style: str
    dates: Decision
    lines: Sequence[Line]
    refused: Sequence[Refusal]


@dataclass(frozen=True)
class _Entry:
    number: int
    stamp: Stamp
    text: str


def read_export(text: str, *, now: datetime, order: DateOrder | None = None) -> Export:
    """Split, dated and named; ``now`` is local, ``order`` overrides what the file shows.

    Raises InvalidInput for a text that is no export.
    """
    rows = _LINE_END.split(text)
    style = _style(rows)
    entries, refused = _entries(rows, _STYLES[style])
    stamps = [entry.stamp for entry in entries]
    dates = Decision(order, sure=True) if order else decide(stamps, now=now)
    lines: list[Line] = []
    for entry in entries:
        moment = entry.stamp.read(dates.order)
        if moment is None or not is_credible(moment, now=now):
            refused.append(Refusal(entry.number, "Its date can't be meant."))
        else:
            lines.append(_line(entry, moment))
    if not lines:
        raise InvalidInput("No line of the export has a date that can be meant.", attr="file")
    return Export(style, dates, lines, sorted(refused, key=lambda one: one.line))


def _style(rows: Sequence[str]) -> str:
    """Whose style the first dated line has: lines of the other one are then quotations."""
    begun = [row for row in rows[: 10 * _LOOK_AT] if row.strip()][:_LOOK_AT]
    for row in begun:
        for style, head in _STYLES.items():
            if _head(head, row) is not None:
                return style
    raise InvalidInput("This is no chat that WhatsApp exported.", attr="file")


def _head(head: re.Pattern[str], row: str) -> tuple[Stamp, str] | None:
    match = head.match(row[:400])
    stamp = stamp_of(match) if match else None
    return None if match is None or stamp is None else (stamp, row[match.start("rest") :])


def _entries(rows: Sequence[str], head: re.Pattern[str]) -> tuple[list[_Entry], list[Refusal]]:
    entries: list[_Entry] = []
    refused: list[Refusal] = []
    more: list[str] = []
    for number, row in enumerate(rows, 1):
        if (found := _head(head, row)) is not None:
            _close(entries, more)
            more = [found[1]]
            entries.append(_Entry(number, found[0], ""))
        elif entries:
            more.append(row)
        elif row.strip():
            refused.append(Refusal(number, "It stands before the first message."))
    _close(entries, more)
    return entries, refused


def _close(entries: list[_Entry], rows: list[str]) -> None:
    if entries:
        entries[-1] = replace(entries[-1], text="\n".join(rows).rstrip())


def _line(entry: _Entry, moment: datetime) -> Line:
    said = _SAID_BY.match(entry.text)
    if said is None:
        return Line(entry.number, moment, "", entry.text)
    return Line(entry.number, moment, name_of(said["name"]), entry.text[said.end() :])


def name_of(text: str) -> str:
    """A sender's name as people know it; WhatsApp puts ``~`` before those not in the contacts."""
    return " ".join(visible(text).split()).removeprefix("~").strip()


def senders(lines: Sequence[Line]) -> Iterator[str]:
    """Each name once, in the order of their first words."""
    yield from dict.fromkeys(line.sender for line in lines if line.sender)
