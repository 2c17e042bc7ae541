"""A message came in: it is due to be read (settings.MESSAGE_EVENT_HANDLERS)."""

from __future__ import annotations

from django.utils import timezone

from drafts.jobs import defer_analysis
from drafts.models import Analysis
from whatsapp.models import Direction, Message


def on_message_stored(message: Message) -> None:
    """Make the analysis of an inbound message and its job, in the caller's transaction.

    The same message again changes nothing.
    """
    if message.direction != Direction.IN:
        return
    analysis, created = Analysis.objects.get_or_create(
        message=message, defaults={"next_attempt_at": timezone.now()}
    )
    if created:
        defer_analysis(analysis.pk, message.chat_id)
