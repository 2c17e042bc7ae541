"""Customers as a file to keep."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Address, Customer, ImportJob
from tests.factories import CustomerFactory, ProductFactory
from tests.jobs import run_jobs
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db

EXPORT = "/api/staff/customers/export"
PLACES = ("street", "city", "state", "zip")
HEADERS = ["first_name", "last_name", "company_name", "email", "phone", "orders", "total_spent"]
HEADERS += ["joined", *(f"shipping_{place}" for place in PLACES)]
HEADERS += [*(f"billing_{place}" for place in PLACES), "same_as_shipping"]


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_every_customer_stands_in_the_file(seller_api, units):
    lata = CustomerFactory(name="Lata Anand Pawar", phone="+919811400001", company="Pawar")
    Address.objects.create(customer=lata, line1="4 Tilak Path", city="Nashik", pincode="422001")
    placed((ProductFactory(stock=9, unit_price=450), 2), customer=lata)
    headers, row = rows_of(seller_api.get(EXPORT))
    assert headers == HEADERS
    found = dict(zip(headers, row, strict=True))
    assert (found["first_name"], found["last_name"], found["phone"]) == (
        "Lata",
        "Anand Pawar",
        "+919811400001",
    )
    assert (found["orders"], found["total_spent"], found["same_as_shipping"]) == (
        "1",
        "900.00",
        "yes",
    )
    assert (found["shipping_street"], found["shipping_zip"]) == ("4 Tilak Path", "422001")


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+2+5+cmd|'x'!A", "-1+1|x"])
def test_no_cell_runs_as_a_formula(seller_api, units, formula):
    CustomerFactory(name="Lata", company=formula)
    [_, row] = rows_of(seller_api.get(EXPORT))
    assert row[2] == f"'{formula}"


def test_whatever_is_accepted_it_is_csv(seller_api, units):
    assert seller_api.get(EXPORT, HTTP_ACCEPT="application/pdf").status_code == 200


def test_an_exported_file_is_imported_again_and_changes_nothing(seller_api, admin_api, units):
    lata = CustomerFactory(
        name="Lata Anand Pawar",
        phone="+919811400001",
        company='Pawar, Sons & "Co"',
        email="lata@example.in",
    )
    Address.objects.create(customer=lata, line1="4 Tilak Path", city="Nashik", pincode="422001")
    CustomerFactory(name="Omkar", phone=None, email="omkar@example.in")
    file = b"".join(seller_api.get(EXPORT).streaming_content)
    assert _import(admin_api, file) == {"created": 0, "changed": 0, "unchanged": 2, "refused": 0}

    Customer.objects.all().delete()
    assert _import(admin_api, file) == {"created": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert b"".join(seller_api.get(EXPORT).streaming_content) == file
    assert str(Address.objects.get()) == "4 Tilak Path, Nashik, 422001"


def _import(api, file: bytes) -> dict[str, int]:
    upload = SimpleUploadedFile("customers.csv", file, content_type="text/csv")
    answer = api.post("/api/staff/customers/import", {"file": upload}, format="multipart")
    assert answer.status_code in (200, 202), answer.content
    run_jobs()
    job = ImportJob.objects.latest("pk")
    assert job.status == "finished"
    return {
        "created": job.created_count,
        "changed": job.changed_count,
        "unchanged": job.unchanged_count,
        "refused": job.refused_count,
    }
