"""What the review desk shows while somebody types: looked at by the rules, nothing saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from config.templatetags.desk import money, rupees
from drafts.admin.asked import asked_of
from drafts.admin.chips import client_chips
from drafts.admin.forms import line_forms
from drafts.admin.review_chat import joined, messages_of
from drafts.admin.review_lines import Line
from drafts.admin.review_page import lines_shown
from drafts.models import DraftEntry, OrderDraft


def look(request: HttpRequest, draft: OrderDraft, entries: list[DraftEntry]) -> JsonResponse:
    """Each line as typed (its facts, price, total, what is missing), and what it comes to."""
    forms = line_forms(entries, request.POST)
    seen = lines_shown(draft, forms, joined(messages_of(draft)), asked_of(draft))
    client_chips(seen["lines"])
    return JsonResponse(
        {
            "lines": {line.form.prefix: _line(line, draft) for line in seen["lines"]},
            "sum": render_to_string("desk/review_sum.html", seen),
            "ready": seen["ready"],
        }
    )


def _line(line: Line, draft: OrderDraft) -> dict[str, Any]:
    entry = line.entry
    known = entry is not None and not line.problem
    return {
        "state": line.state,
        "missing": line.missing,
        "facts": render_to_string("desk/review_facts.html", {"line": line, "draft": draft}),
        "total": "—" if line.total is None else money(line.total),
        "hint": "" if line.price is None else rupees(line.price),
        "unit": entry.unit if entry else "",
        "picture": reverse("product-thumbnail", args=[line.picture]) if line.picture else "",
        # What follows from what was typed: the child of a size, the size of a child.
        "set": _following(entry) if known and entry and entry.product_id else {},
    }


def _following(entry: DraftEntry) -> dict[str, Any]:
    return {"product_id": entry.product_id, "size": entry.size, "color": entry.color}
