"""Every request runs by the shop's clock."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from customers.manner import in_shops_zone


class ShopZoneMiddleware:
    """Days begin, and times are shown, as the shop's clock says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with in_shops_zone():
            return self.get_response(request)
