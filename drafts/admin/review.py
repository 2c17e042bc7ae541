"""The review desk: the messages beside the lines read from them, and what to do with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.admin import page_context, refusals_shown
from config.wording import plain_number
from customers.errors import DeskError
from drafts.admin.forms import LineForm, line_forms
from drafts.admin.review_live import look
from drafts.admin.review_page import shown
from drafts.admin.review_reply import reply
from drafts.admin.review_undo import say_with_undo
from drafts.closing import discard_draft, reopen_draft
from drafts.combining import merge_drafts
from drafts.conversion import Outcome, convert_and_confirm, convert_draft
from drafts.deciding import accept_change, decline_change, note_seen
from drafts.editing import make_client, recalculate_slips, reread
from drafts.models import ClosedBecause, DraftEntry, DraftStatus, OrderDraft
from drafts.reviewing import save_review
from drafts.splitting import split_by_client
from drafts.waiting import draft_after, in_queue
from orders.models import Order


def review_page(model_admin: Any, request: HttpRequest, draft_id: int) -> HttpResponse:
    """GET shows the draft; POST saves what was typed, then does what the button says.

    What a rule refuses is shown with everything still as typed.
    """
    draft, entries = _opened(model_admin, request, draft_id)
    if request.method == "POST":
        return _posted(model_admin, request, draft, entries)
    return _page(model_admin, request, draft, line_forms(entries))


def _posted(
    model_admin: Any, request: HttpRequest, draft: OrderDraft, entries: list[DraftEntry]
) -> HttpResponse:
    if not request.user.has_perm("drafts.change_orderdraft"):
        raise PermissionDenied
    if draft.status != DraftStatus.OPEN:
        return _act_on_closed(model_admin, request, draft, entries)
    forms = line_forms(entries, request.POST)
    if request.POST.get("do") == "reply":
        return reply(request, draft, lambda: _page(model_admin, request, draft, forms))
    version = draft.version
    valid = [form.is_valid() for form in forms]
    if not all(valid):
        messages.error(request, _("Some fields can't be read. Please look at the red ones."))
        return _page(model_admin, request, draft, forms)
    try:
        return _act(request, draft, forms)
    except DeskError as error:
        messages.error(request, _sentence(error, forms))
        # A saved change stays saved where only the step after it was refused.
        fresh = OrderDraft.objects.get(pk=draft.pk)
        if fresh.version != version and error.code != "stale_version":
            return redirect(request.path)
        return _page(model_admin, request, draft, forms)


def look_at_typed(model_admin: Any, request: HttpRequest, draft_id: int) -> HttpResponse:
    """POST what is typed; answers what there is to show of it, as JSON. Saves nothing."""
    draft, entries = _opened(model_admin, request, draft_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return look(request, draft, entries)


def _opened(
    model_admin: Any, request: HttpRequest, draft_id: int
) -> tuple[OrderDraft, list[DraftEntry]]:
    """The draft and its lines; 404 where there is none, PermissionDenied for who may not see it."""
    related = ("customer", "chat__identity", "closed_by")
    drafts = in_queue(OrderDraft.objects.select_related(*related))
    draft = get_object_or_404(drafts, pk=draft_id)
    if not model_admin.has_view_permission(request, draft):
        raise PermissionDenied
    beside = ("product__unit", "product__parent", "client", "from_order")
    return draft, list(draft.entries.select_related(*beside))


def _act(request: HttpRequest, draft: OrderDraft, forms: list[LineForm]) -> HttpResponse:
    do = request.POST.get("do", "save")
    by: Any = request.user
    version = _version(request)
    if do == "discard" or do.startswith("discard-"):
        return _discard(request, draft, do.partition("-")[2] or ClosedBecause.NOT_ORDER, version)
    saved = _save(request, draft, forms, version)
    if do == "convert":
        _tell_made(request, convert_draft(saved, version=saved.version, by=by))
        return _next(request, draft)
    if do == "convert_confirm":
        _tell_confirmed(request, convert_and_confirm(saved, version=saved.version, by=by))
        return _next(request, draft)
    if do.startswith("merge-"):
        return _merge(request, saved, _whole(do.removeprefix("merge-")))
    _lesser_action(request, saved, do)
    return redirect(request.path)


def _act_on_closed(
    model_admin: Any, request: HttpRequest, draft: OrderDraft, entries: list[DraftEntry]
) -> HttpResponse:
    """What was put aside may come back; nothing else is done with it."""
    if request.POST.get("do") != "reopen":
        return _page(model_admin, request, draft, line_forms(entries))
    with refusals_shown(request):
        reopen_draft(draft, version=_version(request), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The draft waits for review again."))
    return redirect(request.path)


def _discard(
    request: HttpRequest, draft: OrderDraft, because: str, version: int | None
) -> HttpResponse:
    by: Any = request.user
    reasons = [reason for reason in ClosedBecause if reason != ClosedBecause.MERGED]
    if because not in reasons:
        raise BadRequest(because)
    gone = discard_draft(draft, because=because, version=version, by=by)
    why = ClosedBecause(because).label
    sentence = _("%(draft)s is put aside: %(why)s.") % {"draft": gone, "why": str(why).lower()}
    say_with_undo(request, sentence, gone, what="discard")
    return _next(request, gone)


def _merge(request: HttpRequest, draft: OrderDraft, other_id: int) -> HttpResponse:
    by: Any = request.user
    other = get_object_or_404(OrderDraft, pk=other_id)
    merge = merge_drafts(draft, other, by=by)
    sentence = _("%(gone)s is part of %(kept)s now.") % {"gone": merge.gone, "kept": merge.kept}
    say_with_undo(request, sentence, merge.kept, what="merge")
    return redirect("admin:drafts_orderdraft_review", merge.kept_id)


def _lesser_action(request: HttpRequest, draft: OrderDraft, do: str) -> None:
    """What leaves the draft open."""
    by: Any = request.user
    if do == "split":
        split_by_client(draft, by=by)
        draft.refresh_from_db()
        sentence = _("Each client's lines are a draft of their own now.")
        say_with_undo(request, sentence, draft, what="split")
    elif do == "slips":
        recalculate_slips(draft, by=by)
        messages.success(request, _("The lines have fresh slip numbers."))
    elif do == "reread":
        reread(draft, by=by)
        messages.success(request, _("The messages are being read again."))
    elif do.startswith(("accept-", "decline-", "seen-")):
        _decide(request, draft, do)
    elif do.startswith("client-"):
        entry = get_object_or_404(draft.entries, pk=_whole(do.removeprefix("client-")))
        made = make_client(entry, by=by)
        messages.success(
            request, _("%(client_name)s is a customer now.") % {"client_name": made.client_name}
        )
    else:
        messages.success(request, _("Saved."))


def _decide(request: HttpRequest, draft: OrderDraft, do: str) -> None:
    """On a change that a later message asks for."""
    by: Any = request.user
    word, _dash, number = do.partition("-")
    if word == "accept":
        change = accept_change(draft, _whole(number), by=by)
        messages.success(
            request, _("%(item_name)s is changed as asked.") % {"item_name": change.item_name}
        )
    elif word == "decline":
        change = decline_change(draft, _whole(number), by=by)
        messages.success(
            request, _("%(item_name)s stays as it is.") % {"item_name": change.item_name}
        )
    else:
        note_seen(draft.later_messages.all(), _whole(number), by=by)
        messages.success(request, _("Noted as dealt with."))


def _save(
    request: HttpRequest, draft: OrderDraft, forms: list[LineForm], version: int | None
) -> OrderDraft:
    """The draft with what was typed."""
    changes = {}
    if (notes := request.POST.get("notes", draft.notes).strip()) != draft.notes:
        changes["notes"] = notes
    lines = [form.change() for form in forms]
    return save_review(draft, changes, lines, version=version, by=request.user)  # type: ignore[arg-type]


def _page(
    model_admin: Any, request: HttpRequest, draft: OrderDraft, forms: list[LineForm]
) -> HttpResponse:
    context = {**page_context(model_admin, request), **shown(draft, forms)}
    # What was typed over an older version stays refused until the page is opened anew.
    context["version"] = request.POST.get("version", draft.version)
    context["reply_key"] = uuid4().hex
    return TemplateResponse(request, "desk/review.html", context)


def _next(request: HttpRequest, draft: OrderDraft) -> HttpResponse:
    """The next open draft, or the (empty) list."""
    by: Any = request.user
    following = draft_after(draft, by=by)
    if following is None:
        return redirect("admin:drafts_orderdraft_changelist")
    return redirect("admin:drafts_orderdraft_review", following.pk)


def _tell_made(request: HttpRequest, orders: Iterable[Order]) -> None:
    messages.success(request, format_html(_("Made {orders}"), orders=_links(orders)))


def _tell_confirmed(request: HttpRequest, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        link = _links([outcome.order])
        if outcome.confirmed:
            stock = " · ".join(
                f"{u.product_name} {plain_number(u.before)} → {plain_number(u.after)}"
                for u in outcome.stock_updates
            )
            sentence = _("{order} confirmed. Stock: {stock}")
            messages.success(request, format_html(sentence, order=link, stock=stock or "—"))
        else:
            sentence, why = _("{order} waits: {why}"), str(outcome.error)
            messages.warning(request, format_html(sentence, order=link, why=why))


def _links(orders: Iterable[Order]) -> SafeString:
    rows = ((reverse("admin:orders_order_change", args=[o.pk]), o.order_reference) for o in orders)
    return format_html_join(", ", '<a href="{}">{}</a>', rows)


def _sentence(error: DeskError, forms: list[LineForm]) -> str:
    keys = [form.prefix for form in forms]
    if (line := error.data.get("line")) in keys:
        return _("Line %(number)s: %(error)s") % {"number": keys.index(line) + 1, "error": error}
    return str(error)


def _version(request: HttpRequest) -> int | None:
    return _whole(request.POST.get("version", ""))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
