"""What one line of an export holds: words, a file, a file that was left out, or nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from whatsapp.exports.words import (
    INVISIBLE,
    is_system,
    omitted_kind,
    says_attached,
    says_edited,
    visible,
)
from whatsapp.values import TEXT_LIMIT, Json, clean, number

_IOS_MARK = "\u200e"
_TAG = r"<[^<>:\n]{1,60}>"
# iOS: "‎<attached: 00000012-PHOTO-2024-03-12.jpg>", whatever the language of the first word.
_IOS_FILE = re.compile(r"\u200e?<[^<>:\n]{1,40}: (?P<name>[^<>/\\\n]{1,200}\.\w{1,5})>")
# Android: "IMG-20240312-WA0003.jpg (file attached)", then the caption on the next lines.
_ANDROID_FILE = re.compile(r"(?P<name>[^/\\\n]{1,200}\.\w{1,5}) \((?P<words>[^()\n]{3,40})\)")
_ANDROID_OMITTED = re.compile(_TAG)
_EDITED = re.compile(rf"\s{{0,3}}(?P<mark>\u200e?)(?P<tag>{_TAG})\s{{0,3}}$")
_PLACE = re.compile(
    r"[^\n:]{0,40}:?\s*https://maps\.google\.com/\?q=(?P<lat>-?[\d.]+),(?P<lon>-?[\d.]+)\s*"
)
_KIND_OF_SUFFIX = {
    **dict.fromkeys((".jpg", ".jpeg", ".png"), "image"),
    **dict.fromkeys((".opus", ".ogg", ".m4a", ".mp3", ".aac", ".amr", ".wav"), "audio"),
    **dict.fromkeys((".mp4", ".3gp"), "video"),
    ".webp": "sticker",
}


@dataclass(frozen=True)
class Held:
    """A line's content; ``file_name`` is empty where no file came along.

    ``kind`` is as Message.kind; ``has_file`` is true also for one that was left out.
    """

    kind: str
    text: str = ""
    file_name: str = ""
    has_file: bool = False
    details: Json = field(default_factory=dict)


def held_by(text: str, *, is_there: Callable[[str], bool]) -> Held | None:
    """What a sender's line holds; None for what only stands in their name.

    ``is_there`` says whether the export has a file of that name.
    """
    shown = visible(text).strip()
    if place := _PLACE.fullmatch(shown):
        return _place(place)
    if file := _file(text, is_there):
        return file
    if kind := omitted_kind(_first_row(shown)):
        return Held(kind, _words(_after_first_row(shown)), has_file=True)
    if _ANDROID_OMITTED.fullmatch(_first_row(shown)):
        return Held("document", _words(_after_first_row(shown)), has_file=True)
    if not shown or is_system(shown) or text.startswith(_IOS_MARK):
        return None
    return Held("text", _words(_unedited(text)))


def kind_of_file(name: str) -> str:
    """What a file of this name is taken for; its content has to bear it out."""
    return _KIND_OF_SUFFIX.get(PurePosixPath(name).suffix.lower(), "document")


def _file(text: str, is_there: Callable[[str], bool]) -> Held | None:
    if found := _IOS_FILE.search(text):
        words = f"{text[: found.start()]}\n{text[found.end() :]}"
        name, named = found["name"].strip(), visible(text[: found.start()])
        # Of a document iOS says name and pages before it; that is nobody's words.
        caption = text[found.end() :] if "•" in named else words
        return Held(kind_of_file(name), _words(caption), name, has_file=True)
    first = visible(_first_row(text.strip(INVISIBLE + " ")))
    found = _ANDROID_FILE.fullmatch(first)
    if found and (is_there(found["name"]) or says_attached(found["words"])):
        caption = _after_first_row(text.strip())
        return Held(kind_of_file(found["name"]), _words(caption), found["name"], has_file=True)
    return None


def _place(match: re.Match[str]) -> Held | None:
    latitude, longitude = number(match["lat"], limit=90), number(match["lon"], limit=180)
    if latitude is None or longitude is None:
        return None
    details = {"latitude": latitude, "longitude": longitude, "name": "", "address": ""}
    return Held("location", f"{latitude}, {longitude}", details=details)


def _unedited(text: str) -> str:
    """Without the note that the sender changed it; iOS marks it in any language."""
    found = _EDITED.search(text)
    if found and found.start() and (found["mark"] or says_edited(found["tag"])):
        return text[: found.start()]
    return text


def _first_row(text: str) -> str:
    return text.partition("\n")[0].strip()


def _after_first_row(text: str) -> str:
    return text.partition("\n")[2]


def _words(text: str) -> str:
    return clean(visible(text).strip(), TEXT_LIMIT)
