"""The catalogues: a .po that people write, and the .mo beside it that Django reads."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from config.languages import OUR_APPS
from config.translating.extraction import Saying

LANGUAGES = ("hi", "gu")
CATALOGUES = (*OUR_APPS, "config", "templates")
# What Django's and Unfold's pages say and they lack in Hindi or Gujarati: added to by hand.
FRAMEWORKS = "config/frameworks"
# A file that changed by its date alone would be a change in every commit.
_NO_DATE = datetime(2026, 11, 21, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"%\((\w+)\)(?:\.\d+)?[a-z]|\{(\w*)\}|%[sd]")


def path_of(catalogue: str, language: str) -> Path:
    """Where the .po of a catalogue lies ("orders", "hi")."""
    return Path(settings.BASE_DIR, catalogue, "locale", language, "LC_MESSAGES", "django.po")


def stored(catalogue: str, language: str) -> Catalog:
    """What is translated so far; empty where there is no file yet."""
    path = path_of(catalogue, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def held(catalogue: str) -> set[Saying]:
    """What stands in the catalogue of any language, for one that no source of ours says."""
    return {
        _saying_of(message)
        for language in LANGUAGES
        for message in stored(catalogue, language)
        if message.id
    }


def renewed(old: Catalog, sayings: Collection[Saying], language: str) -> Catalog:
    """A catalogue of exactly these sayings, with the old one's translations where it has them."""
    new = Catalog(
        locale=language,
        project="Parchi",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        fuzzy=False,
        header_comment="# Written by hand; make messages adds what is missing.",
    )
    for saying in sorted(sayings):
        known = old.get(saying.text, saying.context or None)
        words = known.string if known is not None else ""
        if bool(saying.plural) != isinstance(words, tuple):
            words = ("", "") if saying.plural else ""
        new.add(_id_of(saying), words, context=saying.context or None)
    return new


def write(catalogue: str, language: str, content: Catalog) -> None:
    """Both files; the same content always makes the same bytes."""
    path = path_of(catalogue, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, content, no_location=True, sort_output=True, width=100)
    path.with_suffix(".mo").write_bytes(compiled(content))


def compiled(content: Catalog) -> bytes:
    """What Django reads of it."""
    file = io.BytesIO()
    write_mo(file, content)
    return file.getvalue()


def missing(content: Catalog) -> Iterator[Message]:
    """What nobody has translated yet."""
    return (message for message in content if message.id and not all(_forms(message)))


def misplaced(content: Catalog) -> Iterator[Message]:
    """Translations that lack a placeholder of the original, or have one it doesn't know.

    The form for one thing may leave the number out: "a day ago".
    """
    for message in content:
        if not message.id or not all(_forms(message)):
            continue
        wanted = _placeholders(_texts(message.id)[-1])
        last = _forms(message)[-1]
        known = all(_placeholders(form) <= wanted for form in _forms(message))
        if not known or _placeholders(last) != wanted:
            yield message


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in _PLACEHOLDER.finditer(text.replace("%%", ""))}


def _forms(message: Message) -> tuple[str, ...]:
    return _texts(message.string)


def _texts(value: Any) -> tuple[str, ...]:
    """The one text, or those for one thing and for many."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value or "",)


def _saying_of(message: Message) -> Saying:
    text, *plural = _texts(message.id)
    return Saying(text, plural[0] if plural else "", message.context or "")


def _id_of(saying: Saying) -> str | tuple[str, str]:
    return (saying.text, saying.plural) if saying.plural else saying.text
