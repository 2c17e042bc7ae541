"""What of a page's words is still English, the names and words that people typed left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from zoneinfo import available_timezones

from django.apps import apps
from django.db import models

SILENT = {"script", "style", "template", "kbd", "time", "code", "textarea"}
SHOWN = ("placeholder", "title", "aria-label", "alt")
BUTTONS = {"submit", "button", "reset"}
EMPTY = {"br", "hr", "img", "link", "meta", "path", "source", "rect"}
_ZONES = available_timezones()
_WORD = re.compile(r"[A-Za-z]{3,}")
_BLANK = re.compile(r"\{\w+\}")  # {customer_name} in a text that is filled in
# Names of other firms' things, units and codes that Hindi and Gujarati write in Latin letters too.
NAMES = frozenset(
    {
        "WhatsApp",
        "Parchi",
        "Gupshup",
        "Excel",
        "CSV",
        "XLSX",
        "PDF",
        "SKU",
        "HSN",
        "GST",
        "UPI",
        "JSON",
        "SHA",
        "Ctrl",
        "Esc",
        "English",
        "INR",
        "AED",
        "OpenAI",
        "START",
        "STOP",
        "BSUID",
        "JPEG",
        "PNG",
        "WebP",
        "DRAFT",
        "READER",
        "pbkdf",
    }
)


class Words(HTMLParser):
    """The pieces of text that somebody sees or hears of a page.

    Apart from icons, from what stands in a language of its own (lang), and from what
    customers wrote (dir="auto").
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.pieces: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.pieces += [" ".join(str(given[name]).split()) for name in SHOWN if given.get(name)]
        if tag == "input":
            if given.get("type") in BUTTONS:
                self.pieces.append(given.get("value") or "")
            return
        if tag in EMPTY:
            return
        icon = "material-symbols" in (given.get("class") or "")
        other = given.get("dir") == "auto" or given.get("lang", self.language) != self.language
        self._open.append((tag, tag in SILENT or icon or other))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(quiet for _tag, quiet in self._open):
            self.pieces.append(" ".join(data.split()))


def typed_by_people() -> list[str]:
    """Every text in the database, the longest first: names, addresses, what customers wrote."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, (models.CharField, models.TextField)) and not field.choices:
                found.update(
                    " ".join(str(value).split())
                    for value in model._default_manager.values_list(field.name, flat=True)
                    if value
                )
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


def english_in(html: str, typed: Iterable[str], *, language: str) -> list[str]:
    """The pieces that still hold an English word, what people typed taken out of them."""
    reader = Words(language)
    reader.feed(html)
    whole = "\n".join(reader.pieces)
    cut = {piece[:-1] for piece in reader.pieces if piece.endswith("…")}
    known = [text for text in typed if text in whole or text.startswith(tuple(cut))]
    return sorted({piece for piece in reader.pieces if _has_english(piece, known)})


def _has_english(piece: str, known: Iterable[str]) -> bool:
    if piece.replace(" ", "_") in _ZONES or (piece.endswith("…") and _begins(piece, known)):
        return False
    for text in known:
        if text in piece:
            piece = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ", piece)
    return any(word not in NAMES for word in _WORD.findall(_BLANK.sub("", piece)))


def _begins(piece: str, known: Iterable[str]) -> bool:
    return any(text.startswith(piece.removesuffix("…")) for text in known)
