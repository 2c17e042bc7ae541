"""What a lost job or a dead worker left behind is taken up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from whatsapp import inbound, queueing
from whatsapp.media import defer_fetch, due_media
from whatsapp.models import (
    EventStatus,
    InboundEvent,
    Media,
    Message,
    MessageStatus,
    OrderNotice,
    OrderNoticeStatus,
)
from whatsapp.notices import defer_notice
from whatsapp.outbox import defer_send

# More wait for the next minute's sweep.
BATCH = 1000


def sweep_whatsapp(now: datetime) -> dict[str, int]:
    """Give due rows without a job a new one, and settle what can't go on; counts of each.

    Running it twice adds nothing: a row whose job waits or runs is left alone.
    """
    return {
        "events_given_up": _give_up_events(now),
        "events_requeued": _requeue_events(now),
        "messages_perhaps_sent": _doubt_stale_sending(now),
        "messages_requeued": _requeue_messages(now),
        "media_requeued": _requeue_media(now),
        "notices_requeued": _requeue_notices(now),
    }


def _give_up_events(now: datetime) -> int:
    """An event whose every attempt killed its worker never came to note a fault."""
    return InboundEvent.objects.filter(
        status=EventStatus.RECEIVED,
        next_attempt_at__lte=now,
        attempt_count__gte=inbound.RETRIES.most,
    ).update(
        status=EventStatus.FAILED,
        next_attempt_at=None,
        last_error=f"Given up after {inbound.RETRIES.most} attempts that never ended.",
    )


def _requeue_events(now: datetime) -> int:
    due = InboundEvent.objects.filter(status=EventStatus.RECEIVED, next_attempt_at__lte=now)
    lost = queueing.without_job(due, task=queueing.PROCESS_EVENT, argument="event_id")
    with transaction.atomic():
        events = list(lost.order_by("pk")[:BATCH])
        for event in events:
            inbound.defer_processing(event)
    return len(events)


def _doubt_stale_sending(now: datetime) -> int:
    """A worker died between the claim and the answer: nobody knows, so nobody sends again."""
    return Message.objects.filter(status=MessageStatus.SENDING, next_attempt_at__lte=now).update(
        status=MessageStatus.PERHAPS_SENT,
        next_attempt_at=None,
        last_error="The worker stopped while sending.",
    )


def _requeue_messages(now: datetime) -> int:
    due = Message.objects.filter(status=MessageStatus.QUEUED, next_attempt_at__lte=now)
    lost = queueing.without_job(due, task=queueing.SEND_MESSAGE, argument="message_id")
    with transaction.atomic():
        messages = list(lost.order_by("pk")[:BATCH])
        for message in messages:
            defer_send(message)
    return len(messages)


def _requeue_media(now: datetime) -> int:
    due = Media.objects.filter(due_media(now))
    lost = queueing.without_job(due, task=queueing.FETCH_MEDIA, argument="media_id")
    with transaction.atomic():
        media = list(lost.order_by("pk")[:BATCH])
        for medium in media:
            defer_fetch(medium)
    return len(media)


def _requeue_notices(now: datetime) -> int:
    due = OrderNotice.objects.filter(status=OrderNoticeStatus.DUE, next_attempt_at__lte=now)
    lost = queueing.without_job(due, task=queueing.WRITE_NOTICE, argument="notice_id")
    with transaction.atomic():
        notices = list(lost.order_by("pk")[:BATCH])
        for notice in notices:
            defer_notice(notice)
    return len(notices)
