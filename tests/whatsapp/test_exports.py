"""Reading what phones export: styles, date orders, clocks, languages, files, quotations."""

from __future__ import annotations

from datetime import datetime

import pytest

from customers.errors import InvalidInput
from tests.whatsapp.exported import ANDROID_IN, IOS_US
from whatsapp.exports.contents import held_by
from whatsapp.exports.dates import DateOrder
from whatsapp.exports.lines import read_export

NOW = datetime(2026, 11, 21, 14, 0)


def read(text: str, **options):
    return read_export(text, now=NOW, **options)


def said(text: str) -> list[tuple[str, str, str]]:
    """Time, sender and words of each line."""
    lines = read(text).lines
    return [(f"{line.written_at:%Y-%m-%d %H:%M:%S}", line.sender, line.text) for line in lines]


def held(text: str, *files: str):
    return held_by(text, is_there=set(files).__contains__)


# Heads ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "31/10/26, 2:05 pm - ",
        "31/10/2026, 14:05 - ",
        "31/10/26, 2:05\u202fPM - ",
        "31/10/26, 2:05 p. m. - ",
        "31/10/26, अपराह्न 2:05 - ",
        "31/10/26, 2:05 अपराह्न - ",
        "३१/१०/२६, २:०५ pm - ",
        "૩૧/૧૦/૨૬, ૨:૦૫ PM - ",
        "31.10.26, 14:05 - ",
        "31-10-2026 14:05 - ",
        "31. 10. 26, 14:05 - ",
        "10/31/26, 2:05 PM - ",
        "2026-10-31, 14:05 - ",
        "2026/10/31 14:05 - ",
        "2026/10/31, 下午2:05 - ",
        "31/10/2026 14.05 - ",
        "[31/10/26, 2:05:00 PM] ",
        "[31/10/26, 14:05:00] ",
        "[31.10.26, 14:05:00] ",
        "[10/31/26, 2:05:00\u202fPM] ",
        "[2026-10-31, 14:05:00] ",
        "\u200e[31/10/2026, 2:05:00 pm] ",
        "\ufeff31/10/26, 2:05 pm - ",
    ],
)
def test_each_way_to_write_a_date_is_read(head):
    assert said(f"{head}Lata Naik: 2 kurta") == [("2026-10-31 14:05:00", "Lata Naik", "2 kurta")]


@pytest.mark.parametrize(
    ("dates", "order", "sure"),
    [
        (["31/10/26", "01/11/26"], "dmy", True),
        (["10/31/26", "11/01/26"], "mdy", True),
        # Only one order runs forward in time.
        (["05/06/26", "06/06/26", "01/07/26"], "dmy", True),
        (["05/06/26", "06/05/26", "07/01/26"], "mdy", True),
        # The other order would lie ahead of today.
        (["05/12/25", "11/10/26", "12/11/26"], "dmy", True),
        (["01/02/26", "01/12/25"], "dmy", False),
        (["05/06/26", "06/06/26"], "dmy", False),
        (["26/10/31"], "ymd", True),
    ],
)
def test_the_file_shows_the_order_of_its_dates(dates, order, sure):
    text = "".join(f"{date}, 14:05 - Lata Naik: ok\n" for date in dates)
    assert (read(text).dates.order, read(text).dates.sure) == (order, sure)


def test_where_two_orders_fit_an_american_hand_is_told_from_an_indian_one():
    american = "6/5/26, 2:05 PM - Lata Naik: ok\n6/6/26, 2:05 PM - Lata Naik: ok\n"
    indian = "06/05/26, 2:05 pm - Lata Naik: ok\n06/06/26, 2:05 pm - Lata Naik: ok\n"
    assert [read(text).dates.order for text in (american, indian)] == ["mdy", "dmy"]
    assert read(american, order=DateOrder.DMY).lines[0].written_at == datetime(2026, 5, 6, 14, 5)


@pytest.mark.parametrize(
    ("clock", "hour"),
    [("12:05 am", 0), ("12:05 pm", 12), ("1:05 pm", 13), ("0:05", 0), ("23:05", 23)],
)
def test_noon_and_midnight_are_told_apart(clock, hour):
    assert read(f"31/10/26, {clock} - Lata Naik: ok").lines[0].written_at.hour == hour


# Lines -------------------------------------------------------------------------------


def test_what_begins_no_line_belongs_to_the_message_above():
    assert said("31/10/26, 14:05 - Lata Naik: 2 kurta\n\n  size M: blue\n31/10/26\n") == [
        ("2026-10-31 14:05:00", "Lata Naik", "2 kurta\n\n  size M: blue\n31/10/26")
    ]


def test_a_quotation_in_the_other_style_is_part_of_the_message():
    quoted = "[30/10/26, 9:00:00 AM] Hari: 9 rings"
    text = f"31/10/26, 14:05 - Lata Naik: as said\n{quoted}\n31/10/26, 14:06 - Lata Naik: ok"
    assert [words for _, _, words in said(text)] == [f"as said\n{quoted}", "ok"]


