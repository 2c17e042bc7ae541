"""POST /gupshup_incoming_webhook: check the secret and the size, store, acknowledge."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from whatsapp import inbound
from whatsapp.errors import NotAnEvent

BODY_LIMIT = 1024 * 1024
_CHUNK = 64 * 1024
_DRAIN_LIMIT = 8 * BODY_LIMIT


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def gupshup_webhook(request: HttpRequest, secret: str = "") -> HttpResponse:
    """Acknowledge an event of Gupshup's once it is stored; every answer is empty.

    200 stored (or known already, or from a sender who is not allowed), 400 no JSON
    object, 403 wrong secret, 413 above 1 MiB. Gupshup pings with GET.
    """
    if request.method != "POST":
        return HttpResponse()
    body = _bounded_body(request)
    if not _secret_fits(request, secret):
        return HttpResponse(status=403)
    if len(body) > BODY_LIMIT:
        return HttpResponse(status=413)
    try:
        inbound.receive(body)
    except NotAnEvent:
        return HttpResponse(status=400)
    return HttpResponse()


def _secret_fits(request: HttpRequest, in_path: str) -> bool:
    """Whether the secret came in the header, the query or the path; all are compared."""
    expected = settings.GUPSHUP_WEBHOOK_SECRET
    given = (request.headers.get("X-Webhook-Secret", ""), request.GET.get("secret", ""), in_path)
    fits = [constant_time_compare(candidate, expected) for candidate in given]
    return not expected or any(fits)


def _bounded_body(request: HttpRequest) -> bytes:
    """At most one byte more than the limit is kept; an oversized rest is read and dropped.

    A sender whose body is left unread sees its connection break instead of the 413.
    A body cut off by the sender counts as empty.
    """
    stream: Any = request
    if request.META.get("wsgi.input_terminated"):  # gunicorn: a chunked body has no length
        stream = request.META["wsgi.input"]
    try:
        body: bytes = stream.read(BODY_LIMIT + 1)
        dropped = 0
        while len(body) > BODY_LIMIT and dropped < _DRAIN_LIMIT:
            chunk = stream.read(_CHUNK)
            if not chunk:
                break
            dropped += len(chunk)
    except OSError:
        return b""
    return body
