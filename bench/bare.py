"""The desk, and beside it the least that could take an event: what bench/webhook.py compares.

Served by gunicorn as bench.bare:application, under the desk's own settings and middleware.
"""

from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from config.wsgi import application

__all__ = ["application"]


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """One row and one job in one transaction, and nothing else."""
    from procrastinate.contrib.django import app

    from whatsapp.models import InboundEvent
    from whatsapp.queueing import PROCESS_EVENT

    with transaction.atomic():
        row = InboundEvent.objects.create(
            key=uuid4().hex, raw=request.body, next_attempt_at=timezone.now()
        )
        app.configure_task(PROCESS_EVENT).defer(event_id=row.pk)
    return HttpResponse()


def _add_path() -> None:
    from config.urls import urlpatterns

    urlpatterns.append(path("bare", bare))


_add_path()
