"""What the home page draws over a range of days; read together and kept for a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from drafts.models import DraftEntry, DraftStatus, OrderDraft
from khata.ageing import Aged, added_up, aged, weekly_receivables
from orders.models import Order
from orders.selecting import counted

KEPT_SECONDS = 60
WEEKS = 13
LONGEST_RANGE = dt.timedelta(days=366)

# From a draft's first message to its order. An exported chat's old messages say nothing of it.
_LEAD = """
SELECT (placed.created_at AT TIME ZONE %(zone)s)::date AS day,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM placed.created_at - said.first)
    )
FROM orders_order AS placed
JOIN drafts_draftorder AS made ON made.order_id = placed.id
CROSS JOIN LATERAL (
    SELECT min(message.happened_at) AS first
    FROM drafts_draftmessage AS part
    JOIN whatsapp_message AS message ON message.id = part.message_id
    WHERE part.draft_id = made.draft_id AND message.imported_id IS NULL
) AS said
WHERE placed.created_at >= %(since)s AND placed.created_at < %(until)s AND said.first IS NOT NULL
GROUP BY day
"""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of the shop's zone, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def all(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def since(self) -> dt.datetime:
        return midnight(self.first)

    @property
    def until(self) -> dt.datetime:
        """The first moment that is no more in it."""
        return midnight(self.last + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Sold:
    """What came in on one day by one way; cancelled orders are not counted."""

    day: dt.date
    channel: str
    orders: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What became of the drafts that were closed: as they were read, corrected, or thrown away."""

    unchanged: int
    corrected: int
    discarded: int


@dataclass(frozen=True, slots=True)
class Figures:
    sold: list[Sold]
    lead: dict[dt.date, float]
    accuracy: Accuracy
    owed: Aged
    weekly: Sequence[tuple[dt.date, Decimal]]


def midnight(day: dt.date) -> dt.datetime:
    """The day's first moment in the shop."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def figures(days: Days) -> Figures:
    """All of it in five queries, or none where somebody asked within KEPT_SECONDS."""
    zone = timezone.get_current_timezone_name()
    key = f"home:{days.first}:{days.last}:{timezone.localdate()}:{zone}".replace("/", "-")
    found: Figures | None = cache.get(key)
    if found is None:
        found = Figures(
            sold=_sold(days),
            lead=_lead(days),
            accuracy=_accuracy(days),
            owed=added_up(aged().values()),
            weekly=weekly_receivables(WEEKS),
        )
        cache.set(key, found, KEPT_SECONDS)
    return found


def _sold(days: Days) -> list[Sold]:
    orders = counted(Order.objects.filter(created_at__gte=days.since, created_at__lt=days.until))
    by_day = orders.order_by().annotate(day=TruncDate("created_at")).values("day", "channel")
    sums = by_day.annotate(orders=Count("pk"), revenue=Sum("total"))
    return [Sold(**row) for row in sums.order_by("day", "channel")]


def _lead(days: Days) -> dict[dt.date, float]:
    """Seconds from message to order, the median of each day that has any."""
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_LEAD, {"zone": zone, "since": days.since, "until": days.until})
        return dict(cursor.fetchall())


def _accuracy(days: Days) -> Accuracy:
    by_hand = DraftEntry.history.filter(draft_id=OuterRef("pk"), history_user__isnull=False)
    converted, touched = Q(status=DraftStatus.CONVERTED), Q(Exists(by_hand))
    sums = _closed(days).aggregate(
        unchanged=Count("pk", filter=converted & ~touched),
        corrected=Count("pk", filter=converted & touched),
        discarded=Count("pk", filter=Q(status=DraftStatus.DISCARDED)),
    )
    return Accuracy(**sums)


def _closed(days: Days) -> QuerySet[OrderDraft]:
    """Drafts that came in these days and are closed, without those that nobody read into."""
    came = OrderDraft.objects.filter(created_at__gte=days.since, created_at__lt=days.until)
    return came.exclude(status=DraftStatus.OPEN).exclude(reader="")
