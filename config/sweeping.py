"""The periodic look for what a lost job or a dead worker left behind (law 1)."""

from __future__ import annotations

from datetime import datetime

from config.account_mail import sweep_account_messages
from config.alerting import sweep_alerts
from config.importing import sweep_imports
from config.stalled_jobs import requeue_stalled_jobs
from customers.erasing import sweep_erasures
from customers.merging import forget_merges
from drafts.sweeping import sweep_drafts
from khata.sweeping import sweep_khata
from orders.sweeping import forget_old_keys
from whatsapp.sweeping import sweep_whatsapp


def sweep(now: datetime) -> dict[str, int]:
    """Take up what is due and has no job; how many of each kind. Safe to run at any time."""
    return {
        "jobs_requeued": requeue_stalled_jobs(),
        **sweep_whatsapp(now),
        **sweep_khata(now),
        **sweep_drafts(now),
        **sweep_imports(now),
        **sweep_account_messages(now),
        **sweep_alerts(now),
        **forget_old_keys(now),
        "erasures_finished": sweep_erasures(),
        "merges_forgotten": forget_merges(now),
    }
