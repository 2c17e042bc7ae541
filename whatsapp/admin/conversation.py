"""One conversation: bubbles with what became of each message, drafts and orders beside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from config.admin import page_context, refusals_shown
from drafts.models import OrderDraft
from whatsapp.chats import mark_read
from whatsapp.models import Chat, Message, MessageStatus
from whatsapp.outbox import resend

SHOWN = 100
# What staff see for each state of an outbound message: mark, words.
STATES = {
    MessageStatus.QUEUED: ("◷", "queued"),
    MessageStatus.SENDING: ("◷", "being sent"),
    MessageStatus.SENT: ("✓", "sent"),
    MessageStatus.DELIVERED: ("✓✓", "delivered"),
    MessageStatus.READ: ("✓✓", "read"),
    MessageStatus.FAILED: ("✗", "failed"),
    MessageStatus.PERHAPS_SENT: ("?", "perhaps sent"),
}
RESENDABLE = (MessageStatus.FAILED, MessageStatus.PERHAPS_SENT)


def conversation_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the newest messages (or those before ``?before=``), POST marks read or resends."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    chat = model_admin.get_object(request, unquote(object_id))
    if chat is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    if request.method == "POST":
        if not request.user.has_perm("whatsapp.change_chat"):
            raise PermissionDenied
        with refusals_shown(request):
            _act(request, chat)
        return redirect(request.path)
    context = {**page_context(model_admin, request), **_shown(request, chat)}
    return TemplateResponse(request, "desk/chat.html", context)


def _act(request: HttpRequest, chat: Chat) -> None:
    if request.POST.get("do") == "read":
        mark_read(chat)
        return
    wanted = request.POST.get("message", "")
    message = get_object_or_404(chat.messages, pk=wanted if wanted.isdecimal() else 0)
    resend(message, by=request.user)  # type: ignore[arg-type]
    messages.success(request, "The message is queued again.")


def _shown(request: HttpRequest, chat: Chat) -> dict[str, Any]:
    rows = chat.messages.select_related("analysis", "media", "answers", "draft_message__draft")
    rows = rows.order_by("-happened_at", "-pk")
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    newest = list(rows[: SHOWN + 1])
    shown = newest[:SHOWN][::-1]
    customer = chat.identity.customer
    return {
        "title": customer.name,
        "original": chat,
        "chat": chat,
        "customer": customer,
        "bubbles": [_bubble(message) for message in shown],
        "older": shown[0].pk if len(newest) > SHOWN else None,
        "drafts": OrderDraft.objects.filter(chat=chat)
        .prefetch_related("draft_orders__order")
        .order_by("-pk")[:10],
        "orders": customer.orders.all()[:5],
    }


def _bubble(message: Message) -> dict[str, Any]:
    mark, words = STATES.get(MessageStatus(message.status), ("", ""))
    joined = getattr(message, "draft_message", None)
    analysis = getattr(message, "analysis", None)
    return {
        "message": message,
        "mark": mark,
        "words": words,
        "intent": analysis.intent if analysis else "",
        "draft": joined.draft if joined else None,
        "resendable": message.status in RESENDABLE,
    }
