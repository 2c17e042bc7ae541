"""Jobs about one chat, deferred in the transaction of their cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

ANALYSE = "drafts.run_analysis"
REPLY = "drafts.send_due_reply"


def defer_for_chat(
    task: str, chat_id: int, *, key: str, at: datetime | None = None, **arguments: Any
) -> bool:
    """Queue a job that runs alone among its chat's jobs; False when ``key`` already waits.

    A job for later gets a lower priority: procrastinate holds back every job of a
    lock while an earlier one of the same priority waits, even for its time, so a
    reply due in a minute would hold up the chat's next message.
    """
    job = app.configure_task(
        task,
        lock=f"chat-{chat_id}",
        queueing_lock=key,
        schedule_at=at,
        priority=-1 if at else 0,
    )
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def defer_analysis(analysis_id: int, chat_id: int, *, at: datetime | None = None) -> bool:
    """Have the worker read a message, now or ``at`` a time."""
    key = f"analysis-{analysis_id}"
    return defer_for_chat(ANALYSE, chat_id, key=key, at=at, analysis_id=analysis_id)


def defer_reply(draft_id: int, chat_id: int, *, at: datetime | None = None) -> bool:
    """Have the worker answer a draft's sender, now or ``at`` the end of the quiet window."""
    return defer_for_chat(REPLY, chat_id, key=f"reply-{draft_id}", at=at, draft_id=draft_id)
