"""How fast messages go to Gupshup, over all workers: one locked row decides.

Gupshup takes about 20 messages a second and answers 429 beyond (reference page
"Partner rate limits"). While it answers 429, fails, or can't be reached, everything
waits, one message at a time finds out whether it is back, and the waits grow.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers.due import backoff
from whatsapp.models import SendPace

SECOND = timedelta(seconds=1)
# Longer than one call to the gateway may last (gateway/gupshup.py).
PROBE = timedelta(seconds=30)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)


def take_turn() -> datetime | None:
    """None where a message may go now, which is then counted; else when to ask again.

    Joins the caller's transaction and holds the row until it ends, so keep it short.
    Those who must wait get moments one after another, so that they don't all come at once.
    """
    pace = _locked()
    now = timezone.now()
    paused = pace.paused_until is not None and pace.paused_until > now
    recent = [moment for moment in pace.recent if moment > now - SECOND]
    if paused or len(recent) >= settings.GUPSHUP_SENDS_PER_SECOND:
        pace.promised_until = _next_moment(pace, now)
        pace.save(update_fields=["promised_until"])
        return pace.promised_until
    pace.recent = [*recent, now]
    if pace.failures:  # this one finds out whether Gupshup is back; the rest wait for it
        pace.paused_until = now + PROBE
    pace.save(update_fields=["recent", "paused_until"])
    return None


def _next_moment(pace: SendPace, now: datetime) -> datetime:
    taken = [moment for moment in (pace.promised_until, pace.paused_until) if moment]
    return max([now, *taken]) + SECOND / settings.GUPSHUP_SENDS_PER_SECOND


@transaction.atomic
def note_trouble(attempted_at: datetime) -> None:
    """Gupshup was not to be had: pause, longer each time in a row.

    Calls that were under way when the last trouble was noted belong to the same trouble.
    """
    pace = _locked()
    if pace.failed_at is not None and attempted_at <= pace.failed_at:
        return
    now = timezone.now()
    pace.failures += 1
    pace.failed_at = now
    pause = backoff(pace.failures, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
    pace.paused_until = now + pause
    pace.save(update_fields=["failures", "failed_at", "paused_until"])


def note_answer() -> None:
    """Gupshup answered, whatever it said: it is there, so nothing holds the others back."""
    SendPace.objects.filter(failures__gt=0).update(failures=0, paused_until=None)


def _locked() -> SendPace:
    found = SendPace.objects.select_for_update().filter(pk=1).first()
    if found is None:  # the first message ever, or after a flush
        SendPace.objects.bulk_create([SendPace(pk=1)], ignore_conflicts=True)
        found = SendPace.objects.select_for_update().get(pk=1)
    return found
