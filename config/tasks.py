"""What the queue runs by the clock."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from config import alerting, sweeping


@app.periodic(cron="* * * * *")
@app.task(name="config.sweep", queueing_lock="config.sweep")
def sweep(timestamp: int) -> None:
    sweeping.sweep(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="config.alert_staff", queueing_lock="config.alert_staff")
def alert_staff(timestamp: int) -> None:
    alerting.alert(timezone.now())


@app.periodic(cron="17 22 * * *")
@app.task(name="config.tidy", queueing_lock="config.tidy")
def tidy(timestamp: int) -> None:
    """Expired tokens and sessions, which nobody can use any more."""
    call_command("flushexpiredtokens")
    call_command("clearsessions")
