"""Two clerks on one draft see each other, and what the other one saved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drafts.models import DraftStatus, DraftViewer, OrderDraft
from drafts.viewing import note_left, note_viewer


def here(model_admin: Any, request: HttpRequest, draft_id: int) -> HttpResponse:
    """POST says that somebody looks at ``version`` (or ``left``); answers what they must know."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    draft = get_object_or_404(OrderDraft, pk=draft_id)
    if not model_admin.has_view_permission(request, draft):
        raise PermissionDenied
    by: Any = request.user
    if "left" in request.POST:
        note_left(draft, by=by)
        return HttpResponse(status=204)
    others = note_viewer(draft, by=by)
    return JsonResponse(
        {
            "others": [_opened(viewer) for viewer in others],
            "changed": _changed(draft, request.POST.get("version", "")),
        }
    )


def _opened(viewer: DraftViewer) -> str:
    """``Ravi opened this 20 s ago``."""
    name = viewer.user.first_name or viewer.user.username
    seconds = max(int((timezone.now() - viewer.opened_at).total_seconds()), 1)
    if seconds < 60:
        return _("%(who)s opened this %(n)s s ago") % {"who": name, "n": seconds}
    minutes = seconds // 60
    sentence = ngettext(
        "%(who)s has had this open for %(n)s minute",
        "%(who)s has had this open for %(n)s minutes",
        minutes,
    )
    return sentence % {"who": name, "n": minutes}


def _changed(draft: OrderDraft, version: str) -> str:
    """That the page is not what the draft is any more, or empty."""
    if version == str(draft.version):
        return ""
    last = draft.history.select_related("history_user").first()
    user = last.history_user if last else None
    who = (user.first_name or user.username) if user else None
    if draft.status != DraftStatus.OPEN:
        done = draft.get_status_display()
        return _("%(status)s by %(who)s.") % {"status": done, "who": who or _("the desk")}
    if who is None:
        return _("A new message changed this draft. Reload before you save.")
    return _("%(who)s changed this draft. Reload before you save.") % {"who": who}
