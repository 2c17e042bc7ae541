"""The bytes of an upload as upright pages, within bounds that a small machine can bear."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from khata.errors import UnreadableFile
from khata.reading.pdf import pdf_page_count, pdf_pages

Pixels = NDArray[Any]
"""Bytes: height × width × 3 (RGB), or height × width (grey)."""

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 30
# A 50-megapixel phone's picture, and 150 MB once decoded.
MAX_PIXELS = 52_000_000
# Handwriting is read best with letters of 20-40 pixels: an A4 page needs no more than this.
SIDE = 2_400
# Less holds no line of writing.
MIN_SIDE = 100
# JPEG opens MPO too, the pairs of pictures that some phones write.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")

pillow_heif.register_heif_opener(thumbnails=False)


def count_pages(data: bytes) -> int:
    """How many pages the file holds; nothing but headers is decoded.

    Raises UnreadableFile.
    """
    _check_size(data)
    if is_pdf(data):
        count = pdf_page_count(data)
    else:
        with _opened(data) as picture:
            count = 1 if picture.format == "MPO" else int(getattr(picture, "n_frames", 1))
    if count > MAX_PAGES:
        raise UnreadableFile(
            f"The file has {count} pages, more than {MAX_PAGES}.", reason="too_many_pages"
        )
    return count


def load_pages(data: bytes) -> Iterator[Pixels]:
    """Each page as RGB, turned by its EXIF orientation, at most SIDE pixels a side.

    Raises UnreadableFile, for a damaged later page only when that page is asked for.
    """
    count = count_pages(data)
    if is_pdf(data):
        yield from map(_decoded, pdf_pages(data, count, side=SIDE))
    else:
        for number in range(count):
            yield _decoded(data, number)


def is_pdf(data: bytes) -> bool:
    """Whether the file says so itself; readers allow some bytes before the mark."""
    return b"%PDF-" in data[:1024]


def _check_size(data: bytes) -> None:
    if not data:
        raise UnreadableFile("The file is empty.", reason="empty")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_BYTES >> 20} MB.", reason="too_large")


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise UnreadableFile(
            "This is neither a picture (JPEG, PNG, WebP, HEIC, TIFF) nor a PDF.",
            reason="not_an_image",
        ) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _damaged() from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(picture.size) < MIN_SIDE:
        raise UnreadableFile("The picture is too small to be read.", reason="too_small")
    return picture


def _decoded(data: bytes, frame: int = 0) -> Pixels:
    with _opened(data) as picture:
        try:
            picture.seek(frame)
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            return np.asarray(_on_white(upright))
        except Image.DecompressionBombError as error:
            raise _too_many_pixels() from error
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise _damaged() from error


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent is paper."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _damaged() -> UnreadableFile:
    return UnreadableFile("The picture is damaged or cut off.", reason="damaged")


def _too_many_pixels() -> UnreadableFile:
    return UnreadableFile(
        f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.",
        reason="too_many_pixels",
    )


def darkest(picture: Pixels) -> Pixels:
    """RGB as grey by the darkest of its colours: so the pens of all colours are dark.

    NumPy takes twenty times as long for the least over an axis of three.
    """
    least: Pixels = np.minimum(np.minimum(picture[..., 0], picture[..., 1]), picture[..., 2])
    return least
