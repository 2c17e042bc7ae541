"""What kinds of media are taken, how large, and how their content shows what they are.

Neither the sender's nor the server's word for the type is believed: the first bytes
decide, and what is not on the list is not kept. Signatures: Gary Kessler's file
signatures table and the formats' own specifications.
"""

from __future__ import annotations

MB = 1024 * 1024
# WhatsApp's own limits are 5 MB for pictures and 16 MB for sound and film; documents may
# have 100 MB there, of which no order needs a quarter (Meta, "Media", Cloud API reference).
LIMITS = {
    "image": 10 * MB,
    "sticker": 1 * MB,
    "audio": 16 * MB,
    "video": 16 * MB,
    "document": 25 * MB,
}
KINDS = frozenset(LIMITS)

_PICTURES = ("image/jpeg", "image/png", "image/webp")
_SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav")
_FILMS = ("video/mp4", "video/3gpp")
_ALLOWED = {
    "image": _PICTURES,
    "sticker": ("image/webp",),
    "audio": _SOUNDS,
    "video": _FILMS,
}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),  # also docx and xlsx
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # doc, xls
)
_SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "application/pdf": "pdf",
    "application/zip": "zip",
}


def content_type_of(data: bytes, kind: str) -> str | None:
    """The type that the content shows, or None where it does not fit the kind.

    A document may be anything; one that shows no known type is octet-stream.
    """
    found = _by_content(data, kind)
    if kind == "document":
        return found or "application/octet-stream"
    return found if found in _ALLOWED[kind] else None


def suffix_of(content_type: str) -> str:
    """What a file of this type is called at the end, without the dot."""
    return _SUFFIXES.get(content_type, "bin")


def is_shown(content_type: str) -> bool:
    """Whether a browser may show it in the page; all else is only ever saved."""
    return content_type in (*_PICTURES, *_SOUNDS, *_FILMS)


def _by_content(data: bytes, kind: str) -> str | None:
    for start, content_type in _STARTS:
        if data.startswith(start):
            return content_type
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    if data[4:8] == b"ftyp":  # ISO base media: its brand says phone film, else sound or film
        if data[8:11] in (b"3gp", b"3g2") and kind != "audio":
            return "video/3gpp"
        return "audio/mp4" if kind == "audio" else "video/mp4"
    return _by_frame(data)


def _by_frame(data: bytes) -> str | None:
    """Sound without a header begins with a frame: eleven or twelve bits set, then its layer."""
    if len(data) < 2 or data[0] != 0xFF:
        return None
    if data[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if data[1] & 0xE0 == 0xE0 and data[1] & 0x06 else None
