"""Every page and bulk action of the admin, walked by four people; the tables say who is let in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from customers.models import Customer, User
from customers.roles import STAFF_APPS
from tests.config.admin_doors import ACTIONS, DOORS
from tests.config.admin_rows import admin_rows

WHO = {  # in the tables → nobody, buyer, seller, admin
    "all": ("in", "in", "in", "in"),
    "staff": ("login", "login", "in", "in"),
    "admin": ("login", "login", "no", "in"),
    "none": ("login", "login", "no", "no"),
}
# What else stands in a path, and whose row it is.
ROWS = {"customer_id": "customers/customer", "other_id": "customers/customer"}
WORDS = {
    "merge_id": "987654",
    "what": "discard",
    "version": "0",
    "form": "csv",
    "listing": "orders.order",
    "content_type_id": "1",
    "app_label": "orders",
    "url": "no-such-page/",
}
SENT = {"whatsapp/template/": {"sync": "1"}}  # elsewhere an empty form


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def admin_routes() -> set[str]:
    """What the desk serves beneath /admin/, without that beginning; and the simulator."""
    own = {route for route in routes(get_resolver().url_patterns) if route.startswith("admin/")}
    return {route.removeprefix("admin/") for route in own} | {"/simulator"}


def path_of(route: str, rows: dict[str, int]) -> str:
    """The route's path with the keys of rows that there are."""
    table = table_of(route)

    def sample(match: re.Match[str]) -> str:
        name = match["name"]
        return WORDS.get(name) or str(rows.get(ROWS.get(name, table), 1))

    route = re.sub(r"\(\?P<(?P<name>\w+)>[^)]*\)", sample, route)
    path = re.sub(r"<(?:\w+:)?(?P<name>\w+)>", sample, route).replace("^", "").replace("$", "")
    return path if path.startswith("/") else f"/admin/{path}"


def table_of(route: str) -> str:
    """``app/model`` of its pages; every other route is its own."""
    first, *others = route.split("/")
    own = others and first in STAFF_APPS and "<" not in others[0]
    return f"{first}/{others[0]}" if own else route


def who_gets_in(people: list[Any], route: str, rows: dict[str, int]) -> tuple[str, str]:
    """By GET and by POST, in the words of WHO; nothing that a call does stays."""
    answers = []
    for method in ("GET", "POST"):
        found = []
        for person in people:
            with transaction.atomic():
                found.append(outcome(person, method, path_of(route, rows), SENT.get(route, {})))
                transaction.set_rollback(True)
        names = [name for name, outcomes in WHO.items() if outcomes == tuple(found)]
        answers.append(names[0] if names else str(found))
    return answers[0], answers[1]


def outcome(person: Any, method: str, path: str, sent: dict[str, str]) -> str:
    """What the view does with the call; its page is not drawn, which would take minutes."""
    request = RequestFactory().generic(method, path) if method == "GET" else _post(path, sent)
    request.user, request.session = person, SessionStore()
    request._messages = FallbackStorage(request)
    match = request.resolver_match = resolve(path)
    try:
        answer = match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return "no"
    except Http404:
        return "in"
    if answer.status_code == 302 and answer["Location"].startswith("/admin/login/"):
        return "login"
    return "no" if answer.status_code == 403 else "in"


def _post(path: str, sent: dict[str, str]) -> Any:
    request = RequestFactory().post(path, sent)
    request._dont_enforce_csrf_checks = True
    return request


@pytest.fixture
def people(buyer_user, seller_user, admin_user):
    return [AnonymousUser(), buyer_user, seller_user, admin_user]


def test_every_door_of_the_admin_stands_in_the_table():
    assert sorted(admin_routes() ^ set(DOORS)) == []


@pytest.mark.parametrize("table", sorted({table_of(route) for route in DOORS}))
def test_the_doors_of_a_table_let_in_who_is_written_there(people, table):
    rows = admin_rows()
    doors = {route: who for route, who in DOORS.items() if table_of(route) == table}
    assert {route: who_gets_in(people, route, rows) for route in doors} == doors


def actions_of(model_admin, user: User) -> set[str]:
    request = RequestFactory().get("/")
    request.user = user
    return set(model_admin.get_actions(request))


def test_every_bulk_action_is_offered_to_who_the_table_says(seller_user, admin_user):
    found = {
        (model._meta.label, action): "staff" if action in sellers else "admin"
        for model, model_admin in admin.site._registry.items()
        for sellers in [actions_of(model_admin, seller_user)]
        for action in actions_of(model_admin, admin_user) | sellers
    }
    assert found == ACTIONS


@pytest.mark.parametrize(
    ("table", "action"), sorted(key for key, who in ACTIONS.items() if who == "admin")
)
def test_a_seller_does_not_get_an_owners_action_by_posting_it(seller_desk, table, action):
    rows = admin_rows()
    app, model = table.lower().split(".")
    chosen = {"action": action, "_selected_action": [rows[f"{app}/{model}"]], "post": "yes"}
    before = list(Customer.objects.order_by("pk").values())
    seller_desk.post(f"/admin/{app}/{model}/", chosen)
    assert list(Customer.objects.order_by("pk").values()) == before


def test_no_page_has_unfold_buttons_that_the_table_does_not_know():
    buttons = ("actions_list", "actions_row", "actions_detail", "actions_submit_line")
    for model_admin in admin.site._registry.values():
        assert [list(getattr(model_admin, name)) for name in buttons] == [[], [], [], []]


def test_a_seller_is_shown_no_link_that_refuses(seller_desk, seller_user):
    rows = admin_rows()
    found: dict[str, str] = {}
    for route, (who, _) in DOORS.items():
        if who != "staff" or route.endswith(("<path:object_id>/", "history/", "delete/")):
            continue
        page = seller_desk.get(path_of(route, rows)).content.decode()
        for link in set(re.findall(r'href="(/admin/[^"?#]*)', page)) - set(found):
            found[link] = outcome(seller_user, "GET", link, {})
    assert len(found) > 60
    assert [link for link, what in found.items() if what == "no"] == []
