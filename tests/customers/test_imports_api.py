"""Files imported over HTTP and in the admin, by the worker, with progress and per-row errors."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from config.sweeping import sweep
from customers.imports.jobs import MAX_BYTES
from customers.imports.models import ImportJob
from customers.models import Customer
from orders.models import Order, Product
from tests.desk import text_of
from tests.factories import CustomerFactory
from tests.importing import table
from tests.jobs import lose_jobs, run_jobs

pytestmark = pytest.mark.django_db
PEOPLE = table("Name,Phone", "Asha,9820012345", "Bharat,17")
GOODS = table("SKU,Name,Price,Stock", "R1,Ring,100,5", "R2,Payal,200,-1")
BILLS = table("Bill no,Date,Party,SKU,Qty,Rate", "B-1,2025-03-31,Asha,R1,2,90")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sheet(text: str, name="list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def post(api, kind: str, text: str, **asked):
    body = {"file": sheet(text), **asked}
    return api.post(f"/api/staff/{kind}/import", body, format="multipart")


def test_customers_are_imported_at_once_and_known_ones_skipped(admin_api):
    CustomerFactory(name="Chandni", phone="+919820012347")
    answer = post(admin_api, "customers", PEOPLE + "Chandni S,9820012347\n")
    assert answer.status_code == 200
    facts = answer.json()
    assert facts["success"] is True
    wanted = {"total_rows": 3, "created": 1, "skipped": 1, "refused": 1}
    assert {name: facts[name] for name in wanted} == wanted
    assert facts["errors"] == [
        {
            "row": 3,
            "label": "Bharat",
            "problems": [{"field": "phone", "column": "Phone", "detail": "17 is no phone number."}],
        }
    ]
    assert Customer.objects.get(phone="+919820012347").name == "Chandni"


def test_products_and_past_orders_are_imported_by_the_worker(admin_api):
    answer = post(admin_api, "products", GOODS)
    assert answer.status_code == 202
    assert (answer.json()["success"], answer.json()["status"]) == (True, "queued")
    run_jobs()
    facts = admin_api.get(f"/api/staff/imports/{answer.json()['job_id']}").json()
    assert (facts["status"], facts["progress"]) == ("finished", 100)
    assert (facts["created"], facts["refused"]) == (1, 1)
    assert Product.objects.get().stock_quantity == 5
    bills = post(admin_api, "orders", BILLS).json()["job_id"]
    run_jobs()
    assert admin_api.get(f"/api/staff/imports/{bills}").json()["created"] == 1
    assert Order.objects.get().imported_id == bills


def test_a_dry_run_answers_before_and_after(admin_api):
    CustomerFactory(name="Asha", phone="+919820012345")
    text = table("Name,Phone", "Asha Shah,9820012345")
    facts = post(admin_api, "customers", text, dry_run=True, keep_existing=False).json()
    assert [row["changes"] for row in facts["rows"]] == [{"name": ["Asha", "Asha Shah"]}]
    assert Customer.objects.get().name == "Asha"


def test_a_mapping_says_what_headers_do_not(admin_api):
    text = table("Wer,Nummer", "Asha,9820012345")
    mapping = json.dumps({"name": "Wer", "phone": "Nummer"})
    assert post(admin_api, "customers", text, mapping=mapping).json()["created"] == 1
    assert post(admin_api, "customers", text, mapping='["Wer"]').status_code == 400
    assert post(admin_api, "customers", text, mapping='{"name": "Who"}').status_code == 400


def test_refused_rows_come_as_a_file_that_can_be_brought_again(admin_api):
    job = post(admin_api, "customers", PEOPLE).json()["job_id"]
    answer = admin_api.get(f"/api/staff/imports/{job}/errors")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    corrected = text.replace(",17", ",9820012346")
    assert post(admin_api, "customers", corrected).json()["created"] == 1


@pytest.mark.parametrize("kind", ["customers", "products", "orders"])
def test_a_template_can_be_brought_as_it_is(admin_api, kind):
    answer = admin_api.get(f"/api/staff/{kind}/import/template")
    text = b"".join(answer.streaming_content).decode()
    brought = post(admin_api, kind, text)
    assert brought.status_code in (200, 202)
    assert brought.json()["ignored_columns"] == []


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04xx", b"Shoe size\n42\n"]
)
def test_what_is_no_table_of_customers_is_a_400_and_not_kept(admin_api, data):
    body = {"file": SimpleUploadedFile("list.csv", data)}
    answer = admin_api.post("/api/staff/customers/import", body, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "file"
    assert not ImportJob.objects.exists()


def test_too_large_a_file_is_413_before_it_is_read(admin_api):
    answer = admin_api.post(
        "/api/staff/customers/import",
        {"file": sheet(PEOPLE)},
        format="multipart",
        CONTENT_LENGTH=str(MAX_BYTES * 2),
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/staff/customers/import"),
        ("post", "/api/staff/products/import"),
        ("post", "/api/staff/orders/import"),
        ("get", "/api/staff/imports/1"),
        ("get", "/api/staff/imports/1/errors"),
        ("get", "/api/staff/orders/import/template"),
    ],
)
def test_imports_are_an_admins(seller_api, method, path):
    assert getattr(seller_api, method)(path).status_code == 403


def test_a_job_that_got_lost_is_found_by_the_sweep(admin_api, clock):
    post(admin_api, "products", GOODS)
    lose_jobs()
    ImportJob.objects.update(next_attempt_at=timezone.now())
    assert sweep(timezone.now())["imports_requeued"] == 1
    run_jobs()
    assert ImportJob.objects.get().status == "finished"


# In the admin -------------------------------------------------------------------------


ADD = "/admin/customers/importjob/add/"


def show(job: ImportJob) -> str:
    return reverse("admin:customers_importjob_show", args=[job.pk])


def test_an_admin_looks_first_and_imports_by_one_click(admin_desk):
    body = {"kind": "products", "file": sheet(GOODS), "dry_run": "on"}
    answer = admin_desk.post(ADD, body)
    looked = ImportJob.objects.get()
    assert answer.url == show(looked)
    assert "<progress" in text_of(admin_desk.get(answer.url))
    run_jobs()
    page = text_of(admin_desk.get(answer.url))
    assert "Ring" in page
    assert "This can&#x27;t be negative." in page
    assert not Product.objects.exists()
    first = admin_desk.post(show(looked)).url
    assert admin_desk.post(show(looked)).url == first
    run_jobs()
    assert Product.objects.get().sku == "R1"
    real = ImportJob.objects.get(dry_run=False)
    assert first == show(real)
    errors = admin_desk.get(reverse("admin:customers_importjob_errors", args=[real.pk]))
    assert "R2,Payal,200,-1" in b"".join(errors.streaming_content).decode()
    assert "list.csv" in text_of(admin_desk.get("/admin/customers/importjob/"))


def workbook(*rows: Sequence[object]) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return SimpleUploadedFile("List of goods.XLSX", stream.getvalue())


def test_a_workbook_sent_by_a_browser_is_read_and_imported(admin_desk, admin_api):
    """Its copy on the desk has no name that ends as Excel's do."""
    goods = [("SKU", "Name", "Price", "Stock"), ("R1", "Ring", 100, 5)]
    looked = admin_desk.post(ADD, {"kind": "products", "file": workbook(*goods), "dry_run": "on"})
    run_jobs()
    page = text_of(admin_desk.get(looked.url))
    assert "List of goods.XLSX" in page
    assert "<strong>1</strong> new" in page
    body = {"file": workbook(("Name", "Phone"), ("Asha", "9820012345"))}
    answer = admin_api.post("/api/staff/customers/import", body, format="multipart")
    assert (answer.status_code, answer.json()["created"]) == (200, 1)


def test_a_file_that_is_none_is_refused_beside_its_field(admin_desk):
    answer = admin_desk.post(ADD, {"kind": "orders", "file": sheet("", "empty.csv")})
    assert "The file is empty." in text_of(answer)
    assert not ImportJob.objects.exists()


def test_a_seller_imports_nothing(seller_desk):
    assert seller_desk.get(ADD).status_code == 403
    assert seller_desk.get("/admin/customers/importjob/").status_code == 403
