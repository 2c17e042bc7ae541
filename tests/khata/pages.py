"""Ledger pages drawn for the tests, and what the API is asked about them."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

HEAD = ("Date", "Particulars", "Debit", "Credit", "Balance")
LINES = (
    ("03/04/2025", "Chana dal", "450.00", "", "450.00"),
    ("05/04/2025", "Basmati rice", "1,200.00", "", "1,650.00"),
    ("09/04/2025", "Cash", "", "650.00", "1,000.00"),
)
COLUMNS = (60, 290, 640, 820, 1000)


def drawn_page(
    lines: tuple[tuple[str, ...], ...] = LINES, *, title: str = "Farhan Textiles"
) -> Image.Image:
    """A printed party page: date, particulars, debit, credit, balance."""
    page = Image.new("RGB", (1200, 420 + 60 * len(lines)), "white")
    pen = ImageDraw.Draw(page)
    pen.text((60, 60), title, "black", ImageFont.load_default(44))
    font = ImageFont.load_default(32)
    for number, line in enumerate((HEAD, *lines)):
        for left, text in zip(COLUMNS, line, strict=True):
            pen.text((left, 160 + 60 * number), text, "black", font)
    pen.line((50, 205, 1150, 205), "black", 2)
    return page


def as_file(picture: Image.Image, form: str = "JPEG") -> bytes:
    stream = BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def upload(api, content: bytes, *, name: str = "page.jpg", path: str = "/khata-upload"):
    """What the path answers about a file."""
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return api.post(path, {"file": file}, format="multipart")


def problems(answer) -> list[tuple[str, str | None]]:
    """Code and field of each reason of a refusal."""
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]
