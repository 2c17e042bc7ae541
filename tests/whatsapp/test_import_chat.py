"""Taking over an exported chat by the command: once, resumable, for nobody to answer."""

from __future__ import annotations

import json
import re
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.reconciling import find_faults
from drafts.models import OrderDraft
from tests.factories import CustomerFactory, ProductFactory
from tests.fakes.media import OGG, picture
from tests.jobs import run_jobs, waiting_jobs
from tests.whatsapp.bodies import post, text_event
from tests.whatsapp.exported import (
    ANDROID_IN,
    CUSTOMER,
    IOS_US,
    PHONE,
    SAID,
    SHOP,
    text_file,
    zip_file,
)
from whatsapp import importing
from whatsapp.models import Chat, ChatImport, Media, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def take(capsys, path, **options) -> dict:
    call_command("import_chat", path, **{"phone": PHONE, **options})
    return json.loads(capsys.readouterr().out)


def refused(path, **options) -> str:
    with pytest.raises(CommandError) as error:
        call_command("import_chat", path, **{"phone": PHONE, **options})
    assert not Message.objects.exists()
    return str(error.value)


def told() -> list[tuple[str, str, str]]:
    return list(Message.objects.values_list("direction", "kind", "text"))


# What comes of it --------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "kind"), [(ANDROID_IN, "document"), (IOS_US, "image")])
def test_an_export_becomes_the_chat_of_its_customer(capsys, tmp_path, text, kind):
    report = take(capsys, text_file(tmp_path, text))
    assert told() == [(way, of or kind, words) for way, of, words in SAID]
    chat = Chat.objects.get()
    assert (chat.identity.phone, chat.identity.customer.name) == (PHONE, CUSTOMER)
    assert Message.objects.first().happened_at.replace(second=0) == datetime(
        2026, 10, 31, 15, 36, tzinfo=UTC
    )
    counts = ("messages", "imported", "already_here", "system_lines", "files_left_out")
    assert [report[name] for name in counts] == [6, 6, 0, 2, 1]
    assert (report["date_order_sure"], report["refused"]) == (True, [])


def test_a_second_run_changes_nothing_also_from_the_other_phone(capsys, tmp_path):
    take(capsys, text_file(tmp_path, ANDROID_IN))
    before = list(Message.objects.values())
    for text in (ANDROID_IN, IOS_US):
        report = take(capsys, text_file(tmp_path, text))
        assert (report["imported"], report["already_here"]) == (0, 6)
    assert list(Message.objects.values()) == before
    assert ChatImport.objects.count() == 1


def test_a_later_export_adds_what_came_since(capsys, tmp_path):
    take(capsys, text_file(tmp_path, ANDROID_IN))
    more = f"{ANDROID_IN}14/11/26, 9:00 am - {CUSTOMER}: aur 1 kurta\n"
    report = take(capsys, text_file(tmp_path, more))
    assert (report["imported"], report["already_here"]) == (1, 6)
    assert Message.objects.last().text == "aur 1 kurta"


def test_a_dry_run_says_the_same_and_writes_nothing(capsys, tmp_path):
    path = text_file(tmp_path, ANDROID_IN)
    dry = take(capsys, path, dry_run=True, drafts=datetime(2009, 1, 1, tzinfo=UTC))
    assert (Chat.objects.count(), Message.objects.count(), waiting_jobs()) == (0, 0, [])
    wet = take(capsys, path, drafts=datetime(2009, 1, 1, tzinfo=UTC))
    assert {**dry, "dry_run": False} == wet


