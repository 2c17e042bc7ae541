"""From a kept file to rows: once, whatever the reader, the worker or the queue does."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from config.reconciling import find_faults
from khata.errors import ReaderUnavailable, UnreadableFile
from khata.models import KhataPage, KhataRow, KhataUpload
from khata.recording import BROKEN_OFF, LEASE, MAX_ATTEMPTS, read_upload
from khata.sweeping import sweep_khata
from khata.uploading import read_again, receive_file
from tests.factories import CustomerFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from tests.khata.pages import as_file, drawn_page
from tests.khata.readings import DAY, page, row

pytestmark = pytest.mark.django_db

PAGE = as_file(drawn_page())


def receive(pipeline: str = "v2") -> KhataUpload:
    file = ContentFile(PAGE)
    return receive_file(file, name="page.jpg", pipeline=pipeline, by=None).upload


def now_of(upload: KhataUpload) -> KhataUpload:
    return KhataUpload.objects.get(pk=upload.pk)


# What is written down ---------------------------------------------------------------------


def test_rows_keep_what_was_read_and_where(units, reader, nasreen):
    reader.says = [
        page(
            row(1, proposed={"debit": Decimal("540.00")}, slip_number="SL-017"),
            row(2, debit=None, credit=Decimal(300), struck_out=True, warnings=("Faint.",)),
            party="Nasreen Boutique",
            date=DAY,
            non_entries=(row(3, kind="total", debit=Decimal(450)),),
        )
    ]
    upload = receive()
    run_jobs()
    assert now_of(upload).status == "read"
    stored = KhataPage.objects.get()
    assert (stored.party, stored.date, stored.layout) == ("Nasreen Boutique", DAY, "B")
    debt, paid, total = KhataRow.objects.order_by("position")
    assert (debt.customer, debt.customer_sure, debt.debit) == (nasreen, True, Decimal("450.00"))
    assert debt.read["debit"] == "450.00"
    assert debt.proposed == {"debit": "540.00"}
    assert (debt.box, debt.cells) == ([80, 200, 900, 240], {"debit": [600, 200, 700, 240]})
    assert (paid.struck_out, paid.warnings) == (True, ["Faint."])
    assert (total.kind, total.is_open) == ("total", False)


def test_a_row_without_a_name_and_date_has_those_of_its_page(reader, nasreen):
    reader.says = [page(row(name=None, date=None), party="Nasreen Boutique", date=DAY)]
    receive()
    run_jobs()
    stored = KhataRow.objects.get()
    assert (stored.customer, stored.date) == (nasreen, DAY)


def test_a_name_that_fits_two_offers_both_and_takes_none(units, reader):
    both = [CustomerFactory(name=name) for name in ("Nasreen Boutique", "Nasreen Fabrics")]
    reader.says = [page(row(name="Nasreen"))]
    receive()
    run_jobs()
    stored = KhataRow.objects.get()
    assert stored.customer is None
    assert sorted(stored.alternatives) == [customer.pk for customer in both]


def test_a_phone_beside_the_name_says_who_it_is(units, reader):
    lata = CustomerFactory(name="Lata Pawar", phone="+919822001144")
    CustomerFactory(name="Lata Naik")
    reader.says = [page(row(name="Lata 98220 01144"))]
    receive()
    run_jobs()
    stored = KhataRow.objects.get()
    assert (stored.customer, stored.customer_sure) == (lata, True)


@pytest.mark.parametrize(
    ("read", "amount"),
    [
        (Decimal("1e15"), None),
        (Decimal(-450), None),
        (Decimal("NaN"), None),
        (Decimal("12.345"), Decimal("12.34")),
    ],
)
def test_what_no_column_can_hold_is_kept_as_read_and_doubted(units, reader, read, amount):
    reader.says = [page(row(debit=read, name="Nas\x00reen\n" + "x" * 400))]
    upload = receive()
    run_jobs()
    stored = KhataRow.objects.get()
    assert (now_of(upload).status, stored.debit) == ("read", amount)
    assert stored.read["debit"] == str(read)
    assert bool(stored.warnings) == (amount is None)
    assert (len(stored.name), "\x00" in stored.name) == (200, False)


def test_a_page_without_rows_is_read_all_the_same(units, reader):
    reader.says = [page(warnings=("No rows were found.",))]
    upload = receive()
    run_jobs()
    assert now_of(upload).status == "read"
    assert KhataPage.objects.get().warnings == ["No rows were found."]


# Once ---------------------------------------------------------------------------------------


def test_running_it_twice_changes_nothing_the_second_time(units, reader):
    upload = receive()
    run_jobs()
    read_upload(upload.pk)
    assert len(reader.asked) == 1
    assert KhataRow.objects.count() == 1


def test_a_second_worker_leaves_a_claimed_upload_alone(units, reader):
    upload = receive()
    reader.meanwhile = lambda: read_upload(upload.pk)
    run_jobs()
    assert len(reader.asked) == 1
    assert now_of(upload).attempt_count == 1


def test_a_worker_whose_claim_was_taken_writes_nothing(units, reader, media):
    upload = receive()
    other = KhataUpload.objects.filter(pk=upload.pk)
    reader.meanwhile = lambda: other.update(attempt_count=2, next_attempt_at=timezone.now())
    read_upload(upload.pk)
    assert (now_of(upload).status, now_of(upload).attempt_count) == ("reading", 2)
    assert not KhataPage.objects.exists()
    assert len(default_storage.listdir("khata")[1]) == 1


def test_pictures_of_a_reading_that_came_too_late_are_taken_away(units, reader, monkeypatch):
    upload = receive()
    KhataUpload.objects.filter(pk=upload.pk).update(status="reading", attempt_count=2)
    monkeypatch.setattr("khata.recording._claim", lambda pk, now: stale(pk))
    reader.says = []
    read_upload(upload.pk)
    reader.says = [page(row())]
    monkeypatch.setattr("khata.recording._progress", lambda *given: None)
    read_upload(upload.pk)
    assert not KhataPage.objects.exists()
    assert len(default_storage.listdir("khata")[1]) == 1


def stale(pk: int) -> KhataUpload:
    """The row as it was when another worker had claimed it first."""
    upload = KhataUpload.objects.get(pk=pk)
    upload.attempt_count = 1
    return upload


# What goes wrong ------------------------------------------------------------------------------


def test_a_file_that_cant_be_read_fails_at_once_and_is_kept(units, reader):
    reader.says = UnreadableFile("The picture is damaged or cut off.", reason="damaged")
    upload = receive()
    run_jobs()
    failed = now_of(upload)
    assert (failed.status, failed.attempt_count) == ("failed", 1)
    assert failed.last_error == "The picture is damaged or cut off."
    assert failed.file.read() == PAGE
    assert waiting_jobs() == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ReaderUnavailable("Tesseract is not installed."), "Tesseract is not installed."),
        (MemoryError(), "The reader broke (MemoryError)."),
        (KeyError("Nasreen"), "The reader broke (KeyError)."),
    ],
)
def test_what_may_pass_is_tried_again_later_three_times(units, reader, error, reason):
    reader.says = error
    upload = receive()
    run_jobs()
    waiting = now_of(upload)
    assert (waiting.status, waiting.last_error) == ("queued", reason)
    assert waiting.next_attempt_at > timezone.now() + timedelta(seconds=20)
    assert len(waiting_jobs()) == 1
    run_jobs(also_later=True)
    assert (now_of(upload).status, now_of(upload).attempt_count) == ("failed", MAX_ATTEMPTS)
    assert waiting_jobs() == []


def test_staff_can_have_a_failed_one_read_again(units, reader):
    reader.says = UnreadableFile("Cut off.", reason="damaged")
    upload = receive()
    run_jobs()
    reader.says = [page(row())]
    assert read_again(upload).status == "queued"
    run_jobs()
    assert (now_of(upload).status, now_of(upload).last_error) == ("read", "")


def test_what_was_read_is_not_read_again(units, reader):
    upload = receive()
    run_jobs()
    assert read_again(upload).status == "read"
    assert waiting_jobs() == []


def test_a_file_that_is_gone_is_a_failure_that_says_so(units, reader):
    upload = receive()
    default_storage.delete(upload.file.name)
    run_jobs(also_later=True)
    assert now_of(upload).last_error == "The reader broke (FileNotFoundError)."


# Law 1 ------------------------------------------------------------------------------------------


def test_a_lost_job_is_found_by_the_sweep(units, reader):
    upload = receive()
    lose_jobs()
    later = timezone.now() + timedelta(minutes=2)
    assert sweep_khata(timezone.now()) == {"khata_uploads_requeued": 0}
    assert sweep_khata(later) == {"khata_uploads_requeued": 1}
    assert sweep_khata(later) == {"khata_uploads_requeued": 0}
    run_jobs()
    assert now_of(upload).status == "read"


def test_what_a_dead_worker_left_is_taken_up_when_its_lease_ends(units, reader):
    upload = receive()
    lose_jobs()
    KhataUpload.objects.filter(pk=upload.pk).update(
        status="reading", attempt_count=1, next_attempt_at=timezone.now() - LEASE
    )
    assert sweep_khata(timezone.now()) == {"khata_uploads_requeued": 1}
    run_jobs()
    assert (now_of(upload).status, now_of(upload).attempt_count) == ("read", 2)


def test_a_page_that_kills_every_worker_is_given_up(units, reader):
    upload = receive()
    KhataUpload.objects.filter(pk=upload.pk).update(
        status="reading", attempt_count=MAX_ATTEMPTS, next_attempt_at=timezone.now() - LEASE
    )
    read_upload(upload.pk)
    assert (now_of(upload).status, now_of(upload).last_error) == ("failed", BROKEN_OFF)
    assert reader.asked == []


def test_reconcile_names_an_upload_that_was_forgotten(units, reader):
    upload = receive()
    long_ago = timezone.now() - dt.timedelta(hours=1)
    KhataUpload.objects.filter(pk=upload.pk).update(next_attempt_at=long_ago)
    assert [(fault.kind, fault.row) for fault in find_faults()] == [
        ("page_forgotten", f"khata upload {upload.pk}")
    ]


def test_reading_never_takes_all_places_of_a_worker(units, reader):
    for shade in range(5):
        file = ContentFile(as_file(drawn_page(title=f"Sheet {shade}")))
        receive_file(file, name="", pipeline="v2", by=None)
    locks = {lock for _, lock, _ in waiting_jobs()}
    assert len(locks) == 2
