"""The day book and the cash summary."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.admin import page_context
from customers.errors import DeskError
from khata.daybook import CashSummary, cash_summary, day_book


class DayForm(forms.Form):
    day = forms.DateField(required=False)


class DaysForm(forms.Form):
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)


def day_book_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """One day's book; today's where none is asked for."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    form, today = DayForm(request.GET), timezone.localdate()
    day = (form.is_valid() and form.cleaned_data["day"]) or today
    context = {
        **page_context(model_admin, request),
        "title": _("Day book"),
        "book": day_book(day),
        "problem": _("This is no day: write it like 2026-04-01.") if form.errors else "",
        "before": day - dt.timedelta(days=1) if day > dt.date.min else None,
        "after": day + dt.timedelta(days=1) if day < today else None,
    }
    return TemplateResponse(request, "desk/khata_day.html", context)


def cash_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Cash and bank of some days; of this month where none are asked for."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    summary, problem = _summary(request)
    context = {
        **page_context(model_admin, request),
        "title": _("Cash and bank"),
        "summary": summary,
        "problem": problem,
    }
    return TemplateResponse(request, "desk/khata_cash.html", context)


def _summary(request: HttpRequest) -> tuple[CashSummary, str]:
    """The days asked for, or why they can't be shown and this month's instead."""
    form, today = DaysForm(request.GET), timezone.localdate()
    problem = _("These are no days: write them like 2026-04-01.") if form.errors else ""
    month = (today.replace(day=1), today)
    if problem:
        return cash_summary(*month), problem
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    try:
        return cash_summary(first or month[0], last or month[1]), ""
    except DeskError as error:
        return cash_summary(*month), str(error)
