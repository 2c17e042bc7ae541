"""What people send instead of a ledger page."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytesseract
import pytest
from PIL import Image

from khata.errors import ReaderUnavailable, UnreadableFile
from khata.reading import read_file, tesseract
from khata.reading.careful import NO_TESSERACT
from khata.reading.finished import NO_TABLE
from khata.reading.loading import count_pages
from tests.khata.pages import as_file, drawn_page

# A password is asked for: the standard handler with keys that fit none (PDF 1.7, 7.6).
LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<"
    + b"5a" * 32
    + b">/U<"
    + b"a5" * 32
    + b">>>endobj\n"
    b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\n%%EOF"
)


def huge_png(side: int) -> bytes:
    """A black square that is small as a file."""

    def part(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side // 100)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")


def pdf_of(pages: int) -> bytes:
    stream = BytesIO()
    page = Image.new("1", (10, 10), 1)
    page.save(stream, "PDF", save_all=True, append_images=[page] * (pages - 1))
    return stream.getvalue()


@pytest.mark.parametrize("pipeline", ["v1", "v2"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"Dear shop, please send the statement.", "not_an_image"),
        (b"%PDF-1.4 nothing", "damaged"),
        (LOCKED, "encrypted"),
        (pdf_of(31), "too_many_pages"),
        (huge_png(50_000), "too_many_pixels"),
        (as_file(drawn_page())[:9_000], "damaged"),
        (as_file(Image.new("RGB", (3, 2_000))), "too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_a_page_is_refused_with_its_reason(
    data: bytes, reason: str, pipeline: str
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_file(data, pipeline=pipeline)  # type: ignore[arg-type]
    assert refusal.value.data["reason"] == reason


def test_five_hundred_pages_are_refused_before_one_is_drawn() -> None:
    with pytest.raises(UnreadableFile, match="500 pages"):
        count_pages(pdf_of(500))


@pytest.mark.parametrize("pipeline", ["v1", "v2"])
def test_a_blank_page_and_a_photograph_of_something_else_give_no_rows(pipeline: str) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (30, 40, 3), np.uint8)
    blurred = Image.fromarray(noise).resize((400, 300), Image.Resampling.BICUBIC)
    for picture in (Image.new("RGB", (400, 500), "ivory"), blurred):
        [page] = read_file(as_file(picture), pipeline=pipeline)  # type: ignore[arg-type]
        assert (page.entries, page.non_entries, page.warnings) == ((), (), (NO_TABLE,))


@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_that_lies_on_its_side_or_head_is_turned(turn: int) -> None:
    page = drawn_page().rotate(turn, expand=True)
    [read] = read_file(as_file(page), pipeline="v2")
    assert [str(row.debit or row.credit) for row in read.entries] == ["450.00", "1200.00", "650.00"]
    assert read.width > read.height


@pytest.fixture
def no_tesseract(monkeypatch):
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    tesseract.languages.cache_clear()
    yield
    tesseract.languages.cache_clear()


def test_without_tesseract_v1_says_so_and_v2_reads_what_is_latin(no_tesseract, monkeypatch) -> None:
    data = as_file(drawn_page())
    with pytest.raises(ReaderUnavailable, match="not installed"):
        read_file(data, pipeline="v1")
    monkeypatch.setattr("khata.reading.scripts.readable", lambda scrap: scrap.text != "Cash")
    [page] = read_file(data, pipeline="v2")
    assert page.warnings == (NO_TESSERACT,)
    assert [str(row.debit or row.credit) for row in page.entries] == ["450.00", "1200.00", "650.00"]


def test_a_tesseract_that_hangs_is_given_up(monkeypatch, tmp_path) -> None:
    stuck = tmp_path / "tesseract"
    stuck.write_text("#!/bin/sh\nexec sleep 600\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(stuck))
    monkeypatch.setattr(tesseract, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(tesseract, "languages", lambda: frozenset({"eng", "hin"}))
    with pytest.raises(ReaderUnavailable, match="too long"):
        read_file(as_file(drawn_page()), pipeline="v1")
