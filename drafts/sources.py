"""What there is to read of a message: its text, or what its picture or voice note says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from drafts.reading.choosing import get_ears, get_eyes
from drafts.reading.media_types import Seen
from drafts.reading.openai_calls import together
from drafts.reading.types import CatalogueIndex, EntryReading, Intent, Reading, ReadingError
from whatsapp.models import Media, MediaStatus, Message

FROM_PHOTO = gettext_noop("Read from a photo: compare it with the picture.")
FROM_VOICE = gettext_noop("Written down from a voice note: listen to it.")
LOOK = gettext_noop("The picture could not be read: look at it and type what it says.")
NO_WORDS = gettext_noop("A picture without words: see which product is meant.")
SHOWN = gettext_noop("Taken from what the picture shows.")
LISTEN = gettext_noop("A voice note: listen to it and type what it says.")
OPEN_IT = gettext_noop("A file came with it: open it and type what it asks for.")
LATE = gettext_noop("Its file has not come yet; it is being tried again.")
NEVER_CAME = gettext_noop("Its file could not be fetched: ask for it again.")

# What is read from a picture or a voice note was read twice, each time with mistakes.
TRUST = 0.7
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """The text to read, and what to tell of how it was come by.

    ``always_draft``: a person must look at it, whatever its words seem to say.
    """

    text: str
    is_media: bool = False
    warnings: tuple[str, ...] = ()
    trust: float = 1.0
    shows: str = ""
    always_draft: bool = False
    usage: dict[str, Any] = field(default_factory=dict)


def text_of(message: Message) -> str:
    """What was read of a message; spans are counted in it.

    A message's own text stays what the customer typed; what its picture or voice note
    says was found out by its analysis and is kept there, the caption first.
    """
    analysis = getattr(message, "analysis", None)
    return (analysis.read_text if analysis else "") or message.text


def source_of(message: Message) -> Source:
    """Look at the message's picture, or listen to it, where it has one; raises ReadingError.

    Takes as long as Tesseract or a model does: never inside a transaction.
    """
    medium = Media.objects.filter(message=message).first()
    if medium is None:
        return Source(message.text)
    if medium.status == MediaStatus.FAILED:
        return _for_person(message, NEVER_CAME)
    if medium.status != MediaStatus.FETCHED:
        return _for_person(message, LATE)
    if message.kind == "image":
        return _of_picture(message, medium)
    return _of_voice(message, medium) if message.kind == "audio" else _for_person(message, OPEN_IT)


def finish(reading: Reading, source: Source, *, catalogue: CatalogueIndex) -> Reading:
    """The reading of a source's text with what the source adds to it."""
    if not source.is_media:
        return reading
    reading.read_text = source.text
    reading.warnings = [*source.warnings, *reading.warnings]
    reading.usage = together(source.usage, reading.usage)
    reading.confidence *= source.trust
    for entry in reading.entries:
        entry.confidence *= source.trust
    unclear = reading.intent is Intent.OTHER
    reading.needs_person = source.always_draft or unclear
    if source.shows and not reading.entries and (unclear or reading.intent is Intent.ORDER):
        reading.entries.append(_shown(source.shows, catalogue))
    return reading


def without_words() -> Reading:
    """The reading of a source that has no text."""
    return Reading(Intent.OTHER, [], 0.0, reader="", version="")


def _shown(words: str, catalogue: CatalogueIndex) -> EntryReading:
    """A line for goods in a picture: what they may be, never which they are."""
    options = catalogue.candidates(words, limit=ALTERNATIVES)
    return EntryReading(item_name=words, alternatives=options, warnings=[SHOWN])


def _for_person(message: Message, warning: str) -> Source:
    return Source(message.text, is_media=True, warnings=(warning,), always_draft=True)


def _of_picture(message: Message, medium: Media) -> Source:
    try:
        seen = _seen(_content(medium))
    except ReadingError as error:
        if not error.permanent:
            raise
        return _for_person(message, LOOK)
    if not seen.text:
        warnings = (NO_WORDS,)
        return Source(message.text, True, warnings, TRUST, seen.shows, usage=seen.usage)
    text = _joined(message.text, seen.text)
    return Source(text, True, (FROM_PHOTO,), TRUST, usage=seen.usage)


def _seen(picture: bytes) -> Seen:
    """By the first who can; raises the last one's ReadingError."""
    *first, last = get_eyes()
    for eyes in first:
        try:
            return eyes.see(picture)
        except ReadingError:
            continue
    return last.see(picture)


def _of_voice(message: Message, medium: Media) -> Source:
    ears = get_ears()
    if ears is None:
        return _for_person(message, LISTEN)
    try:
        heard = ears.hear(_content(medium), medium.content_type)
    except ReadingError as error:
        if not error.permanent:
            raise
        return _for_person(message, LISTEN)
    if not heard.text:
        return _for_person(message, LISTEN)
    text = _joined(message.text, heard.text)
    return Source(text, True, (FROM_VOICE,), TRUST, usage=heard.usage)


def _content(medium: Media) -> bytes:
    try:
        with medium.file.open() as file:
            return bytes(file.read())
    except OSError as error:
        raise ReadingError("The file is not in the storage.") from error


def _joined(*texts: str) -> str:
    """The texts as PostgreSQL can hold them, one under the other."""
    parts = (text.encode("utf-8", "replace").decode().replace("\x00", "") for text in texts)
    return "\n".join(part.strip() for part in parts if part.strip())
