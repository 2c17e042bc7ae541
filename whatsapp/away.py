"""Who writes while the shop is closed hears once when it opens (MESSAGE_EVENT_HANDLERS)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format

from customers.hours import closed_since, opens_next
from customers.manner import manner
from customers.models import Shop
from customers.speaking import language_of
from whatsapp.models import Direction, Message
from whatsapp.outbox import queue_text
from whatsapp.window import why_not_sendable

# Nobody waits for an answer to these: a tap and a STOP are answered by themselves.
SILENT_KINDS = ("reaction", "button", "consent")
OPENS = "{opens}"


def on_message_stored(message: Message) -> None:
    """Queue the away message for a customer's message that came while the shop is closed.

    Once a chat for each time that it is closed, in the caller's transaction. A message that
    is older than that, or worked off only when the shop is open again, gets none.
    """
    if message.direction != Direction.IN or message.imported_id or message.kind in SILENT_KINDS:
        return
    text = Shop.current().away_message.strip()
    now = timezone.now()
    since = closed_since(now) if text else None
    if since is None or message.happened_at < since or why_not_sendable(message.chat):
        return
    purpose = f"away:{message.chat_id}:{since.astimezone(dt.UTC):%Y%m%d%H%M}"
    with translation.override(language_of(message.chat.identity.customer)):
        opens = _when(opens_next(now), now)
    queue_text(message.chat, text.replace(OPENS, opens), purpose=purpose)


def _when(opens: dt.datetime | None, now: dt.datetime) -> str:
    """``10:00`` today, ``23 Nov 10:00`` on another day."""
    if opens is None:
        return ""
    today = now.astimezone(ZoneInfo(manner().time_zone)).date()
    day = "" if opens.date() == today else f"{date_format(opens, 'MONTH_DAY_FORMAT')} "
    return f"{day}{opens:%H:%M}"
