"""Reading one message: claimed, read outside of any transaction, written down once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from drafts.amending import Aim, aim_of, forget_aim, record_aim
from drafts.carts import CART, read_cart
from drafts.catalogue import known_clients, product_index
from drafts.earlier import SURENESS, Earlier, asked_again
from drafts.entries import clean, share
from drafts.jobs import defer_analysis
from drafts.locking import lock_chat
from drafts.models import Analysis, AnalysisStatus, DraftMessage
from drafts.reading.choosing import get_reader, reading_lease
from drafts.reading.types import Intent, Reading, ReadingError, Said
from drafts.recording import note_later_message, record_in_draft, warnings_of
from drafts.sources import finish, source_of, text_of, without_words
from whatsapp.models import Chat, Direction, Message, MessageStatus

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
MAX_TEXT = 8_000
# Enough to know what "the same in blue" and "yes, 3" are about; each costs a model's reading.
MAX_CONTEXT = 8
MAX_SAID = 500
CONTEXT_AGE = timedelta(hours=24)
BACKOFF = (timedelta(seconds=20), timedelta(minutes=2))
CUT_SHORT = f"Only the first {MAX_TEXT:,} characters were read."


def run_analysis(analysis_id: int) -> None:
    """Read a message that is due and make or join its draft.

    1. Claim the row by a conditional update and commit: ``next_attempt_at`` is the
       lease after which another worker may take it up.
    2. Read, with no transaction open: a model may take a minute.
    3. In one transaction write the analysis (only while the claim still holds), the
       draft and the job of its reply; a reading that failed for now is due again.

    Running it again, or twice at once, changes nothing more.
    """
    analysis = _claim(analysis_id, now=timezone.now())
    if analysis is None:
        return
    try:
        reading = _read(analysis)
    except ReadingError as error:
        logger.warning("analysis %s could not be read: %s", analysis_id, error)
        _fail(analysis, str(error), permanent=error.permanent, wait=error.retry_after)
    except Exception as error:
        # A reader's bug must not lose the message. Its own text may quote the customer's.
        logger.error("analysis %s: the reader broke: %s", analysis_id, type(error).__name__)
        _fail(analysis, f"The reader broke: {type(error).__name__}", permanent=False)
    else:
        _complete(analysis, reading)


def due_analyses(now: datetime) -> Q:
    """Which analyses wait to be read, or were left by a worker that died."""
    waiting = Q(status=AnalysisStatus.PENDING) & (
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    )
    return waiting | Q(status=AnalysisStatus.RUNNING, next_attempt_at__lte=now)


def _claim(analysis_id: int, *, now: datetime) -> Analysis | None:
    due = Analysis.objects.filter(due_analyses(now), pk=analysis_id)
    # Durable: inside a caller's transaction the claim would be seen by nobody while we read.
    with transaction.atomic(durable=True):
        claimed = due.update(
            status=AnalysisStatus.RUNNING,
            next_attempt_at=now + reading_lease(),
            attempt_count=F("attempt_count") + 1,
        )
    if not claimed:
        return None
    return Analysis.objects.select_related("message").get(pk=analysis_id)


def _read(analysis: Analysis) -> Reading:
    if analysis.message.kind == CART:
        return read_cart(analysis.message)
    if analysis.attempt_count > MAX_ATTEMPTS:
        # Each attempt killed its worker before it could say why.
        raise ReadingError("Reading it was broken off too often.", permanent=True)
    source, catalogue = source_of(analysis.message), product_index()
    if not source.text.strip():
        if not source.is_media:
            raise ReadingError("There is no text to read.", permanent=True)
        return finish(without_words(), source, catalogue=catalogue)
    reading = get_reader().read(
        source.text[:MAX_TEXT],
        catalogue=catalogue,
        clients=known_clients(),
        context=_context(analysis.message),
    )
    if len(source.text) > MAX_TEXT:
        reading.warnings.append(CUT_SHORT)
    return finish(reading, source, catalogue=catalogue)


def _context(message: Message) -> tuple[Said, ...]:
    """What the customer and the shop wrote before this message, oldest first, bounded."""
    earlier = Q(happened_at__lt=message.happened_at)
    earlier |= Q(happened_at=message.happened_at, pk__lt=message.pk)
    recent = Message.objects.filter(
        earlier, chat=message.chat_id, happened_at__gte=message.happened_at - CONTEXT_AGE
    ).exclude(status=MessageStatus.FAILED)
    newest = recent.select_related("analysis").order_by("-happened_at", "-pk")[:MAX_CONTEXT]
    return tuple(
        Said(text[:MAX_SAID], by_shop=row.direction == Direction.OUT)
        for row in reversed(newest)
        if (text := text_of(row))
    )


@transaction.atomic
def _complete(analysis: Analysis, reading: Reading) -> None:
    chat = lock_chat(analysis.message.chat_id)
    aim = aim_of(chat, analysis.message, reading)
    earlier = None if aim else asked_again(chat, analysis.message, reading)
    if aim is not None:
        reading.intent = aim.intent
    elif earlier is not None:
        reading.intent = Intent.ORDER
        reading.confidence = min(reading.confidence, SURENESS)
    settled = _settle(
        analysis,
        status=AnalysisStatus.COMPLETED,
        reader=clean(reading.reader, 20),
        reader_version=clean(reading.version, 20),
        model=clean(reading.model, 80),
        intent=reading.intent.value,
        confidence=share(reading.confidence),
        warnings=warnings_of(reading, earlier),
        usage=reading.usage,
        read_text=reading.read_text,
        next_attempt_at=None,
        last_error="",
        completed_at=timezone.now(),
    )
    analysis.read_text = reading.read_text
    if settled:
        _file(chat, analysis.message, reading, aim, earlier)


def _file(
    chat: Chat, message: Message, reading: Reading, aim: Aim | None, earlier: Earlier | None
) -> None:
    """Put what was read where it belongs: changes of something open, a draft, or nowhere."""
    if aim is not None:
        record_aim(message, aim)
        if aim.target.draft is not None:
            note_later_message(aim.target.draft, message)
        return
    forget_aim(message)
    is_known = DraftMessage.objects.filter(message=message).exists()
    if reading.intent == Intent.ORDER or reading.needs_person or is_known:
        record_in_draft(chat, message, reading, earlier)


@transaction.atomic
def _fail(analysis: Analysis, reason: str, *, permanent: bool, wait: float | None = None) -> None:
    chat = lock_chat(analysis.message.chat_id)
    now = timezone.now()
    if not permanent and analysis.attempt_count < MAX_ATTEMPTS:
        asked = timedelta(seconds=wait or 0)
        again = now + max(BACKOFF[analysis.attempt_count - 1], asked)
        if _settle(
            analysis, status=AnalysisStatus.PENDING, next_attempt_at=again, last_error=reason
        ):
            defer_analysis(analysis.pk, chat.pk, at=again)
        return
    if _settle(
        analysis,
        status=AnalysisStatus.FAILED,
        warnings=warnings_of(None),
        next_attempt_at=None,
        last_error=reason,
        completed_at=now,
    ):
        record_in_draft(chat, analysis.message, None)


def _settle(analysis: Analysis, **result: object) -> bool:
    """Write the outcome while the claim is still ours; its lease is the claim's mark."""
    mine = Analysis.objects.filter(
        pk=analysis.pk,
        status=AnalysisStatus.RUNNING,
        next_attempt_at=analysis.next_attempt_at,
    )
    return bool(mine.update(**result, updated_at=timezone.now()))
