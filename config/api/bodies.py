"""Bodies that come in chunks, as a storefront's server passes one on that it is still reading."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse

# More than any path reads; what is cut off here each path refuses as too large.
LONGEST_BODY = 26 * 1024 * 1024


class ChunkedBodyMiddleware:
    """Gives such a body its length: Django takes one without for an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta: dict[str, Any] = request.META
        if meta.get("HTTP_TRANSFER_ENCODING") and meta.get("wsgi.input_terminated"):
            body = meta["wsgi.input"].read(LONGEST_BODY + 1)
            meta["CONTENT_LENGTH"] = str(len(body))
            meta["wsgi.input"] = request._stream = BytesIO(body)
        return self.get_response(request)
