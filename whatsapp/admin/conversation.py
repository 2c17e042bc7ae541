"""One conversation: bubbles with what became of each message, cards beside, a reply box below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from config.admin import page_context
from customers.errors import DeskError
from whatsapp.admin.conversation_page import POLLED, newest_turns, page, side_parts
from whatsapp.admin.parts import changed_parts, new_turns
from whatsapp.attending import assign, mark_read, settle, staff
from whatsapp.chats import answer
from whatsapp.models import Chat
from whatsapp.outbox import resend

# Twice what chat.js names.
MOST_SEEN = 200
Act = Callable[[HttpRequest, Chat, str], str]


def conversation_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the newest messages (or those before ``?before=``), POST acts and shows again."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    chat = model_admin.get_object(request, unquote(object_id))
    if chat is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    if request.method == "POST":
        if not request.user.has_perm("whatsapp.change_chat"):
            raise PermissionDenied
        return _acted(model_admin, request, chat)
    return _shown(model_admin, request, chat)


def news(model_admin: Any, request: HttpRequest, chat_id: int) -> HttpResponse:
    """What a page that polls lacks: 204 for nothing, else a fragment for htmx."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    chat = model_admin.get_object(request, str(chat_id))
    if chat is None:
        raise Http404
    return _news(request, chat, request.GET.get("seen", ""))


def _shown(model_admin: Any, request: HttpRequest, chat: Chat, **typed: Any) -> TemplateResponse:
    context = {
        **page_context(model_admin, request),
        **page(chat, before=_whole(request.GET.get("before", ""))),
        "url": _url(chat),
        "key": uuid4().hex,
        **typed,
    }
    return TemplateResponse(request, "desk/chat.html", context)


def _acted(model_admin: Any, request: HttpRequest, chat: Chat) -> HttpResponse:
    """Do it and answer htmx with what changed, everybody else with the page."""
    do, _, target = request.POST.get("do", "").partition("-")
    if do not in _ACTS:
        raise Http404
    refused = said = ""
    try:
        said = _ACTS[do](request, chat, target)
    except DeskError as error:
        refused = str(error)
    if "HX-Request" in request.headers:
        chat = model_admin.get_object(request, str(chat.pk))
        fresh = uuid4().hex if do == "reply" and not refused else ""
        seen = request.POST.get("seen", "")
        return _news(request, chat, seen, answered=True, refused=refused, fresh_key=fresh)
    if refused and do == "reply":
        typed = request.POST.get("text", "")
        return _shown(model_admin, request, chat, refused=refused, typed=typed)
    if refused:
        messages.error(request, refused)
    elif said:
        messages.success(request, said)
    return redirect(_url(chat))


def _read(request: HttpRequest, chat: Chat, target: str) -> str:
    mark_read(chat, up_to=_whole(target), by=request.user)  # type: ignore[arg-type]
    return ""


def _settle(request: HttpRequest, chat: Chat, target: str) -> str:
    settle(chat, up_to=_whole(target), by=request.user)  # type: ignore[arg-type]
    return ""


def _resend(request: HttpRequest, chat: Chat, target: str) -> str:
    message = get_object_or_404(chat.messages, pk=_whole(target))
    resend(message, by=request.user)  # type: ignore[arg-type]
    return gettext("The message is queued again.")


def _assign(request: HttpRequest, chat: Chat, target: str) -> str:
    wanted = request.POST.get("to", "")
    person = get_object_or_404(staff(), pk=_whole(wanted)) if wanted else None
    assign(chat, to=person, by=request.user)  # type: ignore[arg-type]
    return (
        gettext("Given to %(username)s.") % {"username": person.username}
        if person
        else gettext("Anybody may look after it.")
    )


def _reply(request: HttpRequest, chat: Chat, target: str) -> str:
    # 35 letters and the chat's id fit the column that makes a second click the same message.
    key = request.POST.get("key", "")[:35]
    answer(chat, request.POST.get("text", "").strip(), key=key, by=request.user)  # type: ignore[arg-type]
    return ""


_ACTS: dict[str, Act] = {
    "read": _read,
    "settle": _settle,
    "resend": _resend,
    "assign": _assign,
    "reply": _reply,
}


def _news(request: HttpRequest, chat: Chat, seen: str, **answered: Any) -> HttpResponse:
    states = frozenset(seen.split(",")[:MOST_SEEN])
    turns = newest_turns(chat, POLLED)
    fresh = new_turns(turns, states)
    if fresh is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    newest = max((turn.message.pk for turn in turns), default=0)
    parts = [
        *side_parts(chat, newest=newest).values(),
        *(part for turn in turns for part in turn.parts),
    ]
    changed = changed_parts(parts, states)
    if not (fresh or changed or answered):
        return HttpResponse(status=204)
    context = {"changed_parts": changed, "new_turns": fresh, **answered}
    response = TemplateResponse(request, "desk/chat_news.html", context)
    if answered.get("fresh_key"):
        response["HX-Trigger-After-Settle"] = "answered"
    return response


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _url(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_change", args=[chat.pk])