def test_a_run_that_broke_off_is_taken_up_again(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = text_file(tmp_path, ANDROID_IN)

    def give_up(done, of):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.import_chat(path, importing.Wishes(phone=PHONE), progress=give_up)
    assert Message.objects.count() == 4
    report = take(capsys, path)
    assert (report["imported"], report["already_here"]) == (2, 4)
    assert [words for _, _, words in told()] == [words for _, _, words in SAID]


def test_what_came_by_whatsapp_is_not_taken_twice(client, capsys, tmp_path):
    at = int(datetime(2026, 11, 1, 2, 0, 31, tzinfo=UTC).timestamp() * 1000)
    post(client, text_event("2 kurta", phone=PHONE, timestamp=at))
    run_jobs()
    chat = "01/11/26, 7:30 am - Lata Naik: 2 kurta\n01/11/26, 7:35 am - Lata Naik: 2 kurta\n"
    report = take(capsys, text_file(tmp_path, chat))
    assert (report["came_by_whatsapp"], report["imported"]) == (1, 1)
    assert Message.objects.count() == 2
    assert take(capsys, text_file(tmp_path, chat))["imported"] == 0


def test_old_messages_wait_for_nobody_and_open_no_window(admin_desk, capsys, tmp_path):
    take(capsys, text_file(tmp_path, ANDROID_IN))
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.last_inbound_at, waiting_jobs()) == (0, None, [])
    page = admin_desk.get("/admin/whatsapp/chat/?waits=unanswered")
    assert CUSTOMER not in page.content.decode()
    shown = admin_desk.get(f"/admin/whatsapp/chat/{chat.pk}/change/").content.decode()
    assert "Ji, kal mil jayega" in shown
    assert shown.count("imported</span>") == 6
    assert "The chat was exported without this file." in shown
    assert find_faults() == []


# Drafts ------------------------------------------------------------------------------------


@pytest.fixture
def _desk(units, settings):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    for name in ("Cotton kurta", "Silk dupatta"):
        ProductFactory(name=name, stock=100)


@pytest.mark.usefixtures("_desk")
def test_on_wish_orders_become_drafts_and_nobody_is_answered(capsys, tmp_path):
    path = text_file(tmp_path, ANDROID_IN)
    take(capsys, path)
    report = take(capsys, path, drafts=datetime(2009, 1, 1, tzinfo=UTC))
    assert report["to_be_read"] == 4
    run_jobs(also_later=True)
    drafts = list(OrderDraft.objects.all())
    names = [entry.product.name for entry in drafts[0].entries.filter(product__isnull=False)]
    assert names == ["Cotton kurta", "Silk dupatta"]
    assert not Message.objects.filter(direction="out", imported=None).exists()
    assert find_faults() == []
    take(capsys, path, drafts=datetime(2009, 1, 1, tzinfo=UTC))
    run_jobs(also_later=True)
    assert OrderDraft.objects.count() == len(drafts)


@pytest.mark.usefixtures("_desk")
def test_only_what_was_written_since_a_day_is_read(capsys, tmp_path):
    call_command(
        "import_chat", text_file(tmp_path, ANDROID_IN), "--phone", PHONE, "--drafts", "2026-11-13"
    )
    assert json.loads(capsys.readouterr().out)["to_be_read"] == 1
    assert [args for _, _, args in waiting_jobs()] == [
        {"analysis_id": Message.objects.get(text="5 kg chawal").analysis.pk}
    ]


# Files -------------------------------------------------------------------------------------


def with_files(*names: str) -> str:
    lines = [
        f"[31/10/26, 9:0{i}:00 PM] Lata Naik: \u200e<attached: {n}>" for i, n in enumerate(names)
    ]
    return "\n".join(["[31/10/26, 8:00:00 PM] Tamarind Stores: namaste", *lines])


def test_files_that_came_along_are_kept_and_checked_by_content(capsys, tmp_path):
    names = ("1-PHOTO.jpg", "2-AUDIO.opus", "3-PHOTO.jpg", "4-GONE.jpg")
    files = {"_chat.txt": with_files(*names), "1-PHOTO.jpg": picture(), "2-AUDIO.opus": OGG}
    report = take(capsys, zip_file(tmp_path, {**files, "3-PHOTO.jpg": b"<html>no picture"}))
    media = Media.objects.order_by("pk")
    assert [m.status for m in media] == ["fetched", "fetched", "failed", "failed"]
    assert media[0].file.read() == picture()
    assert [m.content_type for m in media[:2]] == ["image/jpeg", "audio/ogg"]
    assert (report["files_kept"], report["files_refused"]) == (2, 2)
    assert report["refused"] == [
        {"line": 4, "reason": "3-PHOTO.jpg: Its content is no image that the desk knows."},
        {"line": 5, "reason": "4-GONE.jpg: It is not in the export."},
    ]