def test_lines_of_whatsapp_itself_have_no_sender():
    text = "31/10/26, 14:05 - You blocked this contact. Tap to unblock.\n31/10/26, 14:06 - A: x"
    assert [sender for _, sender, _ in said(text)] == ["", "A"]


@pytest.mark.parametrize("name", ["~\u202fLata Naik", "\u2068Lata Naik\u2069", "\u202aLata Naik"])
def test_a_name_is_read_as_people_see_it(name):
    assert said(f"31/10/26, 14:05 - {name}: ok")[0][1] == "Lata Naik"


def test_a_date_that_cannot_be_is_refused_alone():
    text = "31/10/26, 14:05 - A: x\n31/02/26, 14:05 - A: y\n31/10/2096, 14:05 - A: z\n"
    export = read(text)
    assert [line.text for line in export.lines] == ["x"]
    assert [(one.line, one.reason) for one in export.refused] == [
        (2, "Its date can't be meant."),
        (3, "Its date can't be meant."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hello",
        "name,phone\nLata,98123",
        "31/10/26 hello",
        "99/99/99, 14:05 - A: x",
        "31/10/26, 14:65 - A: x",
        "31/10/26, 25:05 - A: x",
        "31/10/26, 14:05 pm - A: x",
        "31/10/26, 2:05 xm - A: x",
        "-" * 100_000,
        " " * 1_000_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_export_is_refused(text):
    with pytest.raises(InvalidInput):
        read(text)


# Contents ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "words", "name"),
    [
        ("<Media omitted>", "document", "", ""),
        ("<मीडिया के बिना>", "document", "", ""),
        ("<મિડિયા છોડી મૂકાયું>", "document", "", ""),
        ("<Medios omitidos>", "document", "", ""),
        ("<Media omitted>\n2 of these", "document", "2 of these", ""),
        ("\u200eimage omitted", "image", "", ""),
        ("\u200eaudio omitted", "audio", "", ""),
        ("\u200esticker omitted", "sticker", "", ""),
        ("IMG-20261031-WA0001.jpg (file attached)", "image", "", "IMG-20261031-WA0001.jpg"),
        ("\u200eIMG-1.jpg (file attached)\n2 pcs", "image", "2 pcs", "IMG-1.jpg"),
        ("PTT-1.opus (फ़ाइल संलग्न है)", "audio", "", "PTT-1.opus"),
        ("Rate list.pdf (arquivo em anexo)", "document", "", "Rate list.pdf"),
        ("\u200e<attached: 0001-PHOTO.jpg>", "image", "", "0001-PHOTO.jpg"),
        ("\u200e<संलग्न: 0001-AUDIO.opus>", "audio", "", "0001-AUDIO.opus"),
        ("2 of these \u200e<attached: 0001-PHOTO.jpg>", "image", "2 of these", "0001-PHOTO.jpg"),
        ("Rate list.pdf • \u200e2 pages \u200e<attached: 1-R.pdf>", "document", "", "1-R.pdf"),
        ("0002-STICKER.webp (file attached)", "sticker", "", "0002-STICKER.webp"),
        ("5 kg \u200e<यह मैसेज एडिट किया गया>", "text", "5 kg", ""),
        ("rate <50 hai", "text", "rate <50 hai", ""),
        ("kurta (blue)", "text", "kurta (blue)", ""),
        ("kurta.blue (2 piece)", "text", "kurta.blue (2 piece)", ""),
        (
            "This message was deleted by mistake?",
            "text",
            "This message was deleted by mistake?",
            "",
        ),
        ("a\x00b\ud800", "text", "ab", ""),
    ],
)
def test_what_a_line_holds(text, kind, words, name):
    files = [one for one in ("Rate list.pdf", "1-R.pdf", "0002-STICKER.webp") if one in text]
    found = held(text, *files)
    assert (found.kind, found.text, found.file_name) == (kind, words, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This message was deleted",
        "You deleted this message.",
        "यह मैसेज डिलीट किया गया",
        "આ મેસેજ ડિલીટ કરવામાં આવ્યો",
        "null",
        "Missed voice call",
        "Missed video call, Tap to call back",
        "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        "\u200eಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಲಾಗಿದೆ",
    ],
)
def test_what_nobody_wrote_is_no_message(text):
    assert held(text) is None


def test_a_place_keeps_its_coordinates():
    found = held("location: https://maps.google.com/?q=19.0760,72.8777")
    assert (found.kind, found.text) == ("location", "19.076, 72.8777")
    assert found.details["latitude"] == 19.076


def test_both_phones_write_the_same_chat():
    times = [
        [line.written_at.replace(second=0) for line in read(t).lines] for t in (ANDROID_IN, IOS_US)
    ]
    assert times[0][1:] == times[1][1:]
