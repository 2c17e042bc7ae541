"""A message came in: it is due to be read (settings.MESSAGE_EVENT_HANDLERS)."""

from __future__ import annotations

from django.utils import timezone

from drafts.jobs import defer_analysis
from drafts.models import Analysis, AnalysisStatus
from whatsapp.contents import UNSUPPORTED
from whatsapp.models import Direction, Media, MediaStatus, Message

# Nothing is ordered with these; a tap and a STOP have done their work already
# (whatsapp/answering_taps.py, whatsapp/consenting.py).
UNREAD_KINDS = (
    *("sticker", "reaction", "location", "contact", "button", "consent"),
    UNSUPPORTED,
)


def on_message_stored(message: Message) -> None:
    """Make the analysis of an inbound message and its job, in the caller's transaction.

    The same message again changes nothing, unless its picture or voice note came only
    now: then it is read anew.
    """
    if message.direction != Direction.IN or message.kind in UNREAD_KINDS:
        return
    analysis, created = Analysis.objects.get_or_create(
        message=message, defaults={"next_attempt_at": timezone.now()}
    )
    if created or _again_with_its_file(analysis):
        defer_analysis(analysis.pk, message.chat_id)


def _again_with_its_file(analysis: Analysis) -> bool:
    """Make a reading due again that was made before the message's file was here."""
    medium = Media.objects.filter(message=analysis.message_id, status=MediaStatus.FETCHED).first()
    if medium is None or medium.fetched_at is None:
        return False
    without = Analysis.objects.filter(
        pk=analysis.pk,
        status__in=(AnalysisStatus.COMPLETED, AnalysisStatus.FAILED),
        completed_at__lt=medium.fetched_at,
    )
    now = timezone.now()
    return bool(
        without.update(
            status=AnalysisStatus.PENDING, attempt_count=0, next_attempt_at=now, updated_at=now
        )
    )
