"""How django-unfold dresses the admin: brand, one accent colour, the tabs' maker."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Teal, darkened so that white text on 600 keeps a contrast above 4.5.
_ACCENT = {
    "50": "#effcf9",
    "100": "#d0f7ee",
    "200": "#a2eede",
    "300": "#6bdecb",
    "400": "#34c3b1",
    "500": "#149e8f",
    "600": "#0b776d",
    "700": "#0c5f58",
    "800": "#0f4b47",
    "900": "#113f3c",
    "950": "#042625",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Parchi",
    "SITE_HEADER": "Parchi",
    "SITE_SUBHEADER": _("Order desk"),
    "SITE_SYMBOL": "receipt_long",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("desk/icon.svg")}
    ],
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": lambda request: reverse("set_language")},
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _ACCENT},
    "STYLES": [
        lambda request: static("desk/desk.css"),
        lambda request: static("desk/lists.css"),
        lambda request: static("desk/finder.css"),
    ],
    "SCRIPTS": [
        lambda request: static("desk/desk.js"),
        lambda request: static("desk/finder.js"),
        lambda request: static("desk/list.js"),
        lambda request: static("desk/toast.js"),
    ],
    "DASHBOARD_CALLBACK": "config.dashboard.home",
    "TABS": "config.navigation.tabs",
}
