"""The list of uploaded pages, and the page on which more are uploaded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, page_context
from config.retelling import retold
from config.templatetags.desk import when
from customers.errors import DeskError
from khata import uploading
from khata.admin.review import review_page
from khata.admin.review_page import SURE, review_url
from khata.models import KhataRow, KhataUpload, RowKind, RowState, UploadStatus
from khata.reading.types import Pipeline

Uploads = QuerySet[KhataUpload]
MOST_FILES = 20
_MARK = '<span class="desk-mark desk-mark-{}">{}</span>'


class StateFilter(admin.SimpleListFilter):
    """What is not posted yet, unless asked for others."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (UploadStatus.READ, _("Read")),
            (UploadStatus.POSTED, _("Posted")),
            (UploadStatus.FAILED, _("Failed")),
        ]

    def queryset(self, request: HttpRequest, queryset: Uploads) -> Uploads:
        if self.value():
            return queryset.filter(status=self.value())
        return queryset.exclude(status=UploadStatus.POSTED)

    def choices(self, changelist: Any) -> Any:
        all_choice, *others = super().choices(changelist)
        yield {**all_choice, "display": _("To review")}
        yield from others


@admin.register(KhataUpload)
class KhataUploadAdmin(ReadOnlyAdmin):
    list_display = ("title", "file_name", "age", "rows_read", "doubt")
    list_filter = (StateFilter,)
    ordering = ("pk",)
    list_select_related = ("uploaded_by",)
    search_fields = (
        "file_name",
        "pages__party",
        "pages__rows__name",
        "pages__rows__particulars",
        "pages__rows__slip_number",
        "pages__rows__customer__name",
    )
    search_help_text = gettext_lazy("File, party, name, particulars, slip")
    empty_title = gettext_lazy("No khata pages wait")
    empty_note = gettext_lazy(
        "Photograph a page of the khata and add it here; its rows are read for you to check."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("khata.add_khataupload")

    def get_queryset(self, request: HttpRequest) -> Uploads:
        unsure = Q(confidence__lt=SURE, proven=False, checked=False) | Q(customer_sure=False)
        live = Q(state=RowState.OPEN, struck_out=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                row_count=_rows_that(Q()),
                doubt_count=_rows_that(live & unsure),
                posted_count=_rows_that(Q(state=RowState.POSTED)),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:upload_id>/review/", wrap(self.review), name="khata_khataupload_review"),
            *super().get_urls(),
        ]

    def review(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        return review_page(self, request, upload_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            return redirect("admin:khata_khataupload_changelist")
        return redirect("admin:khata_khataupload_review", int(object_id))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """GET asks for files; POST takes them in and leads to the first one's review."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and (uploads := _receive(request)):
            if len(uploads) == 1:
                return redirect(review_url(uploads[0]))
            return redirect("admin:khata_khataupload_changelist")
        context = {**page_context(self, request), "title": _("Add khata pages")}
        return TemplateResponse(request, "desk/khata_upload.html", context)

    @display(description=gettext_lazy("Page"), ordering="pk")
    def title(self, upload: KhataUpload) -> str:
        return str(upload)

    @display(description=gettext_lazy("Added"), ordering="created_at")
    def age(self, upload: KhataUpload) -> SafeString:
        by = upload.uploaded_by.username if upload.uploaded_by else ""
        return format_html('{} <span class="desk-dim">{}</span>', when(upload.created_at), by)

    @display(description=gettext_lazy("Rows"), ordering="row_count")
    def rows_read(self, upload: Any) -> str:
        if upload.status == UploadStatus.POSTED:
            return _("%(posted_count)s of %(row_count)s posted") % {
                "posted_count": upload.posted_count,
                "row_count": upload.row_count,
            }
        return str(upload.row_count or "")

    @display(description=gettext_lazy("State"))
    def doubt(self, upload: Any) -> SafeString:
        if upload.status == UploadStatus.FAILED:
            return format_html(_MARK, "bad", f"✗ {retold(upload.last_error)[:60]}")
        if upload.status != UploadStatus.READ:
            return format_html('<span class="desk-dim" data-waits>{}</span>', _progress(upload))
        if upload.doubt_count:
            return format_html(
                _MARK, "warn", _("⚠ %(count)s to check") % {"count": upload.doubt_count}
            )
        return format_html('<span class="desk-dim desk-nowrap">{}</span>', _("looks right"))


def _rows_that(condition: Q) -> Any:
    """How many entries of an upload are so."""
    rows = KhataRow.objects.filter(condition, page__upload=OuterRef("pk"), kind=RowKind.ENTRY)
    counts = rows.order_by().values("page__upload").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def _progress(upload: KhataUpload) -> str:
    label = upload.get_status_display()
    if upload.status == UploadStatus.READING:
        return _("%(label)s: page %(page)s of %(page_count)s") % {
            "label": label,
            "page": upload.pages_done + 1,
            "page_count": upload.page_count,
        }
    return label


def _receive(request: HttpRequest) -> list[KhataUpload]:
    """The files of the form taken in; each one that is refused is named."""
    pipeline: Pipeline = "v1" if request.POST.get("pipeline") == "v1" else "v2"
    by: Any = request.user
    uploads = []
    files = request.FILES.getlist("file")[:MOST_FILES]
    if not files:
        messages.error(request, _("Choose a picture or PDF first."))
    for file in files:
        name = file.name or ""
        try:
            received = uploading.receive_file(file, name=name, pipeline=pipeline, by=by)
        except DeskError as error:
            messages.error(request, f"{name}: {retold(str(error))}")
            continue
        if received.duplicate:
            messages.info(
                request,
                _("%(name)s was added before: %(upload)s.")
                % {"name": name, "upload": received.upload},
            )
        uploads.append(received.upload)
    return uploads
