"""What staff are told of, counted between two moments; and alerts whose job was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from customers.alerts import (
    SEND_STAFF_ALERT,
    Counter,
    alert_staff,
    defer_alert,
    forget_alerts,
    wanted_kinds,
)
from customers.models import AlertKind, AlertStatus, StaffAlert
from drafts.models import DraftStatus, OrderDraft
from khata.models import KhataUpload, UploadStatus
from orders.models import Product, StockMovement
from whatsapp.alerts import PURPOSE
from whatsapp.models import Message
from whatsapp.outbox import RESENDABLE
from whatsapp.queueing import without_job

BATCH = 1_000


def alert(now: datetime) -> dict[str, int]:
    """Write what is to be told of each kind that somebody wants to hear of; how many of each."""
    wanted = wanted_kinds()
    return {
        kind.value: len(alert_staff(kind, count, now=now))
        for kind, count in COUNTERS.items()
        if kind in wanted
    }


def _drafts(since: datetime, until: datetime) -> int:
    waiting = OrderDraft.objects.filter(status=DraftStatus.OPEN)
    return waiting.filter(created_at__gt=since, created_at__lte=until).count()


def _failed(since: datetime, until: datetime) -> int:
    """Without alerts themselves: who can't be reached is not told so again and again."""
    rows = Message.objects.filter(status__in=RESENDABLE).exclude(purpose__startswith=PURPOSE)
    return rows.filter(attempted_at__gt=since, attempted_at__lte=until).count()


def _short(since: datetime, until: datetime) -> int:
    """Products that are low and fell so between; one that was low before is not told again."""
    level: Any = OuterRef("reorder_level")
    fell = StockMovement.objects.filter(
        product=OuterRef("pk"),
        created_at__gt=since,
        created_at__lte=until,
        stock_after__lte=level,
        stock_after__gt=level + F("quantity"),
    )
    low = Product.objects.on_sale().filter(reorder_level__gt=0)
    return low.filter(Exists(fell), stock_quantity__lte=F("reorder_level")).count()


def _pages(since: datetime, until: datetime) -> int:
    read = KhataUpload.objects.filter(status=UploadStatus.READ)
    return read.filter(read_at__gt=since, read_at__lte=until).count()


def _away(since: datetime, until: datetime) -> int:
    answered = Message.objects.filter(purpose__startswith="away:")
    return answered.filter(happened_at__gt=since, happened_at__lte=until).count()


COUNTERS: dict[AlertKind, Counter] = {
    AlertKind.DRAFTS: _drafts,
    AlertKind.FAILED: _failed,
    AlertKind.SHORT: _short,
    AlertKind.PAGES: _pages,
    AlertKind.AWAY: _away,
}


def sweep_alerts(now: datetime) -> dict[str, int]:
    """Queue a job for each that is due and has none, and forget old ones; how many of each."""
    due = StaffAlert.objects.filter(status=AlertStatus.DUE, next_attempt_at__lte=now)
    lost = without_job(due, task=SEND_STAFF_ALERT, argument="alert_id")
    with transaction.atomic():
        alerts = list(lost.order_by("created_at")[:BATCH])
        for row in alerts:
            defer_alert(row)
    return {"alerts_requeued": len(alerts), "alerts_forgotten": forget_alerts(now)}
