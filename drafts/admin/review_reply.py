"""A sentence from the review desk to the customer; the lines are neither saved nor lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from customers.errors import DeskError
from drafts.admin.highlighting import Segment
from drafts.admin.review_chat import Bubble
from drafts.models import OrderDraft
from whatsapp.chats import answer
from whatsapp.models import Message


def reply(
    request: HttpRequest, draft: OrderDraft, page: Callable[[], HttpResponse]
) -> HttpResponse:
    """Send what was typed; the bubble as JSON where that was asked for, else the page again."""
    if not request.user.has_perm("whatsapp.change_chat"):
        raise PermissionDenied
    by: Any = request.user
    text, key = request.POST.get("reply", ""), request.POST.get("reply_key", "")
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        message, _new = answer(draft.chat, text, key=key[:40], by=by)
    except DeskError as error:
        if wants_json:
            return JsonResponse({"problem": str(error)}, status=409)
        messages.error(request, str(error))
        return page()
    if wants_json:
        return JsonResponse({"bubble": _bubble(message), "key": uuid4().hex})
    messages.success(request, _("Sent."))
    return page()


def _bubble(message: Message) -> str:
    bubble = Bubble(message, [Segment(message.text)], "")
    return render_to_string("desk/review_bubble.html", {"bubble": bubble, "message": message})
