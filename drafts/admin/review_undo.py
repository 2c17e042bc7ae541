"""What was just done on the review desk, said with a way back for ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.models import User
from drafts.closing import reopen_draft
from drafts.combining import undo_merge
from drafts.models import DraftMerge, OrderDraft
from drafts.splitting import undo_split

SECONDS = 10
_TOAST = (
    '<span data-toast="{}">{} <button type="button" class="desk-link" data-undo="{}" hidden>'
    "{} <kbd>u</kbd></button></span>"
)


def say_with_undo(request: HttpRequest, sentence: str, draft: OrderDraft, *, what: str) -> None:
    """Tell what was done; ``what`` is discard, merge or split of this draft, as it is now."""
    url = reverse("admin:drafts_orderdraft_undo", args=[draft.pk, what, draft.version])
    messages.success(request, format_html(_TOAST, SECONDS, sentence, url, _("Undo")))


def undo(request: HttpRequest, draft_id: int, what: str, version: int) -> HttpResponse:
    """POST takes back what was done to the draft, if nobody touched it since; then opens it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("drafts.change_orderdraft"):
        raise PermissionDenied
    draft = get_object_or_404(OrderDraft, pk=draft_id)
    by: Any = request.user
    if what not in _UNDO:
        raise Http404(what)
    try:
        opened = _UNDO[what](draft, version, by)
    except DeskError as error:
        messages.error(request, str(error))
        opened = draft
    else:
        messages.success(request, _("Taken back."))
    return redirect("admin:drafts_orderdraft_review", opened.pk)


def _unmerge(draft: OrderDraft, version: int, by: User) -> OrderDraft:
    """Of the draft that others went into: the one that made it this version."""
    merge = get_object_or_404(DraftMerge, kept=draft, kept_version=version)
    undo_merge(merge, by=by)
    return draft


_UNDO: dict[str, Callable[[OrderDraft, int, User], OrderDraft]] = {
    "discard": lambda draft, version, by: reopen_draft(draft, version=version, by=by),
    "merge": _unmerge,
    "split": lambda draft, version, by: undo_split(draft, version=version, by=by),
}
