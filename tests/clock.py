"""A clock that stands still until a test moves it, and a queue that lives by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.jobs import run_jobs


class Clock:
    """What ``timezone.now()`` says while the test runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)

    def run(self, *, each_minute: Callable[[datetime], object], **time: float) -> None:
        """Let so much time pass: run each job at its moment, and the sweep every minute."""
        end, sweep_at = self.now + timedelta(**time), self.now + timedelta(minutes=1)
        while True:
            run_jobs()
            due = min(filter(None, (self._next_job(), sweep_at)))
            if due > end:
                self.now = end
                return
            self.now = max(self.now, due)
            if self.now >= sweep_at:
                each_minute(self.now)
                sweep_at += timedelta(minutes=1)

    def _next_job(self) -> datetime | None:
        waiting = ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=False)
        return waiting.order_by("scheduled_at").values_list("scheduled_at", flat=True).first()
