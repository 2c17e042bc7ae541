"""Opening what shops bring as spreadsheets: encodings, columns, cells, and files that are none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import phonenumbers
import pytest
from django.core.validators import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from customers import phones
from customers.errors import InvalidInput
from customers.phones import normalise_phone
from customers.sheets import cells
from customers.sheets.cells import Cells
from customers.sheets.columns import find_columns
from customers.sheets.reading import opened
from customers.sheets.writing import csv_lines, safe_cell

TABLE = "नाम,Mobile\nकमला साड़ी,9820012345\nCafé Élan,9820012346\n"


def read(tmp_path, data: bytes, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    with opened(path) as sheet:
        return list(sheet.headers), [cells for _, cells in sheet.records], sheet.survey.encoding


def refusal(tmp_path, data: bytes, name="list.csv") -> str:
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, data, name)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_are_read_with_and_without_a_mark(tmp_path, encoding):
    headers, rows, _ = read(tmp_path, TABLE.encode(encoding))
    assert [h.strip("\ufeff") for h in headers] == ["नाम", "Mobile"]
    assert rows == [["कमला साड़ी", "9820012345"], ["Café Élan", "9820012346"]]


def test_a_file_of_windows_is_read_with_its_accents(tmp_path):
    text = "Name;City\nCafé Élan;São Paulo\nRésumé Prints;Málaga\n"
    headers, rows, _ = read(tmp_path, text.encode("cp1252"))
    assert headers == ["Name", "City"]
    assert rows == [["Café Élan", "São Paulo"], ["Résumé Prints", "Málaga"]]


def test_of_mixed_encodings_only_the_odd_row_is_refused(tmp_path):
    data = "Name\nकमला\n".encode() + "Café\n".encode("cp1252") + b"Asha\n"
    headers, rows, _ = read(tmp_path, data)
    columns = find_columns(headers, "customers")
    problems = [Cells(2, row, columns).problems for row in rows]
    assert [bool(found) for found in problems] == [False, True, False]
    assert "another encoding" in problems[1][0].sentence


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found(tmp_path, sign):
    data = f"Name{sign}Phone\nAsha{sign}9820012345\n".encode()
    assert read(tmp_path, data)[1] == [["Asha", "9820012345"]]


def test_rows_keep_excels_numbers_and_empty_ones_are_left_out(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('\nName,Notes\nAsha,"two\nlines"\n,\n\nBharat,x\n', encoding="utf-8")
    with opened(path) as sheet:
        assert list(sheet.records) == [(3, ["Asha", "two\nlines"]), (6, ["Bharat", "x"])]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"%PDF-1.7 ...", "PDF file"),
        (b"\xff\xd8\xff\xe0 jpeg", "JPEG file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"Name,Phone\nAsha,\x00\x01\n", "zero bytes"),
        (b"Name\n" + b"x" * (3 * 1024 * 1024), "longer than 1 MB"),
        (b'Name\n"never closed' + b",x" * 100_000, "quotation mark"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, data, said):
    assert said in refusal(tmp_path, data)


def test_a_workbook_is_read_with_its_dates_numbers_and_formulas_results(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Phone", "Date", "Price", "Sum"])
    sheet.append(["Asha", 919820012345, dt.datetime(2026, 3, 31), 0.1 + 0.2, "=1+1"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    with opened(path) as opened_sheet:
        assert list(opened_sheet.headers) == ["Name", "Phone", "Date", "Price", "Sum"]
        # What a formula comes to is only there once Excel has worked it out.
        assert list(opened_sheet.records) == [
            (2, ["Asha", "919820012345", "2026-03-31", "0.3"]),
        ]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no Excel workbook" in refusal(tmp_path, path.read_bytes(), "y.xlsx")


def test_headers_are_known_in_three_languages_and_any_spelling():
    found = find_columns(["ग्राहक का नाम", "Mobile No.", "E-MAIL", "શહેર", "Shoe size"], "customers")
    assert found.places == {"name": 0, "phone": 1, "email": 2, "address_city": 3}
    assert found.ignored == ("Shoe size",)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (["Name", "name "], "Two columns are called"),
        (["Phone", "Mobile"], "both mean phone"),
        (["x"] * 0 + [f"c{n}" for n in range(201)], "at most 200"),
    ],
)
def test_headers_that_leave_it_open_are_refused(headers, said):
    with pytest.raises(InvalidInput, match=said):
        find_columns(headers, "customers")


def test_somebody_may_say_what_a_column_means():
    headers = ["Name", "Contact 1", "Contact 2"]
    assert find_columns(headers, "customers", mapping={"phone": "Contact 2"}).places["phone"] == 2
    with pytest.raises(InvalidInput, match="no column"):
        find_columns(headers, "customers", mapping={"phone": "Telegram"})
    with pytest.raises(InvalidInput, match="is no field"):
        find_columns(headers, "customers", mapping={"horoscope": "Name"})


def row(kind="orders", **cells) -> Cells:
    return Cells(2, list(cells.values()), find_columns(list(cells), kind))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-31", (2026, 3, 31)),
        ("31/03/2026", (2026, 3, 31)),
        ("3.4.2026", (2026, 4, 3)),
        ("5 Mar 2026", (2026, 3, 5)),
        ("46112", (2026, 3, 31)),
        ("46112.5", (2026, 3, 31)),
        ("2026-03-31T14:30:00", (2026, 3, 31)),
    ],
)
def test_a_day_is_read_as_shops_and_excel_write_it(typed, day):
    found = row(date=typed).moment("date")
    assert (found.year, found.month, found.day) == day


@pytest.mark.parametrize("typed", ["03/31/2026", "yesterday", "2026-02-30", "1", "2199-01-01"])
def test_what_is_no_past_day_is_refused(typed):
    cells = row(date=typed)
    assert cells.moment("date") is None
    assert len(cells.problems) == 1


@pytest.mark.parametrize(
    ("typed", "value"),
    [("₹ 1,25,000.50", "125000.50"), ("Rs. 1200/-", "1200"), ("18%", "18"), ("-4", "-4")],
)
def test_numbers_are_read_as_shops_write_them(typed, value):
    assert row(total=typed).number("total") == Decimal(value)


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1,2,3", "twelve", "1e9999999", "=1+1"])
def test_what_is_no_number_is_refused(typed):
    cells = row(total=typed)
    assert cells.number("total") is None
    assert len(cells.problems) == 1


@pytest.mark.parametrize("typed", ["9.17E+11", "9.19820012345E+11", "9e9", "9.82E9"])
def test_a_phone_that_excel_shortened_is_refused_as_lost(typed):
    cells = row("customers", phone=typed)
    assert cells.phone("phone") is None
    assert "cut the digits" in cells.problems[0].sentence


def test_a_formula_is_refused_and_never_written_bare():
    cells = row("customers", name="=cmd|'/c calc'!A0")
    assert cells.text("name", longest=120) == ""
    assert len(cells.problems) == 1
    assert safe_cell("=cmd|x") == "'=cmd|x"
    assert safe_cell("-2+3") == "'-2+3"
    assert safe_cell("+91 98200 12345") == "+91 98200 12345"


def test_what_we_write_is_read_as_it_was(tmp_path):
    rows = [["Name", "Note"], ["=1+1", "+1-1"], ["@x", "+91 98200"], ["a,b", 'say "hi"']]
    data = "".join(csv_lines(rows)).encode()
    headers, read_back, _ = read(tmp_path, data)
    assert [headers, *read_back] == rows


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.from_regex(r"[6-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"(\+91|91|0)[5-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"[0-9]{8,13}", fullmatch=True),
    )
)
def test_the_quick_way_for_own_mobiles_gives_what_phonenumbers_gives(text):
    quick = normalise_phone(text)
    candidates = [text] if text.startswith("+") else [text, f"+{text}"]
    parsed = [n for n in map(phones._parse, candidates) if n is not None]
    slow = next(
        (
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            for check in (phonenumbers.is_valid_number, phonenumbers.is_possible_number)
            for number in parsed
            if check(number)
        ),
        None,
    )
    assert quick == slow


@pytest.mark.parametrize(
    "typed",
    [
        *("asha@example.in", "Asha.K+shop@mail.example.co.in", "a_b-c@x1.example", "a@b.cd"),
        *("a..b@example.in", ".a@example.in", "a@example", "a@-x.in", "a b@example.in", "@x.in"),
        *("a@x..in", "ä@example.in", "a@example.in\n", "a@b.c", "a@1.2", "a@x_y.in", "a.@b.in"),
    ],
)
def test_the_quick_way_for_emails_takes_only_what_django_takes(typed):
    if cells._PLAIN_EMAIL.fullmatch(typed):
        validate_email(typed)
