"""The admin's login, behind the same throttles as POST /api/auth/token."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.forms import AuthenticationForm

from customers.throttling import login_wait


class ThrottledLoginForm(AuthenticationForm):
    """Refuses before it looks at the password when there were too many tries."""

    def clean(self) -> dict[str, Any]:
        if (seconds := login_wait(self.request)) is not None:
            self.request.login_wait = seconds
            raise ValidationError(
                _("Too many tries to sign in. Please wait %(seconds)s seconds and try again.")
                % {"seconds": seconds},
                code="throttled",
            )
        cleaned: dict[str, Any] = super().clean()
        return cleaned


def login(request: HttpRequest) -> HttpResponse:
    """Django's admin login; 429 with Retry-After where the form says that it was too often."""
    response = admin.site.login(request)
    if (seconds := getattr(request, "login_wait", None)) is not None:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response
