"""Every customer's score, worked out of the orders by the queue once a night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from orders.bgnbd import BgNbd, NoFit, fit
from orders.models import CustomerScore, Order, OrderStatus, ScoreRun, Tier

AHEAD_DAYS = 90
SOLD = (
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
# Four parameters of fewer people who came again say nothing of anybody.
_ENOUGH_WHO_CAME_AGAIN = 20
_NEW_DAYS = 60
_ONE_TIME_LOST_DAYS = 365
_RUNS_KEPT = 30
_BATCH = 2_000

# Pairs of the last half year; the five commonest for each product, seen at least twice.
_TOGETHER = """
INSERT INTO orders_boughttogether (product_id, other_id, order_count)
WITH baskets AS (
    SELECT DISTINCT item.order_id, item.product_id
    FROM orders_orderitem AS item JOIN orders_order AS ordered ON ordered.id = item.order_id
    WHERE ordered.created_at >= %(since)s AND ordered.status = ANY(%(sold)s)
        AND item.product_id IS NOT NULL
), pairs AS (
    SELECT one.product_id, two.product_id AS other_id, count(*) AS order_count
    FROM baskets AS one JOIN baskets AS two USING (order_id)
    WHERE one.product_id <> two.product_id
    GROUP BY one.product_id, two.product_id HAVING count(*) >= 2
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY product_id ORDER BY order_count DESC, other_id
    ) AS place FROM pairs
)
SELECT product_id, other_id, order_count FROM ranked WHERE place <= 5
"""


@dataclass(frozen=True, slots=True)
class _Buyer:
    """One customer's days of buying, oldest first; value in rupees."""

    customer: int
    days: Sequence[dt.date]
    orders: int
    value: Decimal

    @property
    def interval(self) -> float | None:
        """The median of the days between; None for one who bought on one day only."""
        gaps = [(b - a).days for a, b in zip(self.days, self.days[1:], strict=False)]
        return float(median(gaps)) if gaps else None


def compute_scores(now: dt.datetime | None = None) -> ScoreRun:
    """Replace all scores and the pairs bought together by those of ``now``; one transaction.

    A day with several orders counts once; what was cancelled, returned or never confirmed
    does not count. With too few customers who came again the chances stay empty.
    """
    now = now or timezone.now()
    buyers = list(_buyers())
    today = timezone.localdate(now)
    chances, model = _chances(buyers, today)
    scores = [
        _score(buyer, chance, today=today, now=now)
        for buyer, chance in zip(buyers, chances, strict=True)
    ]
    with transaction.atomic():
        _replace(scores, now)
        _pair_up(now)
        return _run(buyers, model, now)


def latest_run() -> ScoreRun | None:
    """The run whose scores are shown now."""
    return ScoreRun.objects.first()


def _buyers() -> Iterator[_Buyer]:
    rows = (
        Order.objects.filter(status__in=SOLD, customer__isnull=False)
        .order_by()
        .values("customer")
        .annotate(
            days=ArrayAgg(TruncDate("created_at"), distinct=True, order_by=TruncDate("created_at")),
            orders=Count("pk"),
            value=Sum("total"),
        )
    )
    for row in rows.iterator(chunk_size=_BATCH):
        yield _Buyer(row["customer"], row["days"], row["orders"], row["value"])


def _chances(
    buyers: Sequence[_Buyer], today: dt.date
) -> tuple[list[tuple[float, float] | None], BgNbd | None]:
    """Each buyer's chance of being alive and expected orders; None where no model fits."""
    again = np.array([len(buyer.days) - 1 for buyer in buyers], dtype=float)
    if (again > 0).sum() < _ENOUGH_WHO_CAME_AGAIN:
        return [None] * len(buyers), None
    last = np.array([(buyer.days[-1] - buyer.days[0]).days for buyer in buyers], dtype=float)
    seen = np.array([max((today - buyer.days[0]).days, 0) for buyer in buyers], dtype=float)
    seen = np.maximum(seen, last)
    try:
        model = fit(again, last, seen)
    except NoFit:
        return [None] * len(buyers), None
    alive = model.p_alive(again, last, seen).tolist()
    expected = model.expected(again, last, seen, AHEAD_DAYS).tolist()
    return list(zip(alive, expected, strict=True)), model


def _score(
    buyer: _Buyer, chance: tuple[float, float] | None, *, today: dt.date, now: dt.datetime
) -> CustomerScore:
    return CustomerScore(
        customer_id=buyer.customer,
        p_alive=chance and chance[0],
        expected_orders_90d=chance and chance[1],
        tier=_tier(buyer, chance, today),
        order_count=buyer.orders,
        first_order_on=buyer.days[0],
        last_order_on=buyer.days[-1],
        usual_interval_days=buyer.interval,
        lifetime_value=buyer.value,
        computed_at=now,
    )


def _tier(buyer: _Buyer, chance: tuple[float, float] | None, today: dt.date) -> Tier:
    """One purchase says nothing of leaving, so its age decides; else the chance, else the pace."""
    since = (today - buyer.days[-1]).days
    interval = buyer.interval
    if interval is None:
        return _once(since)
    if chance is None:
        return _by_pace(since, interval)
    alive, expected = chance
    if alive < 0.6:
        return Tier.LOST if alive < 0.3 else Tier.AT_RISK
    if expected >= 3:
        return Tier.TOP
    return Tier.REGULAR if expected >= 1 else Tier.OCCASIONAL


def _once(since: int) -> Tier:
    if since <= _NEW_DAYS:
        return Tier.NEW
    return Tier.AT_RISK if since <= _ONE_TIME_LOST_DAYS else Tier.LOST


def _by_pace(since: int, interval: float) -> Tier:
    """Two orders in one week make no weekly customer: within two months nobody is lost."""
    overdue = since / max(interval, 1)
    if overdue <= 2:
        return Tier.REGULAR
    return Tier.LOST if overdue > 4 and since > _NEW_DAYS else Tier.AT_RISK


def _replace(scores: list[CustomerScore], now: dt.datetime) -> None:
    changed = [
        field.name for field in CustomerScore._meta.fields if field.name not in ("id", "customer")
    ]
    CustomerScore.objects.bulk_create(
        scores,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=changed,
    )
    CustomerScore.objects.exclude(computed_at=now).delete()


def _pair_up(now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_boughttogether")
        since = now - dt.timedelta(days=180)
        cursor.execute(_TOGETHER, {"since": since, "sold": list(SOLD)})


def _run(buyers: Sequence[_Buyer], model: BgNbd | None, now: dt.datetime) -> ScoreRun:
    intervals = [interval for buyer in buyers if (interval := buyer.interval) is not None]
    total = sum((buyer.value for buyer in buyers), Decimal(0))
    run = ScoreRun.objects.create(
        computed_at=now,
        customer_count=len(buyers),
        usual_interval_days=median(intervals) if intervals else None,
        average_value=round(total / len(buyers), 2) if buyers else Decimal(0),
        parameters=model and {"r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b},
    )
    old = ScoreRun.objects.order_by("-computed_at", "-pk")[_RUNS_KEPT:].values("pk")
    ScoreRun.objects.filter(pk__in=list(old)).delete()
    return run
