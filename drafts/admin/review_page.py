"""What the review desk shows: the queue, the messages, the lines, the orders they would make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drafts.admin.asked import Asked, asked_of, waiting_count
from drafts.admin.forms import LineForm
from drafts.admin.orders_to_be import orders_to_be
from drafts.admin.review_chat import (
    bubbles,
    in_order,
    intent_of,
    joined,
    later_bubbles,
    messages_of,
    our_bubbles,
)
from drafts.admin.review_lines import Line, lines_of, sum_of
from drafts.beside import drafts_beside
from drafts.intents import intent_words
from drafts.models import ClosedBecause, DraftStatus, OrderDraft
from orders.models import Order
from whatsapp.quick_replies import quick_replies_for
from whatsapp.window import why_not_sendable

# Why a draft that was an order is deleted.
DELETED_BECAUSE = (ClosedBecause.TAKEN_BACK, ClosedBecause.DUPLICATE, ClosedBecause.MISTAKE)


def shown(draft: OrderDraft, forms: list[LineForm]) -> dict[str, Any]:
    """Everything the page's template needs; the draft comes with its place in the queue."""
    rows = messages_of(draft)
    asked = asked_of(draft)
    seen = lines_shown(draft, forms, joined(rows), asked)
    spans = [
        (line.entry.source_start, line.entry.source_end, line.number)
        for line in seen["lines"]
        if line.entry and line.entry.source_start is not None and line.entry.source_end
    ]
    later = later_bubbles(one.about.message for one in asked)
    is_open = draft.status == DraftStatus.OPEN
    return {
        **seen,
        "title": str(draft),
        "original": draft,
        "open": is_open,
        "bubbles": in_order([*bubbles(rows, spans), *later, *our_bubbles(draft, rows)]),
        "asked": asked,
        "asked_count": waiting_count(asked),
        "blank": Line(LineForm(prefix="new-__n__"), 0),
        "orders": [] if is_open else _orders(draft),
        "neighbours": drafts_beside(draft, [form.entry for form in forms if form.entry])
        if is_open
        else [],
        "reasons": [(reason.value, reason.label) for reason in DELETED_BECAUSE],
        "intents": sorted({intent_words(intent_of(row.message)) for row in rows} - {""}),
        "not_sendable": why_not_sendable(draft.chat),
        "quick_replies": quick_replies_for(draft.customer) if is_open else [],
    }


def lines_shown(
    draft: OrderDraft, forms: list[LineForm], raw: str, asked: Iterable[Asked] = ()
) -> dict[str, Any]:
    """The lines as typed and what they come to: the part of the page that typing changes."""
    lines = lines_of(draft, forms, raw)
    _mark_asked(lines, asked)
    owing, to_be = orders_to_be(draft, lines)
    _mark_owing(lines, draft, owing)
    live = [line for line in lines if line.entry and not line.removed]
    return {
        "draft": draft,
        "lines": lines,
        "sender": owing[draft.customer_id],
        "sender_over": owing[draft.customer_id].over(None),
        "orders_to_be": to_be,
        "total": sum_of(lines),
        "ready": bool(live) and not any(line.missing or line.problem for line in live),
    }


def _mark_asked(lines: Iterable[Line], asked: Iterable[Asked]) -> None:
    """Each line with the changes of it that wait."""
    waiting = [change for one in asked for change in one.lines if change.waits]
    for line in lines:
        if line.form.entry is not None:
            line.asked = [a for a in waiting if a.change.entry_id == line.form.entry.pk]


def _mark_owing(lines: Iterable[Line], draft: OrderDraft, owing: Any) -> None:
    """Beside the first line of each client but the sender: what that client owes."""
    told = {draft.customer_id}
    for line in lines:
        client = line.entry.client_id if line.entry else None
        if client is not None and client not in told:
            line.owing = owing.get(client)
            told.add(client)


def _orders(draft: OrderDraft) -> list[Order]:
    return [row.order for row in draft.draft_orders.select_related("order")]
