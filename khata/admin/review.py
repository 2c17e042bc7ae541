"""The review of a ledger page: its picture beside the rows read on it, and posting them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.admin import page_context
from customers.errors import DeskError
from khata import uploading
from khata.admin.forms import RowForm, row_forms
from khata.admin.review_page import next_upload, shown
from khata.models import KhataRow, KhataUpload, RowKind, UploadStatus
from khata.reviewing import (
    discard_review,
    make_customer_of_name,
    post_review,
    save_review,
)


def review_page(model_admin: Any, request: HttpRequest, upload_id: int) -> HttpResponse:
    """GET shows the page; POST saves what was typed, then does what the button says.

    What a rule refuses is shown with everything still as typed.
    """
    upload = get_object_or_404(KhataUpload.objects.with_rows(), pk=upload_id)
    if not model_admin.has_view_permission(request, upload):
        raise PermissionDenied
    if request.method == "POST" and not request.user.has_perm("khata.change_khataupload"):
        raise PermissionDenied
    if upload.status not in (UploadStatus.READ, UploadStatus.POSTED):
        return _waiting_page(model_admin, request, upload)
    if request.method != "POST" or upload.status == UploadStatus.POSTED:
        return _page(model_admin, request, upload, row_forms(_entries(upload)))
    forms = row_forms(_entries(upload), request.POST)
    if not all(list(map(RowForm.is_valid, forms))):  # each, so that each shows its errors
        messages.error(request, _("Some fields can't be read. Please look at the red ones."))
        return _page(model_admin, request, upload, forms)
    return _save_and_act(model_admin, request, upload, forms)


def _waiting_page(model_admin: Any, request: HttpRequest, upload: KhataUpload) -> HttpResponse:
    """How far the reading is, or why it failed; POST has it read again."""
    if request.method == "POST":
        uploading.read_again(upload)
        return redirect(request.path)
    context = {**page_context(model_admin, request), "title": str(upload), "upload": upload}
    return TemplateResponse(request, "desk/khata_reading.html", context)


def _save_and_act(
    model_admin: Any, request: HttpRequest, upload: KhataUpload, forms: list[RowForm]
) -> HttpResponse:
    do = request.POST.get("do", "save")
    version = _whole(request.POST.get("version", ""))
    by: Any = request.user
    try:
        if do == "discard":
            discard_review(upload, version=version, by=by)
            messages.success(request, _("%(upload)s is put aside.") % {"upload": upload})
            return _next()
        saved = save_review(upload, _changes(upload, forms), version=version, by=by)
    except DeskError as error:
        messages.error(request, _sentence(error, forms))
        return _page(model_admin, request, upload, forms)
    try:
        return _act(request, saved, forms, do)
    except DeskError as error:
        # What was typed stays saved where only the step after it was refused.
        messages.error(request, _about_rows(error, saved))
        return redirect(request.path)


def _act(request: HttpRequest, upload: KhataUpload, forms: list[RowForm], do: str) -> HttpResponse:
    by: Any = request.user
    if do == "post":
        force = [form.row.pk for form in forms if form.row and form.cleaned_data["force"]]
        seen = [_whole(pk) for pk in request.POST.getlist("known")]
        done = post_review(upload, version=upload.version, force=force, seen=seen, by=by)
        count = len(done.posted)
        messages.success(
            request,
            ngettext(
                "%(count)s row posted of %(upload)s.", "%(count)s rows posted of %(upload)s.", count
            )
            % {"count": count, "upload": upload},
        )
        return _next()
    if do.startswith("customer-"):
        rows = KhataRow.objects.filter(page__upload=upload).select_related("page__upload")
        row = get_object_or_404(rows, pk=_whole(do.removeprefix("customer-")))
        count = make_customer_of_name(row, by=by)
        messages.success(
            request,
            ngettext(
                "A new customer stands on %(count)s row now.",
                "A new customer stands on %(count)s rows now.",
                count,
            )
            % {"count": count},
        )
    else:
        messages.success(request, _("Saved."))
    return redirect(request.path)


def _changes(upload: KhataUpload, forms: list[RowForm]) -> list[Any]:
    pages = {page.pk: page for page in upload.pages.all()}
    rows = {row.pk: row for row in _entries(upload)}
    return [form.change(pages, rows) for form in forms]


def _entries(upload: KhataUpload) -> list[KhataRow]:
    rows = [row for page in upload.pages.all() for row in page.rows.all()]
    return [row for row in rows if row.kind == RowKind.ENTRY]


def _page(
    model_admin: Any, request: HttpRequest, upload: KhataUpload, forms: list[RowForm]
) -> HttpResponse:
    context = {**page_context(model_admin, request), **shown(upload, forms)}
    # What was typed over an older version stays refused until the page is opened anew.
    context["version"] = request.POST.get("version", upload.version)
    return TemplateResponse(request, "desk/khata_review.html", context)


def _next() -> HttpResponse:
    """The next page to review, or the (empty) list."""
    following = next_upload()
    if following is None:
        return redirect("admin:khata_khataupload_changelist")
    return redirect("admin:khata_khataupload_review", following.pk)


def _sentence(error: DeskError, forms: list[RowForm]) -> str:
    """With the row's number in front, where the refusal is about one."""
    keys = [form.prefix for form in forms]
    if (key := error.data.get("row")) in keys:
        return _("Row %(number)s: %(error)s") % {"number": keys.index(key) + 1, "error": error}
    return str(error)


def _about_rows(error: DeskError, upload: KhataUpload) -> str:
    """What is lacking in the desk's words, each with the numbers of the rows that lack it."""
    rows = KhataRow.objects.filter(page__upload=upload, kind=RowKind.ENTRY)
    in_order = rows.order_by("page__number", *KhataRow.ORDER).values_list("pk", flat=True)
    numbers = {pk: number for number, pk in enumerate(in_order, 1)}
    lacking: dict[str, list[str]] = {}
    for entry in error.data.get("entries", []):
        for name in entry["missing"]:
            lacking.setdefault(name, []).append(str(numbers.get(entry["id"], 0)))
    if not lacking:
        return str(error)
    words = _lacking_words()
    return " ".join(words[name] % {"rows": ", ".join(rows)} for name, rows in lacking.items())


def _lacking_words() -> dict[str, str]:
    return {
        "customer": _("No customer chosen yet: row %(rows)s."),
        "date": _("No date yet: row %(rows)s."),
        "amount": _("Neither debit nor credit, or both: row %(rows)s."),
        "force": _("In the ledger already: row %(rows)s. Put it aside, or post it all the same."),
    }


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