def test_files_that_an_earlier_export_left_out_are_added(capsys, tmp_path):
    left_out = "31/10/26, 9:00 pm - Lata Naik: <Media omitted>\n31/10/26, 9:01 pm - Lata Naik: ok"
    take(capsys, text_file(tmp_path, left_out))
    with_it = left_out.replace("<Media omitted>", "IMG-1.jpg (file attached)")
    files = {f"WhatsApp Chat with {CUSTOMER}.txt": with_it, "IMG-1.jpg": picture()}
    path = zip_file(tmp_path, files, name=f"WhatsApp Chat with {CUSTOMER}.zip")
    assert take(capsys, path, dry_run=True)["files_kept"] == 1
    assert Media.objects.get().status == "failed"
    reports = [take(capsys, path) for _ in "ab"]
    assert [(r["imported"], r["already_here"], r["files_kept"]) for r in reports] == [
        (0, 2, 1),
        (0, 2, 0),
    ]
    medium = Media.objects.get()
    assert (medium.status, medium.message.kind, medium.last_error) == ("fetched", "image", "")
    assert medium.file.read() == picture()


def test_a_file_larger_than_its_kind_may_be_is_not_unpacked(capsys, tmp_path):
    bomb = picture() + bytes(40 * 1024 * 1024)
    files = {"_chat.txt": with_files("1.jpg"), "1.jpg": bomb}
    assert take(capsys, zip_file(tmp_path, files))["refused"] == [
        {"line": 2, "reason": "1.jpg: It is larger than 10 MB."}
    ]


def test_names_in_a_zip_lead_nowhere(capsys, tmp_path):
    files = {"_chat.txt": with_files("evil.jpg"), "../../evil.jpg": picture()}
    assert take(capsys, zip_file(tmp_path, files))["files_kept"] == 1
    assert not (tmp_path.parent / "evil.jpg").exists()
    assert Media.objects.get().file.name.startswith("whatsapp/")


def test_the_chat_is_told_from_a_text_that_a_customer_sent(capsys, tmp_path):
    files = {"a-note.txt": "not the chat", f"WhatsApp Chat with {CUSTOMER}.txt": ANDROID_IN}
    assert take(capsys, zip_file(tmp_path, files))["imported"] == 6


def test_when_storing_fails_no_file_stays_behind(tmp_path, monkeypatch):
    files = {"_chat.txt": with_files("1.jpg"), "1.jpg": picture()}
    path = zip_file(tmp_path, files)

    def no_more(*args, **options):
        raise OSError("the disk is full")

    monkeypatch.setattr(importing, "Greatest", no_more)
    with pytest.raises(OSError, match="disk is full"):
        importing.import_chat(path, importing.Wishes(phone=PHONE))
    assert not Message.objects.exists()
    assert [file for file in (tmp_path / "media").rglob("*") if file.is_file()] == []


# Whose chat --------------------------------------------------------------------------------


def test_an_unknown_contact_is_the_number_in_the_export(capsys, tmp_path):
    text = ANDROID_IN.replace(CUSTOMER, "+91 98123 45671")
    report = take(capsys, text_file(tmp_path, text, name="chat.txt"), phone="")
    assert (report["phone"], report["imported"]) == ("+919812345671", 6)
    assert Message.objects.filter(direction="out").get().text == "Ji, kal mil jayega"


def test_a_known_customers_number_is_found_by_the_name(capsys, tmp_path):
    CustomerFactory(name="lata naik", phone="+919812345672")
    assert take(capsys, text_file(tmp_path, ANDROID_IN), phone="")["phone"] == "+919812345672"


def test_who_is_the_shop_can_be_said(capsys, tmp_path):
    path = text_file(tmp_path, ANDROID_IN, name="export.txt")
    assert refused(path) == f"Which is the shop: {CUSTOMER}, {SHOP}? (--shop)"
    assert take(capsys, path, shop=SHOP)["customer"] == CUSTOMER


