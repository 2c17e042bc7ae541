"""Every path of the desk, walked: who is let in stands in the lists below and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {
    "int": "987654",
    "uuid": "5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11",
    "slug": "x",
    "str": "x",
    "path": "x",
}

# Whoever asks may call these; each says elsewhere what it asks for instead.
PUBLIC = {
    "GET api/schema",
    "GET api/docs",
    "POST api/auth/token",
    "POST api/auth/token/refresh",
    "POST api/auth/token/blacklist",
    "POST api/auth/register",
    "POST api/auth/register/checkout",
    "POST api/auth/email/verify",
    "POST api/auth/password/forgot",
    "POST api/auth/password/reset",
    "POST api/auth/password/reset-by-phone",
    "POST api/auth/username/forgot",
    "POST api/auth/username/by-phone",
    "POST api/auth/phone/code",
    "POST api/auth/phone/verify",
    "GET api/products",
    "GET api/products/<int:pk>",
    "GET api/products/sku/<path:sku>",
    "GET api/products/featured",
    "GET api/products/<int:pk>/thumbnail",
    "GET api/products/<int:pk>/images/<int:image_id>",
    "GET api/categories",
    "POST api/orders",
    "GET api/orders/track",
    "GET api/esb/v2/order/<uuid:order_id>",
    "POST api/esb/v2/order/<uuid:order_id>",
    "GET _ah/api/esb/v2/order/<uuid:order_id>",
    "GET shop/logo",
    "GET track",
    "POST track",
    "POST _ah/api/esb/v2/order/<uuid:order_id>",
}
# The root leads to the admin; the webhook answers nobody anything (tests/whatsapp).
PAGES = ("admin/", "simulator")
NOT_WALKED = ("admin", "simulator", "gupshup_incoming_webhook")
# Whoever is signed in; a buyer sees own rows only, which the app's tests show.
SIGNED_IN = {
    "GET api/auth/me",
    "PATCH api/auth/me",
    "POST api/auth/password",
    "POST api/auth/email/resend",
    "POST api/auth/phone/confirm",
    "GET api/orders",
    "GET api/orders/my-orders",
    "GET api/orders/<uuid:pk>",
    "GET api/orders/<uuid:pk>/timeline",
    "POST api/orders/<uuid:pk>/cancel",
    "POST api/orders/<uuid:pk>/reorder",
}
ADMIN_FOR_ALL = {"admin/login/", "admin/logout/", "admin/jsi18n/"}


@dataclass(frozen=True)
class Door:
    route: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def url(self) -> str:
        path = self.route
        for kind, sample in SAMPLES.items():
            while f"<{kind}:" in path:
                start = path.index(f"<{kind}:")
                path = path[:start] + sample + path[path.index(">", start) + 1 :]
        return f"/{path}"


def routes(patterns, prefix="") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


def methods_of(pattern: URLPattern) -> tuple[str, ...]:
    actions = getattr(pattern.callback, "actions", None)  # a viewset's
    if actions:
        return tuple(method.upper() for method in actions)
    view = getattr(pattern.callback, "cls", getattr(pattern.callback, "view_class", None))
    return tuple(m for m in METHODS if view is None or hasattr(view, m.lower()))


ROUTES = list(routes(get_resolver().url_patterns))
DOORS = sorted(
    (
        Door(route, method)
        for route, pattern in ROUTES
        if route and not route.startswith(NOT_WALKED)
        for method in methods_of(pattern)
    ),
    key=str,
)
ADMIN_PAGES = sorted(
    {
        Door(route, "GET").url
        for route, _ in ROUTES
        if route.startswith(PAGES)
        and route not in ("admin",)
        and route not in ADMIN_FOR_ALL
        and "(?P" not in route
    }
)


def call(client: APIClient, door: Door) -> int:
    return client.generic(door.method, door.url, "{}", "application/json").status_code


@pytest.mark.parametrize("door", [d for d in DOORS if str(d) not in PUBLIC], ids=str)
def test_a_stranger_is_sent_away(guest_api, door):
    assert call(guest_api, door) == 401


@pytest.mark.parametrize("door", [d for d in DOORS if str(d) not in PUBLIC | SIGNED_IN], ids=str)
def test_a_buyer_stays_out_of_the_back_office(buyer_api, door):
    assert call(buyer_api, door) == 403


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_an_admin_page_is_shown_to_staff_only(buyer_user, page):
    page = page.replace("<path:object_id>", "987654").replace("<id>", "1")
    assert Client().get(page)["Location"].startswith("/admin/login/?next=")
    buyer = Client()
    buyer.force_login(buyer_user)
    assert buyer.get(page)["Location"].startswith("/admin/login/?next=")


def test_the_lists_name_doors_that_exist():
    assert sorted((PUBLIC | SIGNED_IN) - {str(door) for door in DOORS}) == []
    assert "/admin/" in ADMIN_PAGES
