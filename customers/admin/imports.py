"""Imports in the admin: a file brought, how far it is, what it changes, what was refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, errors_of_field, page_context
from config.importing import importer_of
from config.templatetags.desk import when
from customers.imports import jobs
from customers.imports.models import ImportJob, ImportKind, ImportStatus, Outcome
from customers.imports.reporting import error_file
from customers.models import User

SHOWN = 200


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it holds"), choices=ImportKind.choices)
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, help_text=_("CSV or XLSX, up to 25 MB.")
    )
    dry_run = forms.BooleanField(
        label=_("Only look first"),
        required=False,
        initial=True,
        help_text=_("Shows what would change; one click then does it."),
    )
    keep_existing = forms.BooleanField(
        label=_("Leave what is here alone"),
        required=False,
        help_text=_("Adds what is new and changes nothing."),
    )
    to_ledger = forms.BooleanField(
        label=_("Write past orders into the khata"),
        required=False,
        help_text=_("Off, enter what customers owe as opening balances."),
    )


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "kind", "state", "counts", "added")
    list_filter = ("kind", "status")
    ordering = ("-pk",)
    list_select_related = ("requested_by",)
    empty_title = _("Nothing was imported yet")
    empty_note = _("Bring customers, products or past orders as a CSV or Excel file.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.add_importjob")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:job_id>/show/", wrap(self.show), name="customers_importjob_show"),
            path("<int:job_id>/errors/", wrap(self.errors), name="customers_importjob_errors"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return redirect("admin:customers_importjob_changelist")
        return redirect("admin:customers_importjob_show", int(object_id))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """GET asks for a file; POST takes it in and leads to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = {"kind": request.GET.get("kind", "")}
        form = ImportForm(request.POST or None, request.FILES or None, initial=asked)
        if request.method == "POST" and form.is_valid() and (job := _received(request, form)):
            return redirect("admin:customers_importjob_show", job.pk)
        context = {**page_context(self, request), "title": _("Import a file"), "form": form}
        return TemplateResponse(request, "desk/import_add.html", context)

    def show(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """How far the job is and what it says of rows; POST does what a dry run looked at."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = get_object_or_404(ImportJob.objects.select_related("requested_by"), pk=job_id)
        if request.method == "POST" and job.dry_run and job.file:
            real = jobs.start_for_real(job, by=_user(request))
            return redirect("admin:customers_importjob_show", real.pk)
        context = {**page_context(self, request), "title": job.file_name, **_rows_of(job)}
        return TemplateResponse(request, "desk/import_job.html", context)

    def errors(self, request: HttpRequest, job_id: int) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = get_object_or_404(ImportJob, pk=job_id)
        answer = StreamingHttpResponse(error_file(job), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="import-{job.pk}-errors.csv"'
        return answer

    @display(description=_("State"), ordering="status")
    def state(self, job: ImportJob) -> str:
        if job.status == ImportStatus.RUNNING:
            return f"{job.get_status_display()} {job.percent} %"
        return job.get_status_display()

    @display(description=_("New · changed · unchanged · refused"))
    def counts(self, job: ImportJob) -> SafeString:
        numbers = (job.created_count, job.changed_count, job.unchanged_count, job.refused_count)
        look = format_html('<span class="desk-dim">{}</span> ', _("looked")) if job.dry_run else ""
        return format_html("{}{} · {} · {} · {}", look, *(intcomma(one) for one in numbers))

    @display(description=_("Added"), ordering="created_at")
    def added(self, job: ImportJob) -> SafeString:
        by = job.requested_by.username if job.requested_by else ""
        return format_html('{} <span class="desk-dim">{}</span>', when(job.created_at), by)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - admin_view lets nobody else in
    return request.user


def _received(request: HttpRequest, form: ImportForm) -> ImportJob | None:
    asked = dict(form.cleaned_data)
    kind, file = asked.pop("kind"), asked.pop("file")
    with errors_of_field(form, "file"):
        return jobs.receive_file(
            file,
            importer_of(kind),
            name=file.name,
            wishes=jobs.Wishes(**asked),
            by=_user(request),
        )
    return None


def _rows_of(job: ImportJob) -> dict[str, Any]:
    kept = job.rows.exclude(outcome=Outcome.REFUSED).exclude(outcome=Outcome.UNCHANGED)
    return {
        "job": job,
        "refused": job.rows.filter(outcome=Outcome.REFUSED)[:SHOWN],
        "changes": kept[:SHOWN],
        "shown": SHOWN,
        "poll": reverse("import-job", args=[job.pk]),
    }
