"""The files of an export: taken if their content is what their name says, else noted as missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from whatsapp.exports.archive import Archive, FileUnusable
from whatsapp.exports.contents import Held
from whatsapp.media import save_file
from whatsapp.media_types import LIMITS, content_type_of
from whatsapp.models import Media, MediaStatus, Message

LEFT_OUT = "The chat was exported without this file."


@dataclass(frozen=True)
class ExportedFile:
    """A file's bytes and type; without bytes ``reason`` says why it isn't taken."""

    name: str
    data: bytes = b""
    content_type: str = ""
    reason: str = ""


def take_file(archive: Archive, held: Held) -> ExportedFile:
    """What a line says came with it, bounded and checked by content."""
    name = held.file_name
    if not name:
        return ExportedFile("", reason=LEFT_OUT)
    try:
        data = archive.read(name, limit=LIMITS[held.kind])
    except FileUnusable as error:
        return ExportedFile(name, reason=str(error))
    content_type = content_type_of(data, held.kind)
    if not data or content_type is None:
        return ExportedFile(name, reason=f"Its content is no {held.kind} that the desk knows.")
    return ExportedFile(name, data, content_type)


def note_file(message: Message, file: ExportedFile) -> Media:
    """The row of a message's file, stored where there is one; in the caller's transaction."""
    medium = Media(
        message=message,
        file_name=file.name[-200:],
        expires_at=timezone.now(),
        status=MediaStatus.FAILED,
        last_error=file.reason,
    )
    if file.data:
        _fill(medium, file)
    medium.save()
    return medium


def bring_file(medium: Media, file: ExportedFile, *, kind: str) -> None:
    """Add the file that an earlier export lacked; ``kind`` is what it turned out to be.

    Of two runs at once the second finds that it is here and takes its own copy back.
    """
    _fill(medium, file)
    medium.file_name = file.name[-200:]
    with transaction.atomic():
        lacking = Media.objects.select_for_update().filter(pk=medium.pk, status=MediaStatus.FAILED)
        is_ours = lacking.exists()
        if is_ours:
            medium.save()
            Message.objects.filter(pk=medium.message_id).update(kind=kind)
    if not is_ours:
        default_storage.delete(str(medium.file.name))


def _fill(medium: Media, file: ExportedFile) -> None:
    medium.status, medium.fetched_at = MediaStatus.FETCHED, timezone.now()
    medium.content_type, medium.byte_count = file.content_type, len(file.data)
    medium.sha256 = hashlib.sha256(file.data).hexdigest()
    medium.last_error = ""
    medium.file.name = save_file(file.data, file.content_type)
