"""The admin's site: Unfold's, with the desk's sidebar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

from config.login import ThrottledLoginForm
from config.navigation import sidebar


class DeskSite(UnfoldAdminSite):
    """Each page asks it for what stands around it, so it does little: 15 ms without this."""

    login_form = ThrottledLoginForm

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """What an app's own page lists; no other page shows all apps' tables."""
        return super().get_app_list(request, app_label) if app_label else []

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Our links know where they are; Unfold holds each of them against each tab."""
        return sidebar(request)
