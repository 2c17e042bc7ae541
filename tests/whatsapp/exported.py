"""Exported chats as phones write them, of an invented customer and the shop."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

CUSTOMER, SHOP = "Lata Naik", "Tamarind Stores"
PHONE = "+919812345670"

ANDROID_IN = """\
31/10/26, 9:05 pm - Messages and calls are end-to-end encrypted. Only people in this chat can read.
31/10/26, 9:06 pm - Lata Naik: 2 cotton kurta chahiye
size M
aur 1 silk dupatta
31/10/26, 9:07 pm - Tamarind Stores: Ji, kal mil jayega
01/11/26, 12:00 am - Lata Naik: <Media omitted>
01/11/26, 12:00 am - Lata Naik: ok
01/11/26, 12:00 am - Lata Naik: ok
01/11/26, 7:30 am - Lata Naik: This message was deleted
13/11/26, 12:15 pm - Lata Naik: 5 kg chawal <This message was edited>
"""
IOS_US = """\
[10/31/26, 9:06:12 PM] Lata Naik: \u200eMessages and calls are end-to-end encrypted.
[10/31/26, 9:06:40 PM] Lata Naik: 2 cotton kurta chahiye
size M
aur 1 silk dupatta
[10/31/26, 9:07:01 PM] Tamarind Stores: Ji, kal mil jayega
\u200e[11/1/26, 12:00:09 AM] Lata Naik: \u200eimage omitted
[11/1/26, 12:00:20 AM] Lata Naik: ok
[11/1/26, 12:00:44 AM] Lata Naik: ok
[11/1/26, 7:30:00 AM] Lata Naik: \u200eThis message was deleted.
[11/13/26, 12:15:00 PM] Lata Naik: 5 kg chawal \u200e<This message was edited>
"""
# What both of them hold: direction, kind, text.
SAID = [
    ("in", "text", "2 cotton kurta chahiye\nsize M\naur 1 silk dupatta"),
    ("out", "text", "Ji, kal mil jayega"),
    ("in", None, ""),
    ("in", "text", "ok"),
    ("in", "text", "ok"),
    ("in", "text", "5 kg chawal"),
]


def text_file(folder: Path, text: str | bytes, *, name: str = f"WhatsApp Chat with {CUSTOMER}.txt"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zip_file(
    folder: Path, files: dict[str, bytes | str], *, name: str = f"WhatsApp Chat - {CUSTOMER}.zip"
) -> Path:
    path = folder / name
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for member, data in files.items():
            archive.writestr(member, data)
    return path
