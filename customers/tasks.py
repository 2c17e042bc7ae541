"""What the queue runs; each task calls one rule."""

from procrastinate.contrib.django import app

from config import importing
from customers import account_messages, alerts
from customers.imports import jobs


@app.task(name=jobs.RUN_IMPORT)
def run_import(job_id: int) -> None:
    importing.run_import(job_id)


@app.task(name=account_messages.SEND_ACCOUNT_MESSAGE)
def send_account_message(message_id: str) -> None:
    account_messages.send_account_message(message_id)


@app.task(name=alerts.SEND_STAFF_ALERT)
def send_staff_alert(alert_id: int) -> None:
    alerts.send_staff_alert(alert_id)
