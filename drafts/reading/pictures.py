"""Pictures made fit for reading, and Tesseract, which reads print without any network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import groupby
from typing import Any

from PIL import Image, ImageOps

from drafts.reading.media_types import Seen
from drafts.reading.types import ReadingError
from khata.reading import tesseract
from orders.errors import ImageRefused
from orders.images import opened_picture

# Wide enough for the small print of an A4 page photographed whole, and quick to read.
SIDE = 2_400
# Tesseract wants letters of some 20 pixels; a small picture is made larger.
SMALL = 1_200
LANGUAGES = ("eng", "hin", "guj")
# Words that Tesseract is less sure of (0..100) are mostly patterns of cloth and shadow.
SURE = 50
_WORD = re.compile(r"[^\W_]{2,}|\d")


class TesseractEyes:
    """Reads with the Tesseract of this machine, in those of LANGUAGES that are installed."""

    def see(self, picture: bytes) -> Seen:
        """The lines of print; no text where nothing readable is in the picture."""
        with _upright(picture) as image:
            words = _words(_enlarged(image))
        text = "\n".join(_lines(words))
        return Seen(text if _WORD.search(text) else "")


def jpeg_of(picture: bytes) -> bytes:
    """The picture upright, at most SIDE pixels a side, without its metadata."""
    with _upright(picture) as image:
        stream = BytesIO()
        image.convert("RGB").save(stream, "JPEG", quality=85)
    return stream.getvalue()


@contextmanager
def _upright(picture: bytes) -> Iterator[Image.Image]:
    """Opened within the bounds of all pictures (orders/images.py), turned by its EXIF."""
    try:
        with opened_picture(BytesIO(picture), SIDE) as image:
            yield image
    except ImageRefused as error:
        raise ReadingError(str(error), permanent=True) from error


def _enlarged(image: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(image.convert("RGB").convert("L"))
    longest = max(grey.size)
    return grey if longest >= SMALL else ImageOps.scale(grey, min(SMALL / longest, 4))


def _words(image: Image.Image) -> list[dict[str, Any]]:
    languages = "+".join(name for name in LANGUAGES if name in tesseract.languages())
    try:
        words = tesseract.words(image, languages or "eng")
    except tesseract.TesseractUnavailable as error:
        raise ReadingError(str(error), permanent=True) from error
    return [word for word in words if float(word["conf"]) >= SURE]


def _lines(words: list[dict[str, Any]]) -> Iterator[str]:
    for _, line in groupby(words, lambda w: (w["block_num"], w["par_num"], w["line_num"])):
        yield " ".join(word["text"].strip() for word in line)
