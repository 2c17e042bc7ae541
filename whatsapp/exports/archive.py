"""Opening an export: a .txt, or a .zip with the text and its files, bounded in every direction.

A zip is not believed: what its directory says of sizes is only a first check, names are
looked up and never used as paths, and nothing is unpacked to disk.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from customers.errors import InvalidInput

MB = 1024 * 1024
# WhatsApp exports at most 40,000 messages: a few MB of text.
TEXT_LIMIT = 50 * MB
MAX_FILES = 20_000
# What zipfile and its decompressors raise on damaged, encrypted or odd archives.
_BROKEN = (
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class FileUnusable(Exception):
    """A file of the export can't be taken; the sentence says why."""


@dataclass(frozen=True)
class Archive:
    """The text of an export, and the files that came with it by their bare names."""

    title: str
    text: str
    _files: dict[str, ZipInfo] = field(default_factory=dict)
    _zip: ZipFile | None = None

    def holds(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str, *, limit: int) -> bytes:
        """A file's bytes; raises FileUnusable for one that is larger, missing or damaged."""
        if self._zip is None or name not in self._files:
            raise FileUnusable("It is not in the export.")
        try:
            return _read(self._zip, self._files[name], limit)
        except _BROKEN as error:
            raise FileUnusable(f"It is damaged in the export ({type(error).__name__}).") from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The export at a path, until the block ends; raises InvalidInput."""
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise InvalidInput(f"{path} can't be read.", attr="file") from error
    if not is_zip:
        yield Archive(path.stem, _decoded(_bounded(path)))
        return
    try:
        archive = ZipFile(path)
    except _BROKEN as error:
        raise InvalidInput(f"{path} is a damaged zip file.", attr="file") from error
    with archive:
        files = _files(archive)
        yield Archive(path.stem, _chat_text(archive, files, path.stem), files, archive)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise InvalidInput(f"The text is larger than {TEXT_LIMIT // MB} MB.", attr="file")
    return data


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "The text is not UTF-8, as WhatsApp's exports are.", attr="file"
        ) from error


def _files(archive: ZipFile) -> dict[str, ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise InvalidInput(f"The zip holds more than {MAX_FILES:,} files.", attr="file")
    found: dict[str, ZipInfo] = {}
    for entry in entries:
        if not entry.is_dir():
            found.setdefault(PurePosixPath(entry.filename.replace("\\", "/")).name, entry)
    return found


def _chat_text(archive: ZipFile, files: dict[str, ZipInfo], title: str) -> str:
    """iOS calls it _chat.txt, Android like the zip; a customer's own .txt may lie beside it."""
    texts = [name for name in files if name.lower().endswith(".txt")]
    wanted = [name for name in ("_chat.txt", f"{title}.txt") if name in texts]
    wanted += sorted(texts, key=lambda name: "whatsapp" not in name.lower())
    if not wanted:
        raise InvalidInput("The zip holds no chat: no .txt file.", attr="file")
    try:
        return _decoded(_read(archive, files[wanted[0]], TEXT_LIMIT))
    except FileUnusable as error:
        raise InvalidInput(f"The chat's text: {error}", attr="file") from error
    except _BROKEN as error:
        raise InvalidInput("The chat's text is damaged in the zip.", attr="file") from error


def _read(archive: ZipFile, entry: ZipInfo, limit: int) -> bytes:
    """At most ``limit`` bytes are ever unpacked, whatever the zip says."""
    if entry.flag_bits & 0x1:
        raise FileUnusable("It is encrypted.")
    with archive.open(entry) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileUnusable(f"It is larger than {limit // MB} MB.")
    return data
