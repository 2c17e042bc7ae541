"""Media of inbound messages: fetched at once, bounded, and again until their link ends."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from customers.due import GRACE, backoff
from whatsapp import media_types, queueing
from whatsapp.contents import MediaLink
from whatsapp.gateway.download import TOTAL_SECONDS, DownloadFailed, download
from whatsapp.models import Media, MediaStatus, Message
from whatsapp.telling import tell_handlers

logger = logging.getLogger(__name__)

# Gupshup's links live for seven days (docs.gupshup.io/docs/media: urlExpiry).
LINK_LIFE = timedelta(days=7)
LEASE = timedelta(seconds=2 * TOTAL_SECONDS)
# Gupshup locks out whoever asks for an invalid link 20 times in an hour.
FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(hours=6)
NO_LINK = "The message came without a link to its file."
EXPIRED = "The link ended before the file could be fetched."


def expect_media(message: Message, link: MediaLink) -> Media:
    """Note what is to be fetched, with its job, in the caller's transaction."""
    now = timezone.now()
    latest = now + LINK_LIFE
    media = Media.objects.create(
        message=message,
        url=link.url,
        file_name=link.file_name,
        expires_at=min(link.expires_at or latest, latest),
        next_attempt_at=now + GRACE,
    )
    defer_fetch(media)
    return media


def defer_fetch(media: Media, *, at: datetime | None = None) -> None:
    """Queue the fetching; without the sender's lock, so that a slow link holds up nobody."""
    queueing.defer_job(queueing.FETCH_MEDIA, at=at, media_id=media.pk)


def due_media(now: datetime) -> Q:
    """Which media wait for their time, or were left by a worker that died."""
    return Q(status__in=(MediaStatus.DUE, MediaStatus.FETCHING), next_attempt_at__lte=now)


def fetch_media(media_id: int) -> None:
    """Fetch a medium that is due: here, later again, or failed for people to see.

    1. Claim the row by a conditional update and commit; its lease is the claim's mark.
    2. Download and check it, with no transaction open.
    3. In one transaction write what came of it (only while the claim still holds) and
       tell MESSAGE_EVENT_HANDLERS: the message is complete, or won't be soon.

    Running it again, or twice at once, changes nothing more.
    """
    media = _claim(media_id, now=timezone.now())
    if media is None:
        return
    try:
        data, content_type = _fetched(media)
    except DownloadFailed as error:
        _put_off(media, str(error), permanent=error.permanent)
    except Exception as error:
        # Not the error itself: it may quote the link.
        logger.error("media %s could not be fetched: %s", media_id, type(error).__name__)
        _put_off(media, f"Fetching broke off ({type(error).__name__}).", permanent=False)
    else:
        _keep(media, data, content_type)


def _claim(media_id: int, *, now: datetime) -> Media | None:
    free = Q(status=MediaStatus.DUE) | due_media(now)
    with transaction.atomic(durable=True):
        claimed = Media.objects.filter(free, pk=media_id).update(
            status=MediaStatus.FETCHING,
            next_attempt_at=now + LEASE,
            attempt_count=F("attempt_count") + 1,
        )
    if not claimed:
        return None
    return Media.objects.select_related("message").get(pk=media_id)


def _fetched(media: Media) -> tuple[bytes, str]:
    """The file and its type; raises DownloadFailed."""
    if not media.url:
        raise DownloadFailed(NO_LINK, permanent=True)
    if media.expires_at <= timezone.now():
        raise DownloadFailed(EXPIRED, permanent=True)
    kind = media.message.kind
    loopback = settings.MEDIA_LOOPBACK_ALLOWED
    data = download(media.url, limit=media_types.LIMITS[kind], loopback=loopback)
    content_type = media_types.content_type_of(data, kind)
    if content_type is None:
        raise DownloadFailed(f"Its content is no {kind} that the desk knows.", permanent=True)
    return data, content_type


def _keep(media: Media, data: bytes, content_type: str) -> None:
    """Store the file, then note it; a lost claim takes it back."""
    name = save_file(data, content_type)
    with transaction.atomic():
        kept = _mine(media).update(
            status=MediaStatus.FETCHED,
            file=name,
            content_type=content_type,
            byte_count=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            fetched_at=timezone.now(),
            next_attempt_at=None,
            last_error="",
        )
        if kept:
            tell_handlers(media.message)
    if not kept:
        default_storage.delete(name)


def save_file(data: bytes, content_type: str) -> str:
    """Put a file into the storage under a name nobody can guess; the name."""
    name = f"whatsapp/{secrets.token_urlsafe(24)}.{media_types.suffix_of(content_type)}"
    return default_storage.save(name, ContentFile(data))


@transaction.atomic
def _put_off(media: Media, reason: str, *, permanent: bool) -> None:
    wait = backoff(media.attempt_count, first=FIRST_RETRY, longest=LONGEST_RETRY)
    again = timezone.now() + wait
    if permanent or again >= media.expires_at:
        failed = {"status": MediaStatus.FAILED, "next_attempt_at": None, "last_error": reason}
        if _mine(media).update(**failed):
            tell_handlers(media.message)
        return
    due = {"status": MediaStatus.DUE, "next_attempt_at": again, "last_error": reason}
    if _mine(media).update(**due):
        defer_fetch(media, at=again)
        if media.attempt_count == 1:  # staff should know of the message before its file comes
            tell_handlers(media.message)


def _mine(media: Media) -> QuerySet[Media]:
    """The row while our claim holds."""
    return Media.objects.filter(
        pk=media.pk, status=MediaStatus.FETCHING, next_attempt_at=media.next_attempt_at
    )
