"""The review page as a browser sends it."""

from __future__ import annotations

from django.urls import reverse

from khata.models import KhataRow, KhataUpload, RowKind

FIELDS = ("name", "customer_id", "particulars", "slip_number")
NUMBERS = ("debit", "credit", "balance", "weight", "quantity")
LIST = reverse("admin:khata_khataupload_changelist")
ADD = reverse("admin:khata_khataupload_add")


def review_url(upload: KhataUpload) -> str:
    return reverse("admin:khata_khataupload_review", args=[upload.pk])


def as_shown(upload: KhataUpload, **typed) -> dict:
    """What is sent of an untouched page, with some fields typed over."""
    upload.refresh_from_db()
    sent = {"version": upload.version, "row": []}
    for row in KhataRow.objects.filter(page__upload=upload, kind=RowKind.ENTRY).order_by("pk"):
        prefix = f"row-{row.pk}"
        sent["row"].append(prefix)
        sent[f"{prefix}-date"] = f"{row.date:%d/%m/%Y}" if row.date else ""
        for name in FIELDS:
            sent[f"{prefix}-{name}"] = getattr(row, name) or ""
        for name in NUMBERS:
            value = getattr(row, name)
            sent[f"{prefix}-{name}"] = "" if value is None else str(value)
        for name in ("struck_out", "checked"):
            if getattr(row, name):
                sent[f"{prefix}-{name}"] = "on"
        if row.state == "discarded":
            sent[f"{prefix}-discard"] = "on"
    return {**sent, **typed}


def press(desk, upload: KhataUpload, button: str, **typed):
    return desk.post(review_url(upload), {**as_shown(upload, **typed), "do": button})


def added(upload: KhataUpload, page, number: int = 1, **fields) -> dict:
    """An added row beside those that are there."""
    prefix = f"new-{number}"
    named = {f"{prefix}-{name}": value for name, value in fields.items()}
    return {"row": [*as_shown(upload)["row"], prefix], f"{prefix}-page": page.pk, **named}