def test_of_a_group_only_the_two_who_are_named_are_taken(capsys, tmp_path):
    path = text_file(tmp_path, f"{ANDROID_IN}14/11/26, 9:00 am - Hari: me too\n")
    assert "3 people write in this chat" in refused(path)
    report = take(capsys, path, shop=SHOP, customer=CUSTOMER)
    assert (report["imported"], report["lines_of_others"]) == (6, 1)


def test_an_open_date_order_is_said_and_can_be_set(capsys, tmp_path):
    path = text_file(tmp_path, f"05/06/26, 9:00 am - {CUSTOMER}: ok")
    call_command("import_chat", path, phone=PHONE, dry_run=True)
    out, err = capsys.readouterr()
    assert (json.loads(out)["date_order_sure"], "--dates" in err) == (False, True)
    assert take(capsys, path, dates="mdy")["first"].startswith("2026-05-06")


# Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no chat that WhatsApp exported"),
        (b"\xff\xfe\x00garbage", "not UTF-8"),
        (b"hello", "no chat that WhatsApp exported"),
        (b"PK\x03\x04 but no zip", "damaged zip"),
        (b"31/10/26, 9:00 - A: x\n31/10/26, 9:00 - B: y", "Which is the shop"),
        (b"31/10/26, 9:00 - You blocked this contact.", "wrote nothing|Which is the shop"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path, data, sentence):
    assert re.search(sentence, refused(text_file(tmp_path, data, name="x.txt")))


def test_zips_that_hold_no_chat_or_cannot_be_read_are_refused(tmp_path):
    assert "holds no chat" in refused(zip_file(tmp_path, {"1.jpg": picture()}))
    whole = zip_file(tmp_path, {"_chat.txt": ANDROID_IN * 50}).read_bytes()
    damaged = text_file(tmp_path, whole[:60] + b"\x00" * 40 + whole[100:], name="d.zip")
    assert "damaged" in refused(damaged)
    half = text_file(tmp_path, whole[: len(whole) // 2], name="h.zip")
    assert "damaged zip" in refused(half)
    locked = bytearray(whole)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", locked, whole.index(mark) + place, 1)
    assert "encrypted" in refused(text_file(tmp_path, bytes(locked), name="l.zip"))


def test_a_text_or_a_zip_beyond_all_bounds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("whatsapp.exports.archive.TEXT_LIMIT", 1024 * 1024)
    huge = ANDROID_IN + "x" * 2 * 1024 * 1024
    assert "larger than 1 MB" in refused(text_file(tmp_path, huge))
    assert "larger than 1 MB" in refused(zip_file(tmp_path, {"_chat.txt": huge}))
    monkeypatch.setattr("whatsapp.exports.archive.MAX_FILES", 2)
    assert "more than 2 files" in refused(zip_file(tmp_path, dict.fromkeys("abc", b"")))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"phone": "nandini"}, "nandini is no phone number. (--phone)"),
        ({"phone": ""}, f"Which number does {CUSTOMER} write from? (--phone)"),
        ({"shop": "Nobody"}, "Nobody called Nobody writes in this chat"),
    ],
)
def test_what_leaves_open_whose_chat_it_is_is_refused(tmp_path, options, sentence):
    assert sentence in refused(text_file(tmp_path, ANDROID_IN), **options)


def test_a_file_that_is_not_there_or_a_bad_day_is_refused(tmp_path):
    assert "can't be read" in refused(tmp_path / "nowhere.txt")
    with pytest.raises(CommandError, match="is no date"):
        call_command("import_chat", str(tmp_path / "x.txt"), "--drafts", "yesterday")


# Races -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_runs_at_once_store_each_message_once(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    path = text_file(tmp_path, ANDROID_IN)
    start = threading.Barrier(4)

    def run(_: int) -> int:
        try:
            start.wait()
            return importing.import_chat(path, importing.Wishes(phone=PHONE)).imported
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 6
    assert [words for _, _, words in told()] == [words for _, _, words in SAID]
