"""The shop's logo, for customers' pages: whoever asks may see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_control

from customers.errors import NoLogo
from customers.shopkeeping import read_logo


@method_decorator(cache_control(public=True, max_age=86400), name="get")
class LogoView(View):
    """GET answers the picture; its address changes with it (customers.shopkeeping.logo_url)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            content, kind = read_logo()
        except NoLogo as error:
            raise Http404(str(error)) from error
        return HttpResponse(
            content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"}
        )
