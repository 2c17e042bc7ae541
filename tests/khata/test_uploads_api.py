"""Uploading ledger pages, as a client does it: kept, read by the worker, asked for again."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from khata import waiting
from khata.models import KhataUpload
from tests.jobs import run_jobs, waiting_jobs
from tests.khata.pages import as_file, drawn_page, problems, upload
from tests.khata.readings import page, row

pytestmark = pytest.mark.django_db

PAGE = as_file(drawn_page())


def poll(api, answer):
    return api.get(f"/khata-upload/{answer.json()['upload_id']}").json()


# Taking in -----------------------------------------------------------------------------


def test_a_page_waits_for_the_worker_and_its_rows_are_there_afterwards(seller_api, reader, nasreen):
    first = upload(seller_api, PAGE)
    assert first.status_code == 202
    assert {key: first.json()[key] for key in ("status", "pages", "progress", "duplicate")} == {
        "status": "queued",
        "pages": [],
        "progress": {"done": 0, "of": 1},
        "duplicate": False,
    }
    run_jobs()
    read = poll(seller_api, first)
    [entry] = read["pages"][0]["entries"]
    assert (read["status"], read["progress"]) == ("read", {"done": 1, "of": 1})
    assert (entry["name"], entry["customer_id"]) == ("Nasreen Boutique", nasreen.pk)
    assert (entry["debit"], entry["date"], entry["proven"]) == (450, "2026-03-14", True)
    assert entry["box"] == [80, 200, 900, 240]


@pytest.mark.parametrize(
    ("path", "pipeline"), [("/khata-upload", "v1"), ("/khata-upload-v2", "v2")]
)
def test_each_path_has_its_own_pipeline(seller_api, reader, path, pipeline):
    answer = upload(seller_api, PAGE, path=path).json()
    run_jobs()
    assert answer["pipeline"] == pipeline
    assert reader.asked == [(PAGE, pipeline)]


def test_the_answer_holds_the_rows_when_the_worker_is_quick(seller_api, reader, monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 20.0)
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: run_jobs())
    answer = upload(seller_api, PAGE)
    assert (answer.status_code, answer.json()["status"]) == (200, "read")
    assert len(answer.json()["pages"][0]["entries"]) == 1


def test_at_most_two_requests_wait_at_once(seller_api, reader, monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 20.0)
    monkeypatch.setattr(waiting.time, "sleep", pytest.fail)
    with waiting._WAITING, waiting._WAITING:
        assert upload(seller_api, PAGE).status_code == 202


def test_the_original_is_kept_as_it_came(seller_api, reader, media):
    upload(seller_api, PAGE, name="../../etc/my page.jpg")
    kept = KhataUpload.objects.get()
    assert kept.file.read() == PAGE
    assert (kept.file_name, kept.content_type) == ("my page.jpg", "image/jpeg")
    assert "page" not in kept.file.name
    assert kept.uploaded_by.username == "ravi"


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heic"),
        ("TIFF", "image/tiff"),
        ("PDF", "application/pdf"),
    ],
)
def test_its_content_says_what_a_file_is(seller_api, reader, form, content_type):
    # Every one comes as "page.jpg" of the type image/jpeg.
    assert upload(seller_api, as_file(drawn_page(), form)).status_code == 202
    assert KhataUpload.objects.get().content_type == content_type


def test_the_pages_of_a_pdf_are_counted_before_they_are_read(seller_api, reader):
    stream = BytesIO()
    sheets = [drawn_page(title=f"Sheet {number}") for number in range(3)]
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:])
    answer = upload(seller_api, stream.getvalue())
    assert answer.json()["progress"] == {"done": 0, "of": 3}


def test_how_many_pages_are_done_is_seen_while_it_is_read(seller_api, reader):
    answer = upload(seller_api, PAGE)
    reader.says = [page(row(), number=number) for number in (1, 2, 3)]
    seen = []
    reader.meanwhile = lambda: seen.append(poll(seller_api, answer))
    run_jobs()
    assert [one["progress"] for one in seen] == [{"done": done, "of": 3} for done in (1, 2, 3)]
    assert {one["status"] for one in seen} == {"reading"}


def test_warnings_say_on_which_page(seller_api, reader):
    reader.says = [page(row(), number=1), page(row(), number=2, warnings=("The sums differ.",))]
    answer = upload(seller_api, PAGE)
    run_jobs()
    assert poll(seller_api, answer)["warnings"] == ["Page 2: The sums differ."]


def test_the_upright_page_is_shown_to_staff(seller_api, reader):
    answer = upload(seller_api, PAGE)
    run_jobs()
    url = poll(seller_api, answer)["pages"][0]["image_url"]
    image = seller_api.get(url, headers={"accept": "image/*"})
    assert Image.open(BytesIO(b"".join(image.streaming_content))).size == (1200, 600)


def test_asking_costs_the_same_however_many_rows(seller_api, reader, django_assert_max_num_queries):
    answer = upload(seller_api, PAGE)
    reader.says = [
        page(*(row(count) for count in range(1, 30)), number=number) for number in (1, 2, 3)
    ]
    run_jobs()
    with django_assert_max_num_queries(8):
        poll(seller_api, answer)


# The same again -------------------------------------------------------------------------


def test_the_same_file_again_answers_the_first_upload(seller_api, reader):
    first = upload(seller_api, PAGE)
    run_jobs()
    again = upload(seller_api, PAGE, name="renamed.png")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert again.json()["upload_id"] == first.json()["upload_id"]
    assert len(reader.asked) == 1
    assert len(default_storage.listdir("khata")[1]) == 2  # the file and its upright page


def test_the_other_pipeline_reads_the_same_file_too(seller_api, reader):
    upload(seller_api, PAGE)
    assert upload(seller_api, PAGE, path="/khata-upload-v2").json()["duplicate"] is False
    run_jobs()
    assert [pipeline for _, pipeline in reader.asked] == ["v1", "v2"]


def test_one_that_could_not_be_read_is_read_once_more(seller_api, reader, monkeypatch):
    monkeypatch.setattr("khata.recording.MAX_ATTEMPTS", 1)
    reader.says = ZeroDivisionError("Nasreen Boutique owes 450")
    failed = upload(seller_api, PAGE)
    run_jobs()
    shown = poll(seller_api, failed)
    assert shown["status"] == "failed"
    assert shown["error"] == "The reader broke (ZeroDivisionError)."
    reader.says = [page(row())]
    assert upload(seller_api, PAGE).status_code == 202
    run_jobs()
    assert poll(seller_api, failed)["status"] == "read"


# Refused -----------------------------------------------------------------------------------


def huge_picture() -> bytes:
    """A PNG that says it is 50,000 x 50,000, in 70 bytes."""
    small = as_file(Image.new("L", (1, 1)), "PNG")
    head = b"IHDR" + struct.pack(">II", 50_000, 50_000) + small[24:29]
    return small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]


def many_pages() -> bytes:
    stream = BytesIO()
    sheets = [Image.new("L", (20, 20), "white") for _ in range(500)]
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(lambda: b"", "empty", id="nothing"),
        pytest.param(lambda: b"Nasreen owes 450 rupees", "not_an_image", id="text"),
        pytest.param(lambda: b"%PDF-1.7 and nothing more", "damaged", id="broken PDF"),
        pytest.param(huge_picture, "too_many_pixels", id="huge"),
        pytest.param(many_pages, "too_many_pages", id="500 pages"),
    ],
)
@pytest.mark.filterwarnings("ignore:Image size")
def test_what_is_no_page_is_refused_and_nothing_is_kept(seller_api, reader, media, content, reason):
    answer = upload(seller_api, content())
    assert (answer.status_code, problems(answer)) == (400, [("unreadable_file", "file")])
    assert answer.json()["reason"] == reason
    assert not KhataUpload.objects.exists()
    assert waiting_jobs() == []
    assert list(media.iterdir()) == []


def test_a_body_without_a_file_is_refused(seller_api):
    answer = seller_api.post("/khata-upload", {"other": "x"}, format="multipart")
    assert (answer.status_code, problems(answer)) == (400, [("required", "file")])


def test_too_many_bytes_are_refused_before_they_are_read(seller_api, media):
    answer = upload(seller_api, b"\xff\xd8\xff" + bytes(26 * 1024 * 1024))
    assert (answer.status_code, problems(answer)) == (413, [("too_large", None)])
    assert not KhataUpload.objects.exists()


def test_an_upload_that_is_not_there_is_not_found(seller_api):
    assert seller_api.get("/khata-upload/987654").status_code == 404
    assert seller_api.get("/khata-upload/987654/pages/1/image").status_code == 404
