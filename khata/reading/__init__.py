"""From a picture or PDF of ledger pages to their rows. Pure: no tables, no network by default."""

from __future__ import annotations

from khata.reading.types import PageReading, Pipeline, Progress


def read_file(
    data: bytes, *, pipeline: Pipeline, progress: Progress | None = None
) -> list[PageReading]:
    """Every page of the file (JPEG, PNG, WebP, HEIC, TIFF, PDF), in order.

    ``progress`` is told (pages done, all pages) after each page. Raises UnreadableFile for
    what can't be opened or is too big, ReaderUnavailable where Tesseract is missing (v1).
    """
    # Models and OpenCV take half a second and 100 MB: the web process does without.
    from khata.reading.reader import read_pages

    return read_pages(data, pipeline=pipeline, progress=progress)
