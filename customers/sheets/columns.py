"""Which column means what: by the words of headers.toml, or as somebody says."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.sheets.reading import MAX_COLUMNS

_WORDS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("headers.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Columns:
    """The place of each field found, and the headers that mean nothing to us."""

    headers: tuple[str, ...]
    places: Mapping[str, int]
    ignored: tuple[str, ...]

    def header_of(self, field: str) -> str:
        """How the file calls a field."""
        place = self.places.get(field)
        return self.headers[place] if place is not None else field


@lru_cache(maxsize=512)  # cells of a column repeat a few words
def plain(text: str) -> str:
    """A header or a cell's word for comparing: lower case, letters and digits alone."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in folded)
    return " ".join("".join(kept).split())


@cache
def synonyms(kind: str) -> dict[str, str]:
    """Every known header of a kind of file, plain, with the field it means."""
    words: dict[str, str] = {}
    for field, names in _WORDS[kind].items():
        for name in (field, *names):
            words.setdefault(plain(name), field)
    return words


@cache
def meanings(group: str) -> dict[str, str]:
    """Every known word of a kind of cell (``statuses``), plain, with the value it means."""
    return synonyms(group)


def template(kind: str) -> list[str]:
    """The headers of an empty file of this kind: each field under its own name."""
    return list(_WORDS[kind])


def find_columns(
    headers: Sequence[str], kind: str, *, mapping: Mapping[str, str] | None = None
) -> Columns:
    """Each field's column; ``mapping`` says field → header where the words don't.

    Raises InvalidInput where a header stands twice, two mean the same, or a mapping
    names what isn't there.
    """
    headers = tuple(header.strip() for header in headers)
    if len(headers) > MAX_COLUMNS:
        raise _refused(_("A table has at most %(count)s columns.") % {"count": MAX_COLUMNS})
    _refuse_twice(headers)
    places = _mapped(headers, mapping or {}, kind)
    known = synonyms(kind)
    for place, header in enumerate(headers):
        field = known.get(plain(header))
        if field is None or place in places.values() or field in (mapping or {}):
            continue
        if field in places:
            raise _refused(
                _("The columns “%(one)s” and “%(other)s” both mean %(field)s. Rename one of them.")
                % {"one": headers[places[field]], "other": header, "field": field}
            )
        places[field] = place
    ignored = tuple(h for place, h in enumerate(headers) if h and place not in places.values())
    return Columns(headers, places, ignored)


def require(columns: Columns, *choices: Sequence[str]) -> None:
    """Raise InvalidInput unless each choice of fields has one at least."""
    for fields in choices:
        if not any(field in columns.places for field in fields):
            raise _refused(
                _("The file needs a column for %(fields)s; it has: %(headers)s.")
                % {
                    "fields": _(" or ").join(fields),
                    "headers": ", ".join(filter(None, columns.headers))[:300],
                }
            )


def _refuse_twice(headers: Sequence[str]) -> None:
    seen: set[str] = set()
    for header in filter(None, map(plain, headers)):
        if header in seen:
            raise _refused(
                _("Two columns are called “%(header)s”. Rename or remove one.") % {"header": header}
            )
        seen.add(header)


def _mapped(headers: Sequence[str], mapping: Mapping[str, str], kind: str) -> dict[str, int]:
    places: dict[str, int] = {}
    by_name = {plain(header): place for place, header in enumerate(headers)}
    for field, header in mapping.items():
        if field not in _WORDS[kind]:
            raise InvalidInput(
                _("%(field)s is no field. The fields are: %(fields)s.")
                % {"field": field[:60], "fields": ", ".join(_WORDS[kind])},
                attr="mapping",
            )
        if (place := by_name.get(plain(header))) is None:
            raise InvalidInput(
                _("The file has no column “%(header)s”.") % {"header": header[:60]}, attr="mapping"
            )
        places[field] = place
    return places


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, attr="file")
