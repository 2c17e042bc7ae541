"""Closing the books up to a day, which is for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, refusals_shown
from config.templatetags.desk import when
from khata.models import PeriodClosing
from khata.periods import close_period, closed_through


class ClosingForm(forms.Form):
    through = forms.DateField()
    note = forms.CharField(max_length=200, required=False)


@admin.register(PeriodClosing)
class PeriodClosingAdmin(ReadOnlyAdmin):
    """The list of closings, with the form for the next above it for those who may."""

    list_display = ("day", "note", "by", "closed")
    list_display_links = None
    list_select_related = ("actor",)
    list_before_template = "desk/khata_closing.html"
    empty_title = gettext_lazy("No day is closed")
    empty_note = gettext_lazy(
        "Once a month is agreed on, close it: nothing more is posted into it."
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_close = request.user.has_perm("khata.add_periodclosing")
        if request.method == "POST":
            if not may_close:
                raise PermissionDenied
            with refusals_shown(request):
                _close(request)
            return redirect(request.path)
        context = {**(extra_context or {}), "may_close": may_close, "through": closed_through()}
        return super().changelist_view(request, context)

    @display(description=gettext_lazy("Closed through"), ordering="through")
    def day(self, closing: PeriodClosing) -> str:
        return date_format(closing.through)

    @display(description=gettext_lazy("By"))
    def by(self, closing: PeriodClosing) -> str:
        return closing.actor.username if closing.actor else _("the desk")

    @display(description=gettext_lazy("When"), ordering="created_at")
    def closed(self, closing: PeriodClosing) -> str:
        return when(closing.created_at)


def _close(request: HttpRequest) -> None:
    form = ClosingForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return
    done = close_period(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(
        request,
        _("The books are closed through %(through)s.") % {"through": date_format(done.through)},
    )
