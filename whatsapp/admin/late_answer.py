"""The page of a chat whose 24 hours are over: approved templates, each with its gaps to fill."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import page_context
from customers.errors import DeskError
from whatsapp.answering_late import offers_for, send_template, why_no_template_to
from whatsapp.models import Chat, Template


def late_answer_page(model_admin: Any, request: HttpRequest, chat_id: int) -> HttpResponse:
    """GET shows what may be sent, POST sends one of it and leads back to the chat."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    chat = model_admin.get_object(request, str(chat_id))
    if chat is None:
        raise Http404
    if request.method == "POST":
        if not request.user.has_perm("whatsapp.change_chat"):
            raise PermissionDenied
        return _sent(model_admin, request, chat)
    return _shown(model_admin, request, chat)


def _shown(model_admin: Any, request: HttpRequest, chat: Chat) -> HttpResponse:
    customer = chat.identity.customer
    context = {
        **page_context(model_admin, request),
        "title": _("A template to %(name)s") % {"name": customer.name},
        "original": chat,
        "chat_url": _url(chat),
        "why_not": why_no_template_to(chat),
        "offers": offers_for(customer),
        "key": uuid4().hex,
    }
    return TemplateResponse(request, "desk/late_answer.html", context)


def _sent(model_admin: Any, request: HttpRequest, chat: Chat) -> HttpResponse:
    wanted = request.POST.get("template", "")
    template = get_object_or_404(Template, pk=int(wanted) if wanted.isdecimal() else 0)
    try:
        send_template(
            chat,
            template,
            request.POST.getlist("value"),
            key=request.POST.get("key", "")[:35],
            by=request.user,  # type: ignore[arg-type]
        )
    except DeskError as error:
        messages.error(request, str(error))
        return _shown(model_admin, request, chat)
    messages.success(request, _("The template is queued."))
    return redirect(_url(chat))


def _url(chat: Chat) -> str:
    return reverse("admin:whatsapp_chat_change", args=[chat.pk])
