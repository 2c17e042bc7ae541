"""Pages of a PDF as pictures, drawn by another process that may not eat the machine.

A small PDF can hold a picture of gigabytes or a drawing without end, and PDFium is C++:
a child with limits on memory and time is the one bound that holds for all of it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khata.errors import UnreadableFile

_CHILD = Path(__file__).with_name("pdf_child.py")
_SECONDS = 30


def pdf_page_count(data: bytes) -> int:
    """How many pages there are. Raises UnreadableFile."""
    with _stored(data) as path:
        return int(_run(path, "count"))


def pdf_pages(data: bytes, count: int, *, side: int) -> Iterator[bytes]:
    """Each page as a JPEG whose longer side has ``side`` pixels. Raises UnreadableFile."""
    with _stored(data) as path:
        for number in range(count):
            yield _run(path, "draw", str(number), str(side))


@contextmanager
def _stored(data: bytes) -> Iterator[str]:
    """The path of a file that holds the data, for as long."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        yield file.name


def _run(*arguments: str) -> bytes:
    """What the child prints; its exit codes are those of pdf_child.py."""
    try:
        child = subprocess.run(  # noqa: S603 - our own script, a path we made
            [sys.executable, "-I", str(_CHILD), *arguments],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile("The PDF takes too long to draw.", reason="damaged") from error
    if child.returncode == 3:
        raise UnreadableFile(
            "The PDF is locked with a password. Save it without one.", reason="encrypted"
        )
    if child.returncode:
        raise UnreadableFile("The PDF is damaged or too big to draw.", reason="damaged")
    return child.stdout
