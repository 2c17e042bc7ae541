"""What the desk knows of one message, for programs: how it was read, and what can be done.

Every value follows from rows of the desk; what nobody knows is null or empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings

from customers.phones import phone_digits
from customers.speaking import language_of
from drafts.analysing import MAX_ATTEMPTS
from drafts.conversion import missing
from drafts.intents import meaning_of, suggested_reply
from drafts.models import (
    Analysis,
    AnalysisStatus,
    DraftChange,
    DraftEntry,
    DraftStatus,
    MessageAbout,
    OrderDraft,
)
from drafts.order_facts import CURRENCY
from drafts.ordering import orders_of_message
from orders.models import Order, Product
from orders.pricing import Rates, current_price, rates_on
from whatsapp.models import Message

SURE = 0.9


def analysis_facts(analysis: Analysis, *, session_id: str | None = None) -> dict[str, Any]:
    """The reading of a message with its matches, its order draft and what was done."""
    message = analysis.message
    draft = _draft_of(message)
    entries, rates = _entries(draft, message), rates_on()
    orders = list(orders_of_message(message).select_related("message_order").order_by("created_at"))
    return {
        **_reading(analysis, entries),
        "account_id": settings.ESB_ACCOUNT_ID,
        "provider_session_id": session_id,
        "remote_jid": _remote_jid(message),
        "product_matches": _matches(entries, rates),
        "visual_search": _visual_search(),
        "commerce": _commerce(analysis, draft, entries, orders, rates),
        "applied_actions": [_applied(order) for order in orders],
    }


def _draft_of(message: Message) -> OrderDraft | None:
    joined = getattr(message, "draft_message", None)
    return joined.draft if joined else None


def _entries(draft: OrderDraft | None, message: Message) -> list[DraftEntry]:
    if draft is None:
        return []
    lines = draft.entries.filter(message=message).select_related(
        "product__unit", "product__parent", "client"
    )
    return list(lines.prefetch_related("product__variants"))


def _reading(analysis: Analysis, entries: list[DraftEntry]) -> dict[str, Any]:
    message, meaning = analysis.message, meaning_of(analysis.intent)
    about = _about(message)
    changes = list(about.changes.all()) if about else []
    customer = message.chat.identity.customer
    failed = analysis.status == AnalysisStatus.FAILED
    return {
        "id": analysis.pk,
        "message_id": message.pk,
        "provider": analysis.reader,
        "model": analysis.model,
        "status": analysis.status,
        "source_type": message.kind,
        "trigger": "manual" if analysis.requested_by_id else "auto",
        "intent": analysis.intent,
        "action": meaning.action,
        "priority": meaning.priority,
        "sentiment": meaning.sentiment,
        "summary": _summary(analysis, entries, changes),
        "suggested_reply": suggested_reply(analysis.intent, language_of(customer)),
        "confidence": analysis.confidence,
        "entities": _entities(entries),
        "visual_description": "",
        "warnings": analysis.warnings,
        "result": {
            "entries": [_line(entry) for entry in entries],
            "about": _spoken_of(about),
            "changes": [_change(change) for change in changes],
        },
        "input": {"text": message.text},
        "usage": analysis.usage,
        "openai_response_id": analysis.usage.get("response_id"),
        "attempt_count": analysis.attempt_count,
        "max_attempts": MAX_ATTEMPTS,
        "next_attempt_at": analysis.next_attempt_at,
        "last_error": {"message": analysis.last_error} if analysis.last_error else None,
        "completed_at": None if failed else analysis.completed_at,
        "failed_at": analysis.completed_at if failed else None,
        "skipped_at": None,
        "created_at": analysis.created_at,
        "updated_at": analysis.updated_at,
        "entity_version": analysis.updated_at.isoformat(),
    }


def _summary(analysis: Analysis, entries: list[DraftEntry], changes: list[DraftChange]) -> str:
    lines = [f"{_plain(entry.quantity)} × {_name(entry)}" for entry in entries]
    lines += [f"{change.get_kind_display().lower()} {change.item_name}" for change in changes]
    intent = analysis.intent.capitalize()
    return f"{intent}: {', '.join(lines)}" if lines else intent


def _about(message: Message) -> MessageAbout | None:
    found: MessageAbout | None = getattr(message, "about", None)
    return found


def _spoken_of(about: MessageAbout | None) -> dict[str, Any] | None:
    """The open draft or order that the message cancels or changes."""
    return {"draft_id": about.draft_id, "order_id": about.order_id} if about else None


def _change(change: DraftChange) -> dict[str, Any]:
    """As proposed; the values stand as text, as the draft keeps them."""
    return {
        "id": change.pk,
        "kind": change.kind,
        "item_name": change.item_name,
        "before": change.before,
        "after": change.after,
        "state": change.state,
    }


def _plain(number: Decimal | None) -> str:
    return "?" if number is None else f"{number.normalize():f}"


def _name(entry: DraftEntry) -> str:
    return entry.product.name if entry.product else entry.item_name


def _entities(entries: list[DraftEntry]) -> dict[str, str | None]:
    """Of the first line; the others stand in the order draft."""
    first = entries[0] if entries else None
    return {
        "product_name": _name(first) if first else None,
        "color": (first.color or None) if first else None,
        "size": (first.size or None) if first else None,
        "amount": _plain(first.quantity) if first and first.quantity is not None else None,
        "date": None,
    }


def _line(entry: DraftEntry) -> dict[str, Any]:
    """As read or corrected; the inside of ``result`` keeps these names."""
    return {
        "id": entry.pk,
        "item_name": entry.item_name,
        "product_id": entry.product_id,
        "quantity": entry.quantity,
        "match_confidence": entry.match_confidence,
    }


def _remote_jid(message: Message) -> str | None:
    digits = phone_digits(message.chat.identity.phone)
    return f"{digits}@s.whatsapp.net" if digits else None


# Products -----------------------------------------------------------------------------


def _matches(entries: list[DraftEntry], rates: Rates) -> list[dict[str, Any]]:
    """The product of each line, or those that its words may mean."""
    found: dict[int, dict[str, Any]] = {}
    for entry in entries:
        if entry.product:
            status = "high_confidence" if entry.match_confidence >= SURE else "possible"
            sureness = entry.match_confidence
            found[entry.product.pk] = _match(entry.product, sureness, status, rates)
    for product, sureness in _alternatives(entries):
        found.setdefault(product.pk, _match(product, sureness, "ambiguous", rates))
    return list(found.values())


def _alternatives(entries: Iterable[DraftEntry]) -> Iterable[tuple[Product, float]]:
    open_ones = [a for entry in entries if not entry.product for a in entry.alternatives]
    products = Product.objects.on_sale().prefetch_related("variants")
    rows = products.in_bulk([alternative["product_id"] for alternative in open_ones])
    for alternative in open_ones:
        if product := rows.get(alternative["product_id"]):
            yield product, alternative["confidence"]


def _match(product: Product, confidence: float, status: str, rates: Rates) -> dict[str, Any]:
    return {
        "product_id": product.pk,
        "sku": product.sku,
        "name": product.name,
        "confidence": confidence,
        "price": current_price(product, rates=rates),
        "currency": CURRENCY,
        **_stock(product),
        "product_url": None,
        "match_status": status,
    }


def _stock(product: Product) -> dict[str, Any]:
    children = [child for child in product.variants.all() if child.archived_at is None]
    left = sum((c.stock_quantity for c in children), Decimal(0))
    quantity = left if product.has_variants else product.stock_quantity
    return {"stock_status": _stock_status(product, quantity), "stock_quantity": quantity}


def _stock_status(product: Product, quantity: Decimal) -> str:
    if quantity <= 0:
        return "out_of_stock"
    return "low_stock" if quantity <= product.reorder_level else "in_stock"


def _visual_search() -> dict[str, Any]:
    """The desk compares no pictures: what it reads of one is text."""
    attributes = ["product_type", "color", "model", "pattern", "material", "brand"]
    attributes += ["visible_text", "style", "shape", "other_features"]
    return {
        "query": "",
        "visual_description": "",
        "attributes": dict.fromkeys(attributes),
        "warnings": [],
        "candidate_count": 0,
        "match_status": "not_searched",
        "response_id": None,
        "usage": {},
    }


# Commerce -----------------------------------------------------------------------------


def _commerce(
    analysis: Analysis,
    draft: OrderDraft | None,
    entries: list[DraftEntry],
    orders: list[Order],
    rates: Rates,
) -> dict[str, Any]:
    lacking = [needs for entry in entries if (needs := missing(entry, rates=rates))]
    readiness = _readiness(draft, entries, lacking, orders)
    return {
        "stage": {"ordered": "ordered", "not_applicable": "none"}.get(readiness, "draft"),
        "order_readiness": readiness,
        "missing_fields": sorted({name for needs in lacking for name in needs}),
        "order_draft": _order_draft(draft, entries, analysis.message, rates) if draft else None,
        "next_best_actions": _next_actions(analysis, readiness),
    }


def _readiness(
    draft: OrderDraft | None,
    entries: list[DraftEntry],
    lacking: list[list[str]],
    orders: list[Order],
) -> str:
    if orders:
        return "ordered"
    if draft is None or draft.status != DraftStatus.OPEN:
        return "not_applicable"
    return "incomplete" if lacking or not entries else "ready"


def _next_actions(analysis: Analysis, readiness: str) -> list[str]:
    if readiness == "ready":
        return ["create_order"]
    if readiness == "incomplete":
        return ["complete_order_draft", "reply"]
    action = meaning_of(analysis.intent).action
    return [] if action == "none" or readiness == "ordered" else [action]


def _order_draft(
    draft: OrderDraft, entries: list[DraftEntry], message: Message, rates: Rates
) -> dict[str, Any]:
    return {
        "customer_id": draft.customer_id,
        "contact_id": draft.chat.identity_id,
        "items": [_draft_item(entry, rates) for entry in entries],
        "source": {
            "channel": "provider_whatsapp",
            "source_id": str(draft.pk),
            "source_type": message.kind,
            "thread_id": message.chat_id,
            "message_id": message.pk,
        },
        "notes": draft.notes,
    }


def _draft_item(entry: DraftEntry, rates: Rates) -> dict[str, Any]:
    product, lacking = entry.product, missing(entry, rates=rates)
    quantity = entry.quantity or 1
    priced = (
        current_price(product, quantity=quantity, weight=entry.weight, rates=rates)
        if product
        else None
    )
    return {
        "product_id": entry.product_id,
        "sku": product.sku if product else None,
        "name": _name(entry),
        "quantity": entry.quantity,
        "variant_note": " ".join(filter(None, [entry.size, entry.color])),
        "notes": "; ".join(entry.warnings),
        "unit_price": entry.unit_price if entry.unit_price is not None else priced,
        "currency": CURRENCY,
        **(_stock(product) if product else {"stock_status": None, "stock_quantity": None}),
        "product_url": None,
        "variant_required": {"size", "color"} & set(lacking) != set(),
    }


def _applied(order: Order) -> dict[str, Any]:
    """How an order came of the message: by this path, or by converting its draft."""
    made = getattr(order, "message_order", None)
    return {
        "type": "create_order",
        "order_id": order.pk,
        "order_no": order.order_reference,
        "actor_type": "user",
        "actor_id": made.actor_id if made else None,
        "allow_duplicate": made.allow_duplicate if made else False,
        "created_at": made.created_at if made else order.created_at,
    }
