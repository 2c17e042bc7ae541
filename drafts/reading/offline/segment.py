"""A message cut into lines without their headers and bullets, and lines into chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .normalise import Plain
from .tokens import Kind, Token

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_DATE = (
    rf"(?:yesterday|today|kal|aaj|\d{{1,2}} (?:{_MONTHS})[a-z]*(?: \d{{4}})?|(?:{_DAYS})[a-z]*"
    r"|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?)"
)
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?"
_HEADER = re.compile(
    rf"\s*(?:\[\s*{_DATE},?\s+{_TIME}\s*\]|\[\s*{_TIME},?\s+{_DATE}\s*\]|{_DATE},?\s+{_TIME}\s+-)"
    r"\s*([^:\n\[\]]{1,40}?)\s*:\s*"
)
_FORWARDED = re.compile(
    r"\s*(?:>+\s*|\*?(?:forward(?:ed)?(?: message)?|fwd|fw)\*?\s*(?::\s*|-\s*|(?=\[)|$))"
)
_ROMAN = r"(?:i{1,3}|iv|vi{0,3}|ix|xi{0,3})"
_BULLET = re.compile(
    rf"\s*(?:[-*~•→>]+\s+|#+\s*(?=[^\W\d])|-+(?=[a-z])|\(?\d{{1,3}}[.)](?!\d)\s*"
    rf"|\(?(?:[a-z]|{_ROMAN})\)\s+|{_ROMAN}\.\s+)+"
)
_BARE_NUMBER = re.compile(r"\s*(\d{1,3})[ \t]+(?=\S)")
_MIN_NUMBERED = 3


@dataclass(slots=True)
class Line:
    """A line's text [start, end) of the plain text and who a forwarded header says wrote it."""

    start: int
    end: int
    author: str | None = None
    has_header: bool = False
    bullet: bool = False


@dataclass(slots=True)
class Chunk:
    """Tokens between two breaks; ``after`` is the kind of break before them."""

    tokens: list[Token]
    line: int
    after: str = "line"
    client: str | None = None
    corrects: str = ""
    bullet: bool = False
    named: bool = False


def split_lines(plain: Plain) -> list[Line]:
    """Every line with something on it."""
    lines: list[Line] = []
    start = 0
    for raw in plain.text.split("\n"):
        end = start + len(raw)
        if raw.strip():
            lines.append(_line(plain, start, end))
        start = end + 1
    _strip_bare_numbering(plain, lines)
    return lines


def _line(plain: Plain, start: int, end: int) -> Line:
    forwarded = _FORWARDED.match(plain.text, start, end)
    if forwarded:
        start = forwarded.end()
    header = _HEADER.match(plain.text, start, end)
    line = Line(start, end)
    if header:
        line.author = _named(plain.written(*header.span(1)).strip())
        line.start, line.has_header = header.end(), True
    bullet = _BULLET.match(plain.text, line.start, end)
    if bullet:
        line.start, line.bullet = bullet.end(), True
    return line


def _named(author: str) -> str | None:
    """A number is nobody's name."""
    return author if sum(c.isalpha() for c in author) > sum(c.isdigit() for c in author) else None


def _strip_bare_numbering(plain: Plain, lines: list[Line]) -> None:
    """1 shirt / 2 jeans / 3 cap ...: numbers that count the lines are no quantities."""
    numbered = [(line, _BARE_NUMBER.match(plain.text, line.start, line.end)) for line in lines]
    starts = [(line, match) for line, match in numbered if match]
    counted = [int(match.group(1)) for _, match in starts]
    if len(counted) < _MIN_NUMBERED or counted != list(range(1, len(counted) + 1)):
        return
    for line, match in starts:
        line.start, line.bullet = match.end(), True


def split_chunks(tokens: list[Token], line: int, *, bullet: bool = False) -> list[Chunk]:
    """The chunks of one line; empty ones are dropped."""
    chunks: list[Chunk] = []
    current = Chunk([], line, bullet=bullet)
    for token in tokens:
        after = _break_name(token)
        if after is None:
            current.tokens.append(token)
            continue
        if current.tokens:
            chunks.append(current)
            current = Chunk([], line, after, bullet=bullet)
        else:
            current.after = _stronger(current.after, after)
    if current.tokens:
        chunks.append(current)
    return chunks


def _break_name(token: Token) -> str | None:
    if token.kind is Kind.AND:
        return "and"
    if token.kind is Kind.STOP:
        return "comma" if token.text in ",;|/" else "stop"
    return "line" if token.kind is Kind.LINE else None


def _stronger(before: str, after: str) -> str:
    order = ("comma", "and", "stop", "line")
    return max(before, after, key=order.index)
