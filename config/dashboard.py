"""What the desk's home shows: what waits now, how today went, figures of some days, what is low."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.charts import Chart, chart
from config.figures import LONGEST_RANGE, Accuracy, Days, Figures, figures, midnight
from config.receivables import receivables
from config.wording import duration, rupees
from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload, UploadStatus
from orders.models import Channel, Metal, Order, OrderStatus, Product
from orders.pricing import rates_on
from orders.selecting import counted, short_lines
from whatsapp.attending import with_waiting_since
from whatsapp.models import Chat, EventStatus, InboundEvent, Message
from whatsapp.outbox import RESENDABLE

LOW_SHOWN = 8
RANGES = (7, 30, 90)
USUAL_RANGE = 30


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
    days = _days(request)
    found = figures(days)
    low = _low_stock()
    return {
        **context,
        "title": _("Home"),
        "now": _now(found.owed.overdue),
        "today": _today(),
        "days": days,
        "ranges": [(n, f"?days={n}", _is_last(days, n)) for n in RANGES],
        "charts": _charts(found, days),
        "accuracy": _read_right(found.accuracy),
        "owed": _owed(request, found),
        "low": low[:LOW_SHOWN],
        "low_more": len(low) > LOW_SHOWN,
        "rates": _rates(),
        "may_set_rates": request.user.has_perm("orders.change_metalrate"),
        "empty": not Order.objects.exists() and not Chat.objects.exists(),
    }


# Now ---------------------------------------------------------------------------------


def _now(overdue: Decimal) -> list[Tile]:
    pages = KhataUpload.objects.filter(status=UploadStatus.READ).count()
    unsent = Message.objects.filter(status__in=RESENDABLE).count()
    events = InboundEvent.objects.filter(status=EventStatus.FAILED).count()
    tiles = [
        _drafts(),
        _unanswered(),
        *_to_confirm(),
        Tile(pages, _("khata pages to review"), _list("khata_khataupload", "state=read")),
        Tile(unsent, _("sends failed or unsure"), _list("whatsapp_outboxmessage"), tone="wrong"),
    ]
    if overdue:
        tile = Tile(rupees(overdue, paise=False), _("overdue"), reverse("admin:khata_reminders"))
        tiles.append(tile)
    if events:
        link = _list("whatsapp_inboundevent", "status__exact=failed")
        tiles.append(Tile(events, _("messages not understood"), link, tone="wrong"))
    return tiles


def _drafts() -> Tile:
    drafts = OrderDraft.objects.filter(status=DraftStatus.OPEN)
    found = drafts.aggregate(count=Count("pk"), oldest=Min("created_at"))
    link = _list("drafts_orderdraft")
    return Tile(found["count"], _("drafts to review"), link, _age(found["oldest"]))


def _unanswered() -> Tile:
    chats: Any = with_waiting_since(Chat.objects.all())
    waiting = chats.filter(waiting_since__isnull=False).order_by()
    found = waiting.aggregate(count=Count("pk"), oldest=Min("waiting_since"))
    link = _list("whatsapp_chat", "waits=unanswered")
    return Tile(found["count"], _("unanswered chats"), link, _age(found["oldest"]))


def _to_confirm() -> list[Tile]:
    pending = Order.objects.filter(status=OrderStatus.PENDING)
    found = pending.aggregate(count=Count("pk"), short=Count("pk", filter=Q(short_lines())))
    link = _list("orders_order", "status__exact=pending")
    tiles = [Tile(found["count"], _("orders to confirm"), link)]
    if found["short"]:
        tiles.append(
            Tile(found["short"], _("short of stock"), _list("orders_order", "stock=short"))
        )
    return tiles


def _age(oldest: dt.datetime | None) -> str:
    if oldest is None:
        return ""
    return _("oldest %(age)s") % {"age": duration(timezone.now() - oldest)}


# Today --------------------------------------------------------------------------------


def _today() -> dict[str, Any]:
    """Orders since midnight, beside those of the same weekday last week up to this hour."""
    now, day = timezone.now(), timezone.localdate()
    start, before = midnight(day), midnight(day - dt.timedelta(days=7))
    today, by_now = Q(created_at__gte=start), Q(created_at__lt=now - dt.timedelta(days=7))
    either = today | Q(created_at__gte=before, created_at__lt=before + dt.timedelta(days=1))
    rows = counted(Order.objects.filter(either)).order_by().values("channel")
    sums = rows.annotate(
        count=Count("pk", filter=today),
        revenue=Sum("total", filter=today, default=0),
        then=Sum("total", filter=~today & by_now, default=0),
    )
    by_channel = {row["channel"]: row for row in sums}
    revenue = sum((row["revenue"] for row in by_channel.values()), Decimal(0))
    then = sum((row["then"] for row in by_channel.values()), Decimal(0))
    counts = {channel: row["count"] for channel, row in by_channel.items()}
    return {
        "orders": sum(counts.values()),
        "revenue": rupees(revenue, paise=False),
        "change": _change(revenue, then, date_format(day, "l")),
        "channels": [
            (channel.label, counts.get(channel.value, 0), _link(day, channel))
            for channel in Channel
        ],
        "link": _link(day),
    }


def _change(now: Decimal, then: Decimal, weekday: str) -> str:
    """``▲ 12 % on last Friday by this hour``; only the amount where there was none then."""
    words = {"weekday": weekday, "then": rupees(then, paise=False)}
    if not then:
        return _("last %(weekday)s by this hour: nothing") % words
    percent = abs(round((now - then) / then * 100))
    if percent >= 1000:  # a percentage says nothing any more
        return _("last %(weekday)s by this hour: %(then)s") % words
    words["percent"] = str(percent)
    if now < then:
        return _("▼ %(percent)s %% on last %(weekday)s by this hour (%(then)s)") % words
    return _("▲ %(percent)s %% on last %(weekday)s by this hour (%(then)s)") % words


def _link(day: dt.date, channel: Channel | None = None) -> str:
    """The list of exactly the orders that were counted."""
    way = f"channel__exact={channel.value}&" if channel else ""
    return _list("orders_order", f"{way}created_at_from={day}&cancelled=no")


# Some days ------------------------------------------------------------------------------


def _days(request: HttpRequest) -> Days:
    """What the address asks for (``days=7``, or ``from`` and ``to``), else the usual range."""
    today = timezone.localdate()
    asked = request.GET.get("days", "")
    if asked.isdecimal() and 1 <= int(asked[:4]) <= LONGEST_RANGE.days:
        return Days(today - dt.timedelta(days=int(asked[:4]) - 1), today)
    usual = Days(today - dt.timedelta(days=USUAL_RANGE - 1), today)
    try:
        first, last = (dt.date.fromisoformat(request.GET[end]) for end in ("from", "to"))
    except (KeyError, ValueError):
        return usual
    last = min(last, today)
    return Days(max(first, last - LONGEST_RANGE), last) if first <= last else usual


def _is_last(days: Days, count: int) -> bool:
    return days.last == timezone.localdate() and len(days.all) == count


def _charts(found: Figures, days: Days) -> list[Chart]:
    channels = {channel.value: str(channel.label) for channel in Channel}
    orders = {(row.day, row.channel): row.orders for row in found.sold}
    revenue = {(row.day, row.channel): row.revenue for row in found.sold}
    lead = {(day, "lead"): seconds for day, seconds in found.lead.items()}
    every = days.all
    total = rupees(sum(revenue.values(), Decimal(0)), paise=False)
    return [
        chart(
            _("Orders by day"),
            every,
            orders,
            series=channels,
            say=str,
            summary=str(sum(orders.values())),
        ),
        chart(
            _("Revenue by day"),
            every,
            revenue,
            series=channels,
            say=lambda amount: rupees(amount, paise=False),
            summary=total,
        ),
        chart(
            _("From message to order: the usual time, day by day"),
            every,
            lead,
            series={"lead": _("time")},
            say=_time,
            summary="",
        ),
    ]


def _time(seconds: float) -> str:
    return duration(dt.timedelta(seconds=seconds)) if seconds else "—"


def _read_right(found: Accuracy) -> list[tuple[str, int, int, str]]:
    """Each fate of a draft: words, how many, percent of all, colour."""
    total = found.unchanged + found.corrected + found.discarded
    rows = (
        (_("taken as read"), found.unchanged, "good"),
        (_("corrected"), found.corrected, "warn"),
        (_("discarded"), found.discarded, "dim"),
    )
    return [(words, n, round(100 * n / total), css) for words, n, css in rows] if total else []


def _owed(request: HttpRequest, found: Figures) -> Any:
    if not request.user.has_perm("khata.view_account"):
        return None
    return receivables(found.owed, found.weekly)


# The shop --------------------------------------------------------------------------------


def _low_stock() -> list[Product]:
    rows = Product.objects.low_on_stock().select_related("unit")
    return list(rows.order_by("stock_quantity", "name")[: LOW_SHOWN + 1])


def _rates() -> list[tuple[str, Decimal | None]]:
    rates = rates_on()
    return [(str(metal.label), rates.get(metal.value)) for metal in Metal]


def _list(name: str, query: str = "") -> str:
    url = reverse(f"admin:{name}_changelist")
    return f"{url}?{query}" if query else url
