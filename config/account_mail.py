"""Messages to accounts whose job was lost, and those that nobody can use any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from customers.account_messages import SEND_ACCOUNT_MESSAGE, defer_message, forget_messages
from customers.models import AccountMessage, AccountMessageStatus
from whatsapp.queueing import without_job

BATCH = 1_000


def sweep_account_messages(now: datetime) -> dict[str, int]:
    """Queue a job for each that is due and has none, and forget old ones; how many of each."""
    due = AccountMessage.objects.filter(status=AccountMessageStatus.DUE, next_attempt_at__lte=now)
    lost = without_job(due, task=SEND_ACCOUNT_MESSAGE, argument="message_id")
    with transaction.atomic():
        messages = list(lost.order_by("created_at")[:BATCH])
        for message in messages:
            defer_message(message)
    return {
        "account_messages_requeued": len(messages),
        "account_messages_forgotten": forget_messages(now),
    }
