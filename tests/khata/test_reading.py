"""Pages drawn here, read by the real recognisers."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from khata.reading import read_file
from khata.reading.amounts import parse_amount
from khata.reading.bills import BILL
from khata.reading.finished import GUESSED
from khata.reading.types import PIPELINES, PageReading, Pipeline
from tests.khata.pages import as_file, drawn_page

DEVANAGARI = "khata/fonts/NotoSansDevanagari-Regular.ttf"
BALANCES = (
    ("03/04/2025", "Chana dal", "450.00", "", "450.00"),
    ("05/04/2025", "Basmati rice", "1,200.00", "", "1,650.00"),
    ("09/04/2025", "Cash", "", "650.00", "1,000.00"),
    ("", "Total", "1,650.00", "650.00", "1,000.00"),
)


@pytest.fixture(scope="module")
def page() -> PageReading:
    [page] = read_file(as_file(drawn_page(BALANCES)), pipeline="v2")
    return page


def test_a_partys_page_becomes_dated_rows_that_its_balances_prove(page: PageReading) -> None:
    assert (page.layout, page.party) == ("A", "Farhan Textiles")
    assert [
        (str(row.date), row.particulars, row.debit, row.credit, row.balance, row.proven)
        for row in page.entries
    ] == [
        ("2025-04-03", "Chana dal", Decimal(450), None, Decimal(450), True),
        ("2025-04-05", "Basmati rice", Decimal(1200), None, Decimal(1650), True),
        ("2025-04-09", "Cash", None, Decimal(650), Decimal(1000), True),
    ]


def test_a_total_is_no_entry(page: PageReading) -> None:
    assert [(row.kind, row.debit, row.credit) for row in page.non_entries] == [
        ("total", Decimal(1650), Decimal(650))
    ]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_total_that_is_named_in_the_dates_column_is_no_entry(pipeline: Pipeline) -> None:
    lines = (*BALANCES[:3], ("Total", "", "1,650.00", "", ""))
    [page] = read_file(as_file(drawn_page(lines)), pipeline=pipeline)
    assert [row.debit or row.credit for row in page.entries] == [450, 1200, 650]
    assert [(row.kind, row.debit) for row in page.non_entries] == [("total", Decimal(1650))]


def test_every_row_has_its_place_on_the_picture_that_is_answered(page: PageReading) -> None:
    picture = Image.open(BytesIO(page.image))
    assert picture.size == (page.width, page.height)
    tops = [row.box[1] for row in (*page.entries, *page.non_entries)]
    assert tops == sorted(tops)
    for row in page.entries:
        x0, y0, x1, y1 = row.cells["particulars"]
        assert 0 <= x0 < x1 <= page.width
        assert row.box[1] <= y0 < y1 <= row.box[3]


@pytest.mark.parametrize("height", [300, 310])
def test_what_is_crossed_out_is_marked_also_by_a_low_stroke(height: int) -> None:
    drawn = drawn_page(BALANCES[:3])
    ImageDraw.Draw(drawn).line((40, height, 1150, height), "black", 3)
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [row.struck_out for row in page.entries] == [False, True, False]


def test_a_stroke_is_seen_that_begins_at_a_date_in_small_writing() -> None:
    drawn = drawn_page((BALANCES[0], ("", *BALANCES[1][1:4], ""), BALANCES[2]))
    pen = ImageDraw.Draw(drawn)
    pen.text((60, 290), "04-04-2024", "black", ImageFont.load_default(20))
    pen.line((40, 300, 1150, 300), "black", 3)
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [row.struck_out for row in page.entries] == [False, True, False]


def test_a_fold_through_the_feet_of_a_row_crosses_nothing_out() -> None:
    drawn = drawn_page(BALANCES)
    ImageDraw.Draw(drawn).line((0, 306, 1200, 314), (150, 150, 150), 3)
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [row.struck_out for row in page.entries] == [False] * len(page.entries)


def test_rows_on_ruled_lines_are_not_crossed_out() -> None:
    drawn = drawn_page(BALANCES)
    for line in range(len(BALANCES)):
        ImageDraw.Draw(drawn).line((40, 252 + 60 * line, 1150, 252 + 60 * line), "black", 2)
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [row.struck_out for row in page.entries] == [False] * len(page.entries)


def test_v1_reads_the_same_page_with_tesseract() -> None:
    [page] = read_file(as_file(drawn_page(BALANCES)), pipeline="v1")
    assert [(str(row.date), row.debit or row.credit) for row in page.entries] == [
        ("2025-04-03", Decimal(450)),
        ("2025-04-05", Decimal(1200)),
        ("2025-04-09", Decimal(650)),
    ]


def test_v1_reads_cells_between_ruled_lines_that_lean() -> None:
    drawn = drawn_page(BALANCES)
    pen = ImageDraw.Draw(drawn)
    for x in (45, 275, 625, 805, 985, 1160):
        pen.line((x, 140, x, 420), "black", 1)
    leaning = drawn.rotate(1.2, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    [page] = read_file(as_file(leaning), pipeline="v1")
    assert [
        (str(row.date), row.particulars, row.debit or row.credit, row.balance)
        for row in page.entries
    ] == [
        ("2025-04-03", "Chana dal", Decimal(450), Decimal(450)),
        ("2025-04-05", "Basmati rice", Decimal(1200), Decimal(1650)),
        ("2025-04-09", "Cash", Decimal(650), Decimal(1000)),
    ]


def test_v1_takes_letters_in_dates_and_amounts_for_the_digits_they_look_like() -> None:
    drawn = drawn_page((("", "Chana dal", "4b0.00", "", ""),), title="Day book I8/b/25")
    [page] = read_file(as_file(drawn), pipeline="v1")
    [row] = page.entries
    assert (str(row.date), row.debit) == ("2025-06-18", Decimal(460))
    assert row.confidence < 0.9


def test_v1_reads_a_date_in_words_that_stand_at_different_heights() -> None:
    drawn = drawn_page((("", "Chana dal", "450.00", "", ""),), title="Day book")
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(32)
    for x, y, word in ((760, 64, "17"), (850, 60, "Nov"), (980, 58, "2025")):
        pen.text((x, y), word, "black", font)
    [page] = read_file(as_file(drawn), pipeline="v1")
    assert [str(row.date) for row in page.entries] == ["2025-11-17"]


def test_v1_never_makes_one_amount_of_two_that_stand_in_one_cell() -> None:
    drawn = drawn_page((*BALANCES[:3], ("11/04/2025", "Sugar", "", "", "")))
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(28)
    pen.text((640, 400), "4", "black", font)
    pen.text((715, 400), "350.00", "black", font)
    [page] = read_file(as_file(drawn), pipeline="v1")
    sugar = page.entries[3]
    assert sugar.debit in {Decimal(4), Decimal(350)}
    assert sugar.confidence < 0.9


def test_progress_is_told_page_by_page() -> None:
    stream = BytesIO()
    blank = Image.new("RGB", (400, 500), "white")
    blank.save(stream, "PDF", save_all=True, append_images=[blank])
    told: list[tuple[int, int]] = []
    pages = read_file(
        stream.getvalue(), pipeline="v2", progress=lambda done, count: told.append((done, count))
    )
    assert told == [(1, 2), (2, 2)]
    assert [(page.page, page.entries) for page in pages] == [(1, ()), (2, ())]


def test_the_command_prints_a_line_a_page_and_goes_on_after_a_bad_file(tmp_path) -> None:
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    good.write_bytes(as_file(drawn_page(BALANCES[:1])))
    bad.write_bytes(b"no picture")
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2 files"):
        call_command("read_khata", bad, good, stdout=out, stderr=StringIO())
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["file"], first["entries"]) == ("bad.jpg", [])
    assert "neither a picture" in first["error"]
    assert (second["file"], second["party"]) == ("good.jpg", "Farhan Textiles")
    assert second["entries"][0]["debit"] == "450.00"


def test_date_and_text_that_stand_too_near_are_parted() -> None:
    drawn = drawn_page(())
    font = ImageFont.load_default(32)
    pen = ImageDraw.Draw(drawn)
    for number, text in enumerate(("03/04/2025 Chana dal", "05/04/2025 Basmati rice")):
        pen.text((60, 222 + 60 * number), text, "black", font)
        pen.text((640, 222 + 60 * number), f"{number + 1}50.00", "black", font)
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [(str(row.date), row.particulars) for row in page.entries] == [
        ("2025-04-03", "Chana dal"),
        ("2025-04-05", "Basmati rice"),
    ]


def test_an_amount_beside_a_crossed_out_one_is_taken_and_doubted() -> None:
    drawn = drawn_page((*BALANCES[:3], ("11/04/2025", "Sugar", "", "", "")))
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(28)
    pen.text((645, 400), "350", "black", font)
    pen.text((715, 400), "700", "black", font)
    pen.line((641, 418, 697, 416), "black", 3)
    [page] = read_file(as_file(drawn), pipeline="v2")
    sugar = page.entries[3]
    assert (sugar.debit, sugar.struck_out, sugar.proven) == (Decimal(700), False, False)
    assert sugar.confidence < 0.9
    assert sugar.warnings == ("Another amount beside it is crossed out.",)


def test_amounts_whose_digits_stand_close_are_never_cut_in_two() -> None:
    amounts = ("2,13,942/-", "80,876/-", "99,926/-", "12,736/-", "26,863/-", "88,322/-")
    drawn = drawn_page(tuple(("03/04/2025", "Gold chain", "", "", "") for _ in amounts))
    font = ImageFont.truetype("khata/fonts/NotoSans-Regular.ttf", 30)
    for number, amount in enumerate(amounts):
        ImageDraw.Draw(drawn).text((640, 218 + 60 * number), amount, "black", font)
    blurred = drawn.filter(ImageFilter.GaussianBlur(1.6))
    [page] = read_file(as_file(blurred), pipeline="v2")
    assert [row.debit for row in page.entries] == [213942, 80876, 99926, 12736, 26863, 88322]


def test_a_page_without_headings_is_read_by_what_its_columns_hold_and_never_surely() -> None:
    drawn = drawn_page((*BALANCES[:3], ("11/04/2025", "Sugar", "80.00", "", "1,080.00")))
    ImageDraw.Draw(drawn).rectangle((0, 150, 1200, 210), "white")
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [(row.debit, row.credit, row.balance) for row in page.entries] == [
        (Decimal(450), None, Decimal(450)),
        (Decimal(1200), None, Decimal(1650)),
        (None, Decimal(650), Decimal(1000)),
        (Decimal(80), None, Decimal(1080)),
    ]
    assert page.warnings == (GUESSED,)
    assert not any(row.proven or row.confidence > 0.5 for row in page.entries)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_rows_of_a_bill_are_never_sure(pipeline: Pipeline) -> None:
    drawn = drawn_page((*BALANCES[:3], ("", "GST 5%", "50.00", "", "")), title="Tax Invoice")
    [page] = read_file(as_file(drawn), pipeline=pipeline)
    assert page.entries
    assert [row for row in page.entries if row.proven or row.confidence >= 0.9] == []
    assert page.warnings == (BILL,)


def test_devanagari_digits_are_read_and_prove_nothing() -> None:
    lines = [("३/४/२०२५", "४५०", "", "४५०"), ("५/४/२०२५", "१,२००", "", "१,६५०")]
    lines += [("९/४/२०२५", "", "६५०/-", "१,०००"), ("१२/४/२०२५", "३७८", "", "१,३७८")]
    drawn = drawn_page(())
    drawn = drawn.crop((0, 0, 1200, 700))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 215, 1200, 700), "white")
    font = ImageFont.truetype(DEVANAGARI, 34)
    for number, line in enumerate(lines):
        for left, text in zip((60, 640, 820, 1000), line, strict=True):
            pen.text((left, 220 + 60 * number), text, "black", font)
        pen.text((290, 220 + 60 * number), "Chana dal", "black", ImageFont.load_default(32))
    [page] = read_file(as_file(drawn), pipeline="v2")
    assert [(r.debit, r.credit, r.balance, r.proven) for r in page.entries] == [
        (Decimal(450), None, Decimal(450), False),
        (Decimal(1200), None, Decimal(1650), False),
        (None, Decimal(650), Decimal(1000), False),
        (Decimal(378), None, Decimal(1378), False),
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("75,CCC", 75000),
        ("Rs 2OOO", 2000),
        ("1,5C,C00/-", 150000),
        ("29.00 Cr", 29),
        ("12O0", 1200),
    ],
)
def test_round_zeros_that_look_like_letters_are_zeros(text: str, amount: int) -> None:
    read = parse_amount(text)
    assert read is not None and read.value == amount
