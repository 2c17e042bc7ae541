"""The batch of payment reminders: everybody's words are read before any is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from config.admin import page_context
from khata.reminders import QUIET_DAYS, candidates, send_reminders, total_of


def reminders_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET shows who would read what, POST sends to the chosen ones."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        if not request.user.has_perm("whatsapp.change_chat"):
            raise PermissionDenied
        _send(request)
        return redirect(request.path)
    found = candidates()
    context = {
        **page_context(model_admin, request),
        "title": _("Payment reminders"),
        "ready": [one for one in found if one.words],
        "held": [one for one in found if not one.words],
        "total": total_of(found),
        "quiet_days": QUIET_DAYS,
    }
    return TemplateResponse(request, "desk/khata_reminders.html", context)


def _send(request: HttpRequest) -> None:
    chosen = [int(pk) for pk in request.POST.getlist("account") if pk.isdecimal() and len(pk) < 19]
    if not chosen:
        messages.error(request, _("Nobody is chosen."))
        return
    done = send_reminders(chosen, by=request.user)  # type: ignore[arg-type]
    for one in done:
        if one.message is None:
            messages.error(request, f"{one.customer}: {one.why_not}")
    if sent := sum(one.message is not None for one in done):
        messages.success(request, _("Reminders on their way: %(sent)s.") % {"sent": sent})
