"""What the desk's home shows: what waits now, how today went, what runs low."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.receivables import receivables
from config.wording import duration, rupees
from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload, UploadStatus
from orders.models import Channel, Metal, Order, OrderItem, OrderStatus, Product
from orders.pricing import rates_on
from whatsapp.models import Chat, EventStatus, InboundEvent, Message, MessageStatus

LOW_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with what it counts, what to know about it, and the list it opens."""

    count: int | str
    label: str
    link: str
    note: str = ""
    tone: str = "waits"

    @property
    def css(self) -> str:
        return self.tone if self.count else "quiet"


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK; always the same number of queries."""
    low = _low_stock()
    owed = receivables()
    return {
        **context,
        "title": "Home",
        "now": _now(owed.age.overdue),
        "owed": owed if request.user.has_perm("khata.view_account") else None,
        "today": _today(),
        "low": low[:LOW_SHOWN],
        "low_more": len(low) > LOW_SHOWN,
        "rates": _rates(),
        "may_set_rates": request.user.has_perm("orders.change_metalrate"),
        "empty": not Order.objects.exists() and not Chat.objects.exists(),
    }


def _now(overdue: Decimal) -> list[Tile]:
    drafts = OrderDraft.objects.filter(status=DraftStatus.OPEN)
    oldest = drafts.values_list("created_at", flat=True).order_by("created_at").first()
    pending = Order.objects.filter(status=OrderStatus.PENDING)
    short = pending.filter(Exists(_short_items())).count()
    unread = Chat.objects.filter(unread_count__gt=0).count()
    stuck = (MessageStatus.FAILED, MessageStatus.PERHAPS_SENT)
    unsent = Message.objects.filter(status__in=stuck).count()
    pages = KhataUpload.objects.filter(status=UploadStatus.READ)
    events = InboundEvent.objects.filter(status=EventStatus.FAILED).count()
    tiles = [
        Tile(drafts.count(), "drafts to review", _list("drafts_orderdraft"), _age(oldest)),
        Tile(unread, "unread chats", _list("whatsapp_chat", "waits=unread")),
        Tile(
            pending.count(),
            "orders to confirm",
            _list("orders_order", "status__exact=pending"),
            f"{short} short of stock" if short else "",
        ),
        Tile(pages.count(), "khata pages to review", _list("khata_khataupload")),
        Tile(unsent, "sends failed or unsure", _list("whatsapp_outboxmessage"), tone="wrong"),
    ]
    if overdue:
        tile = Tile(rupees(overdue, paise=False), "overdue", reverse("admin:khata_reminders"))
        tiles.append(tile)
    if events:
        link = _list("whatsapp_inboundevent", "status__exact=failed")
        tiles.append(Tile(events, "messages not understood", link, tone="wrong"))
    return tiles


def _short_items() -> Any:
    """Lines of an order that want more than is left (each looked at by itself)."""
    return OrderItem.objects.filter(order=OuterRef("pk"), product__stock_quantity__lt=F("quantity"))


def _age(oldest: dt.datetime | None) -> str:
    return f"oldest {duration(timezone.now() - oldest)}" if oldest else ""


def _today() -> dict[str, Any]:
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Order.objects.filter(created_at__gte=start).exclude(status=OrderStatus.CANCELLED)
    last_week = Q(created_at__gte=start - dt.timedelta(days=7))
    before = Order.objects.filter(last_week, created_at__lt=start - dt.timedelta(days=6)).exclude(
        status=OrderStatus.CANCELLED
    )
    by_channel = {
        row["channel"]: row["count"]
        for row in counted.order_by().values("channel").annotate(count=Count("pk"))
    }
    revenue = counted.aggregate(Sum("total"))["total__sum"] or Decimal(0)
    return {
        "orders": sum(by_channel.values()),
        "revenue": rupees(revenue, paise=False),
        "channels": [
            (channel.label, by_channel.get(channel.value, 0), _channel_link(channel, start))
            for channel in Channel
        ],
        "last_week": rupees(before.aggregate(Sum("total"))["total__sum"] or 0, paise=False),
        "weekday": f"{start:%A}",
        "link": _list("orders_order", _since(start)),
    }


def _channel_link(channel: Channel, start: dt.datetime) -> str:
    return _list("orders_order", f"channel__exact={channel.value}&{_since(start)}")


def _since(start: dt.datetime) -> str:
    return f"created_at_from={start:%Y-%m-%d}"


def _low_stock() -> list[Product]:
    rows = Product.objects.low_on_stock().select_related("unit")
    return list(rows.order_by("stock_quantity", "name")[: LOW_SHOWN + 1])


def _rates() -> list[tuple[str, Decimal | None]]:
    rates = rates_on()
    return [(metal.label, rates.get(metal.value)) for metal in Metal]


def _list(name: str, query: str = "") -> str:
    url = reverse(f"admin:{name}_changelist")
    return f"{url}?{query}" if query else url
