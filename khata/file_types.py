"""What a file of ledger pages is, by its first bytes (the formats' own specifications)."""

from __future__ import annotations

_SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/tiff": "tif",
    "application/pdf": "pdf",
}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"RIFF", "image/webp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def content_type_of(data: bytes) -> str:
    """The type of a file that khata.reading.loading could open."""
    for start, content_type in _STARTS:
        if data.startswith(start):
            return content_type
    return "image/heic" if data[4:8] == b"ftyp" else "application/pdf"


def suffix_of(content_type: str) -> str:
    """What a file of this type is called at the end, without the dot."""
    return _SUFFIXES[content_type]
