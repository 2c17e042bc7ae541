"""Both doors, the token and the admin's login, count tries by account and by address."""

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from tests.factories import PASSWORD, UserFactory
from tests.orders.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(settings):
    def change(**rates):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, **rates}

    return change


def token(username, password="wrong", address="10.0.0.1"):
    body = {"username": username, "password": password}
    return APIClient(REMOTE_ADDR=address).post("/api/auth/token", body)


def admin_login(username, password="wrong", address="10.0.0.1"):
    body = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/", body)


def test_an_account_is_shut_after_too_many_tries_from_anywhere(rates, seller_user):
    rates(login_account="3/min")
    for number, login in enumerate(("ravi", "ravi@example.in", "RAVI@example.in")):
        assert token(login, address=f"10.0.0.{number}").status_code == 401
    refused = token("ravi", PASSWORD, address="10.9.9.9")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused.json()["errors"][0]["code"] == "throttled"


@pytest.fixture
def shared_cache(settings):
    """The one of the web processes, as settings.py has it."""
    table = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "customers_cache",
    }
    settings.CACHES = {"default": table}
    cache.clear()
    yield
    cache.clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_tries_at_the_same_moment_are_each_counted(rates, units, shared_cache):
    rates(login_account="3/min")
    UserFactory(username="meera")
    answers = race(*[lambda: token("meera").status_code] * 8)
    assert sorted(answers) == [401] * 3 + [429] * 5


def test_another_account_is_not_shut_with_it(rates, seller_user):
    rates(login_account="1/min")
    UserFactory(username="meera")
    token("ravi")
    assert token("ravi", PASSWORD).status_code == 429
    assert token("meera", PASSWORD).status_code == 200


def test_unknown_names_count_in_any_case(rates):
    rates(login_account="1/min")
    assert token("nobody").status_code == 401
    assert token("NOBODY").status_code == 429


def test_an_address_is_shut_after_too_many_names(rates, seller_user):
    rates(login_address="2/min")
    token("one")
    token("two")
    assert token("ravi", PASSWORD).status_code == 429
    assert token("ravi", PASSWORD, address="10.0.0.2").status_code == 200


def test_the_admins_login_says_clearly_that_it_was_too_often(rates, seller_user):
    rates(login_account="2/min")
    assert admin_login("ravi").status_code == 200
    assert admin_login("ravi").status_code == 200
    refused = admin_login("ravi", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 61
    assert "Too many tries to sign in. Please wait" in refused.content.decode()
    assert "_auth_user_id" not in refused.client.session


def test_both_doors_share_one_count(rates, seller_user):
    rates(login_account="2/min")
    token("ravi")
    admin_login("ravi@example.in")
    assert token("ravi", PASSWORD).status_code == 429
    assert admin_login("ravi", PASSWORD).status_code == 429


def test_the_admins_login_lets_staff_in_and_nobody_else(seller_user, buyer_user):
    User.objects.create_user("idle", None, PASSWORD, role="seller", is_active=False)
    assert admin_login("ravi", PASSWORD)["Location"] == "/admin/"
    assert admin_login("RAVI@example.in", PASSWORD).status_code == 302
    for refused in (admin_login("farida", PASSWORD), admin_login("idle", PASSWORD)):
        assert refused.status_code == 200
        assert "_auth_user_id" not in refused.client.session


def test_the_login_page_itself_is_never_counted(rates):
    rates(login_address="1/min")
    assert [Client().get("/admin/login/").status_code for _ in range(3)] == [200, 200, 200]


def test_registering_is_throttled_by_address(rates):
    rates(register="1/hour")
    body = {"username": "sunita", "password": "saffron-monsoon-77", "email": "s@example.in"}
    assert APIClient().post("/api/auth/register", body).status_code == 201
    refused = APIClient().post("/api/auth/register", {**body, "username": "b", "email": "b@b.in"})
    assert refused.status_code == 429


def test_guessing_the_present_password_is_throttled(rates, seller_api):
    rates(login_account="1/min")
    body = {"currentPassword": "wrong", "newPassword": "saffron-monsoon-77"}
    assert seller_api.post("/api/auth/password", body).status_code == 400
    assert seller_api.post("/api/auth/password", body).status_code == 429
