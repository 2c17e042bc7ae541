"""Both pipelines over all pages of a file."""

from __future__ import annotations

from khata.errors import ReaderUnavailable
from khata.reading import careful, plain, tesseract
from khata.reading.finished import page_reading
from khata.reading.loading import count_pages, load_pages
from khata.reading.types import PageReading, Pipeline, Progress


def read_pages(data: bytes, *, pipeline: Pipeline, progress: Progress | None) -> list[PageReading]:
    """See khata.reading.read_file."""
    read = plain.read_page if pipeline == "v1" else careful.read_page
    count = count_pages(data)
    readings = []
    for number, photo in enumerate(load_pages(data), 1):
        try:
            readings.append(page_reading(number, read(photo)))
        except tesseract.TesseractUnavailable as error:
            raise ReaderUnavailable(str(error)) from error
        if progress:
            progress(number, count)
    return readings
