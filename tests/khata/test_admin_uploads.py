"""The list of ledger pages, adding to it, and waiting for one to be read."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khata.errors import UnreadableFile
from khata.models import KhataUpload
from tests.desk import said, text_of
from tests.factories import KhataPageFactory, KhataRowFactory, KhataUploadFactory
from tests.jobs import run_jobs
from tests.khata.desk import ADD, LIST, review_url
from tests.khata.pages import as_file, drawn_page

pytestmark = pytest.mark.django_db

# Session, user, the sidebar's counts, the list's count and rows.
QUERIES = 9


def sheet(title: str = "Farhan Textiles", name: str = "page.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, as_file(drawn_page(title=title)), "image/jpeg")


def listed(desk, **query) -> str:
    return text_of(desk.get(LIST, query))


# Adding ------------------------------------------------------------------------------------


def test_one_page_leads_to_its_review_which_shows_how_far_it_is(seller_desk, reader):
    answer = seller_desk.post(ADD, {"file": sheet(), "pipeline": "v2"})
    upload = KhataUpload.objects.get()
    assert answer.url == review_url(upload)
    assert (upload.pipeline, upload.uploaded_by.username) == ("v2", "ravi")
    page = text_of(seller_desk.get(answer.url))
    assert f'data-poll="/khata-upload/{upload.pk}"' in page
    assert "page 0 of 1 done" in page
    run_jobs()
    assert "khata-picture" in text_of(seller_desk.get(answer.url))


def test_several_pages_lead_to_the_list(seller_desk, reader):
    sheets = [sheet("Sheet 1"), sheet("Sheet 2")]
    assert seller_desk.post(ADD, {"file": sheets, "pipeline": "v1"}).url == LIST
    assert KhataUpload.objects.filter(pipeline="v1").count() == 2


def test_a_file_that_is_none_is_named_and_the_others_are_taken(seller_desk, reader):
    broken = SimpleUploadedFile("cat.txt", b"meow", "text/plain")
    answer = seller_desk.post(ADD, {"file": [broken, sheet()], "pipeline": "v2"})
    assert said(answer) == [
        "cat.txt: This is neither a picture (JPEG, PNG, WebP, HEIC, TIFF) nor a PDF."
    ]
    assert KhataUpload.objects.count() == 1


def test_without_a_file_it_says_so(seller_desk):
    answer = seller_desk.post(ADD, {"pipeline": "v2"})
    assert (answer.status_code, said(answer)) == (200, ["Choose a picture or PDF first."])


def test_the_same_page_again_is_told(seller_desk, reader):
    seller_desk.post(ADD, {"file": sheet(), "pipeline": "v2"})
    answer = seller_desk.post(ADD, {"file": sheet(name="again.jpg"), "pipeline": "v2"})
    upload = KhataUpload.objects.get()
    assert (answer.url, said(answer)[-1]) == (
        review_url(upload),
        f"again.jpg was added before: {upload}.",
    )


def test_one_that_could_not_be_read_says_why_and_is_tried_again(seller_desk, reader):
    reader.says = UnreadableFile("The picture is damaged or cut off.", reason="damaged")
    seller_desk.post(ADD, {"file": sheet(), "pipeline": "v2"})
    run_jobs()
    upload = KhataUpload.objects.get()
    page = text_of(seller_desk.get(review_url(upload)))
    assert "It could not be read.</strong> The picture is damaged or cut off." in page
    assert "✗ The picture is damaged" in listed(seller_desk, state="failed")
    assert seller_desk.post(review_url(upload)).url == review_url(upload)
    upload.refresh_from_db()
    assert upload.status == "queued"


# The list ------------------------------------------------------------------------------------


def test_the_list_says_what_waits_and_what_is_doubtful(seller_desk, reviewed, rows):
    KhataRowFactory(page=rows[0].page, position=3, confidence=0.4, proven=False)
    KhataUploadFactory(status="reading", pages_done=1, page_count=4)
    KhataUploadFactory(status="posted", posted_at=reviewed.read_at, file_name="old.jpg")
    page = listed(seller_desk)
    assert "⚠ 1 to check" in page
    assert "Being read: page 2 of 4" in page
    assert "old.jpg" not in page
    assert "old.jpg" in listed(seller_desk, state="posted")


def test_pages_are_found_by_what_stands_on_them(seller_desk, reviewed, rows):
    KhataPageFactory(party="Lata Pawar")
    link = reverse("admin:khata_khataupload_change", args=[reviewed.pk])
    assert link in listed(seller_desk, q="nasreen")
    assert link not in listed(seller_desk, q="Lata")


def test_the_list_costs_the_same_however_many(
    seller_desk, reviewed, rows, django_assert_max_num_queries
):
    for _ in range(5):
        KhataRowFactory()
    with django_assert_max_num_queries(QUERIES):
        listed(seller_desk)


def test_an_empty_list_says_how_to_begin(seller_desk):
    assert "Photograph a page" in listed(seller_desk)


def test_the_change_page_leads_to_the_review(seller_desk, reviewed):
    answer = seller_desk.get(reverse("admin:khata_khataupload_change", args=[reviewed.pk]))
    assert answer.url == review_url(reviewed)


def test_the_sidebar_counts_what_waits_for_review(seller_desk, reviewed):
    page = text_of(seller_desk.get(reverse("admin:index")))
    assert "Khata pages" in page
