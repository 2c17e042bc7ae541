"""What is due but has no job: a queue that lost its jobs loses no message."""

from __future__ import annotations

from datetime import datetime

from drafts.analysing import due_analyses
from drafts.jobs import defer_analysis, defer_reply
from drafts.models import Analysis, OrderDraft

BATCH = 1_000


def sweep_drafts(now: datetime) -> dict[str, int]:
    """Queue a job for each due reading and reply that has none; answers how many.

    One whose job still waits its turn gets no second one.
    """
    analyses = Analysis.objects.filter(due_analyses(now)).order_by("pk")
    drafts = OrderDraft.objects.filter(reply_due_at__lte=now)
    return {
        "analyses": sum(
            defer_analysis(pk, chat_id)
            for pk, chat_id in analyses.values_list("pk", "message__chat_id")[:BATCH]
        ),
        "replies": sum(
            defer_reply(pk, chat_id)
            for pk, chat_id in drafts.order_by("pk").values_list("pk", "chat_id")[:BATCH]
        ),
    }
