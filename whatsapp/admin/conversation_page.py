"""What a conversation's page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone

from config.wording import duration
from customers.speaking import language_of
from drafts.intents import suggested_reply
from drafts.models import DraftEntry, OrderDraft
from whatsapp.admin.parts import Part, Turn, turns_of
from whatsapp.attending import staff
from whatsapp.models import Chat, Direction, Message
from whatsapp.quick_replies import quick_replies_for
from whatsapp.window import WINDOW, why_not_sendable

SHOWN = 100
# The newest bubbles, in which a poll looks for changes.
POLLED = 30


def page(chat: Chat, *, before: int) -> dict[str, Any]:
    """Everything the template needs; ``before`` is a message's id, 0 for the newest page."""
    rows = _messages(chat)
    if before:
        rows = rows.filter(_earlier_than(chat, before))
    found = list(rows[: SHOWN + 1])
    shown, earlier = found[:SHOWN][::-1], found[SHOWN:]
    customer = chat.identity.customer
    return {
        "title": customer.name,
        "original": chat,
        "chat": chat,
        "customer": customer,
        "turns": turns_of(shown, earlier[0] if earlier else None),
        "older": shown[0] if earlier else None,
        "is_newest": not before,
        "staff": staff(),
        "quick_replies": quick_replies_for(customer),
        **side_parts(chat, newest=chat.read_position if before else _newest_of(shown)),
    }


def _newest_of(messages: Iterable[Message]) -> int:
    return max((message.pk for message in messages), default=0)


def newest_turns(chat: Chat, count: int) -> list[Turn]:
    """The last bubbles of a chat, oldest first."""
    found = list(_messages(chat)[: count + 1])
    return turns_of(found[:count][::-1], found[count] if len(found) > count else None)


def side_parts(chat: Chat, *, newest: int) -> dict[str, Part]:
    """What stands around the messages; ``newest`` is the last one in sight, by its id."""
    return {
        "standing": _standing(chat, newest),
        "window": _window(chat),
        "cards": _cards(chat),
    }


def _messages(chat: Chat) -> QuerySet[Message]:
    rows = chat.messages.select_related(
        "analysis",
        "media",
        "answers",
        "draft_message__draft",
        "about__draft",
        "about__order",
        "requested_by",
    )
    return rows.order_by("-happened_at", "-pk")


def _earlier_than(chat: Chat, pk: int) -> Q:
    """By time, as the page is ordered: what was imported has younger ids than its times."""
    when = chat.messages.filter(pk=pk).values("happened_at")
    return Q(happened_at__lt=Subquery(when)) | Q(happened_at=Subquery(when), pk__lt=pk)


def _standing(chat: Chat, newest: int) -> Part:
    unread = Chat.objects.filter(unread_count__gt=0).exclude(pk=chat.pk)
    context = {
        "chat": chat,
        "newest": newest,
        "url": reverse("admin:whatsapp_chat_change", args=[chat.pk]),
        "next_unread": unread.order_by("last_inbound_at", "pk").first(),
    }
    return Part("standing", "desk/chat_standing.html", context)


def _window(chat: Chat) -> Part:
    why_not = why_not_sendable(chat)
    context: dict[str, Any] = {
        "why_not": why_not,
        "chat_id": chat.pk,
        "has_number": chat.identity.phone is not None,
    }
    if not why_not and chat.last_inbound_at is not None:
        closes_at = chat.last_inbound_at + WINDOW
        context |= {"closes_at": closes_at, "closes_in": duration(closes_at - timezone.now())}
        context["suggestion"] = _suggestion(chat)
    return Part("window", "desk/chat_window.html", context)


def _suggestion(chat: Chat) -> str:
    """What staff may answer to the newest message that was read, until somebody wrote."""
    newest = chat.messages.select_related("analysis").filter(
        Q(analysis__intent__gt="") | Q(direction=Direction.OUT, requested_by__isnull=False)
    )
    message = newest.order_by("-happened_at", "-pk").first()
    if message is None or message.direction == Direction.OUT:
        return ""
    return suggested_reply(message.analysis.intent, language_of(chat.identity.customer))


def _cards(chat: Chat) -> Part:
    lines = DraftEntry.objects.filter(draft=OuterRef("pk")).order_by("position", "pk")
    name = Coalesce(NullIf("product__name", Value("")), F("item_name"))
    drafts = OrderDraft.objects.filter(chat=chat).annotate(
        lines=Count("entries"), first_line=Subquery(lines.values(line=name)[:1])
    )
    context = {
        "drafts": drafts.prefetch_related("draft_orders__order").order_by("-pk")[:10],
        "orders": chat.identity.customer.orders.all()[:5],
    }
    return Part("cards", "desk/chat_cards.html", context)
