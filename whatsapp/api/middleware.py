"""Two promises about the webhook's path that hold whatever happens inside."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

WEBHOOK_PATH = "/gupshup_incoming_webhook"


class SilentWebhookMiddleware:
    """Empties every answer of the webhook's path, and keeps its secret out of the logs.

    Stands first: Gupshup may hand any body to the customer as a chat message,
    so pages for a bad host, an unknown sub-path or a crash must go out empty too.
    Django logs ``request.path`` and routes by ``path_info``: only the former is cut.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(WEBHOOK_PATH):
            return self.get_response(request)
        request.path = WEBHOOK_PATH
        response = self.get_response(request)
        response.content = b""
        response["Content-Length"] = "0"
        return response
