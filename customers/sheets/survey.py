"""What a file is before it is read: its kind, its letters' encoding, about how many lines."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from customers.errors import InvalidInput

BLOCK = 1024 * 1024
# What Excel and old programs write where they don't write Unicode; others are taken for the first.
_WINDOWS = ["cp1252", "cp1251"]
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x7fELF": "ELF",
    b"{\\rtf": "RTF",
}
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Survey:
    """``lines`` counts line ends: rows of a CSV, or more where cells hold line ends."""

    kind: Literal["csv", "xlsx"]
    encoding: str
    lines: int
    size: int
    sha256: str


def survey(path: Path) -> Survey:
    """Look through the file once, a block at a time; raises InvalidInput for no spreadsheet."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise _refused(_("The file can't be read.")) from error
    kind = _kind(head)
    scan = _scan(path, csv=kind == "csv", utf16=_utf16(head))
    return Survey(kind, scan.encoding(path), scan.lines, scan.size, scan.digest.hexdigest())


def _kind(head: bytes) -> Literal["csv", "xlsx"]:
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise _refused(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(_OLE):
        raise _refused(
            _("This is an old .xls file, or one with a password. Save it as .xlsx or CSV.")
        )
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise _refused(
                _(
                    "This is a %(kind)s file, whatever its name says."
                    " Save the table as CSV or .xlsx."
                )
                % {"kind": name}
            )
    return "csv"


def _utf16(head: bytes) -> str | None:
    """The encoding's name where the bytes are UTF-16, with a mark or by the zeros in it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) >= 4 and head.count(0) > len(head) / 4:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return None


class _Scan:
    """Counts over all blocks of a file."""

    def __init__(self, utf16: str | None) -> None:
        self.utf16 = utf16
        self.lines = self.size = 0
        self.digest = hashlib.sha256()
        self.is_utf8 = True
        self.letters = False  # something beyond ASCII, written as UTF-8 has it
        self.has_zero = False

    def encoding(self, path: Path) -> str:
        if self.utf16:
            return self.utf16
        # Rows that are not UTF-8 among rows that are: those few are refused by themselves.
        if self.is_utf8 or self.letters:
            return "utf-8-sig"
        return _windows(path)


def _scan(path: Path, *, csv: bool, utf16: str | None) -> _Scan:
    scan, left = _Scan(utf16), b""
    since_line_end = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            scan.size += len(block)
            scan.digest.update(block)
            if not csv:
                continue
            found = block.count(b"\n") or block.count(b"\r")
            since_line_end = 0 if found else since_line_end + len(block)
            if since_line_end > BLOCK:
                raise _refused(_("A line of the file is longer than 1 MB: this is no table."))
            scan.lines += found
            scan.has_zero = scan.has_zero or (utf16 is None and b"\x00" in block)
            left = _try_utf8(scan, left + block)
    if scan.has_zero:
        raise _refused(_("The file holds zero bytes: this is no CSV."))
    if left:
        scan.is_utf8 = False
    return scan


def _try_utf8(scan: _Scan, data: bytes) -> bytes:
    """Note whether the bytes are UTF-8; those of a letter that the block's end cut off."""
    if data.isascii():
        return b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        scan.letters = not decoder.decode(data).isascii() or scan.letters
    except UnicodeDecodeError:
        scan.is_utf8 = False
        # A letter of three bytes is no accident, as one of two may be.
        good = data.decode("utf-8", errors="ignore")
        scan.letters = scan.letters or any(ord(letter) > 0x7FF for letter in good)
        scan.letters = scan.letters or sum(ord(letter) > 0x7F for letter in good) > 1
        return b""
    return decoder.getstate()[0]


def _windows(path: Path) -> str:
    with path.open("rb") as file:
        best = from_bytes(file.read(64 * 1024), cp_isolation=_WINDOWS).best()
    return best.encoding if best is not None else _WINDOWS[0]


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, attr="file")
