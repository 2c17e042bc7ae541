"""Signing in, refreshing, signing out, and the own account over HTTP."""

import pytest
from rest_framework.test import APIClient

from customers.models import User
from tests.factories import PASSWORD, CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db

TOKEN = "/api/auth/token"
NEW_PASSWORD = "saffron-monsoon-77"


def sign_in(username, password=PASSWORD):
    return APIClient().post(TOKEN, {"username": username, "password": password})


def bearer(access):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def error_of(response):
    [error] = response.json()["errors"]
    return response.status_code, error["code"], error["attr"]


@pytest.mark.parametrize("role", ["buyer", "seller", "admin"])
def test_every_role_signs_in_and_reads_its_own_profile(role):
    user = UserFactory(username="meera", role=role, phone="+919812345670", first_name="Meera")
    pair = sign_in("meera").json()
    assert sorted(pair) == ["access", "refresh"]
    response = bearer(pair["access"]).get("/api/auth/me/")
    assert response.status_code == 200
    assert response.json() == {
        "id": user.pk,
        "username": "meera",
        "email": "meera@example.in",
        "phone": "+919812345670",
        "firstName": "Meera",
        "lastName": "",
        "role": role,
        "customerId": None,
        "emailVerified": False,
        "phoneVerified": False,
    }


@pytest.mark.parametrize("login", ["ravi@example.in", "RAVI@Example.IN"])
def test_an_email_in_any_case_signs_in(login):
    UserFactory(username="ravi")
    assert sign_in(login).status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [("ravi", "wrong"), ("nobody", PASSWORD), ("ravi", PASSWORD.upper()), ("", PASSWORD)],
)
def test_a_wrong_name_or_password_signs_nobody_in(username, password):
    UserFactory(username="ravi")
    response = sign_in(username, password)
    assert response.status_code in (400, 401)
    assert "access" not in response.json()


def test_an_inactive_account_does_not_sign_in():
    UserFactory(username="ravi", is_active=False)
    assert error_of(sign_in("ravi")) == (401, "no_active_account", None)


@pytest.mark.parametrize("body", [[], "ravi", {"username": ["ravi"], "password": {}}, {}, None])
def test_a_strange_body_is_a_clear_refusal(body):
    response = APIClient().post(TOKEN, body, format="json")
    assert response.status_code == 400


def test_a_refresh_token_works_once_and_gives_the_next_pair():
    UserFactory(username="ravi")
    first = sign_in("ravi").json()
    second = APIClient().post(f"{TOKEN}/refresh", {"refresh": first["refresh"]})
    assert second.status_code == 200
    assert bearer(second.json()["access"]).get("/api/auth/me").status_code == 200
    again = APIClient().post(f"{TOKEN}/refresh", {"refresh": first["refresh"]})
    assert again.status_code == 401


def test_a_blacklisted_refresh_token_is_refused():
    UserFactory(username="ravi")
    refresh = sign_in("ravi").json()["refresh"]
    assert APIClient().post(f"{TOKEN}/blacklist", {"refresh": refresh}).status_code == 200
    response = APIClient().post(f"{TOKEN}/refresh", {"refresh": refresh})
    assert error_of(response) == (401, "token_not_valid", None)


@pytest.mark.parametrize("path", ["refresh", "blacklist"])
@pytest.mark.parametrize("refresh", ["", "junk", "a.b.c", None, 7, ["x"]])
def test_a_broken_refresh_token_is_a_clear_refusal(path, refresh):
    response = APIClient().post(f"{TOKEN}/{path}", {"refresh": refresh}, format="json")
    assert response.status_code in (400, 401)


def test_the_refresh_token_of_a_deleted_or_inactive_account_is_refused():
    user = UserFactory(username="ravi")
    refresh = sign_in("ravi").json()["refresh"]
    user.is_active = False
    user.save()
    assert APIClient().post(f"{TOKEN}/refresh", {"refresh": refresh}).status_code == 401
    user.delete()
    assert APIClient().post(f"{TOKEN}/refresh", {"refresh": refresh}).status_code == 401


def test_the_profile_needs_a_token(guest_api):
    assert guest_api.get("/api/auth/me").status_code == 401
    assert guest_api.patch("/api/auth/me", {"firstName": "X"}).status_code == 401
    assert bearer("junk").get("/api/auth/me").status_code == 401


def test_the_profile_names_the_customer_that_the_account_is_proven_to_be(buyer_api, buyer_user):
    customer = CustomerFactory(user=buyer_user)
    assert buyer_api.get("/api/auth/me").json()["customerId"] == customer.pk


def test_a_profile_is_changed_in_either_case(buyer_api, buyer_user):
    changes = {"firstName": "Farida", "last_name": "Sheikh", "phone": "98200 41234"}
    response = buyer_api.patch("/api/auth/me", {**changes, "email": "farida@textiles.example"})
    assert response.status_code == 200
    assert response.json()["phone"] == "+919820041234"
    buyer_user.refresh_from_db()
    assert (buyer_user.first_name, buyer_user.last_name) == ("Farida", "Sheikh")
    assert buyer_user.email == "farida@textiles.example"


@pytest.mark.parametrize("phone", ["", None])
def test_a_phone_can_be_taken_out(buyer_api, buyer_user, phone):
    User.objects.update(phone="+919820041234")
    response = buyer_api.patch("/api/auth/me", {"phone": phone}, format="json")
    assert response.json()["phone"] is None


@pytest.mark.parametrize("field", ["role", "username"])
def test_nobody_raises_their_own_role_or_takes_another_name(buyer_api, buyer_user, field):
    response = buyer_api.patch("/api/auth/me", {field: "admin", "firstName": "Boss"})
    assert error_of(response) == (400, "fixed", field)
    buyer_user.refresh_from_db()
    assert (buyer_user.role, buyer_user.first_name) == ("buyer", "")


def test_a_whole_profile_may_be_sent_back(buyer_api):
    profile = buyer_api.get("/api/auth/me").json()
    response = buyer_api.patch("/api/auth/me", {**profile, "firstName": "Farida"}, format="json")
    assert response.json() == {**profile, "firstName": "Farida"}


def test_an_email_of_another_account_is_refused(buyer_api, seller_user):
    response = buyer_api.patch("/api/auth/me", {"email": "RAVI@example.in"})
    assert error_of(response) == (400, "unique", "email")


REGISTRATION = {
    "username": "sunita",
    "password": NEW_PASSWORD,
    "email": "sunita@example.in",
    "phone": "9820041234",
    "firstName": "Sunita",
}


def test_a_registration_makes_a_buyer_who_can_sign_in(guest_api):
    response = guest_api.post("/api/auth/register", REGISTRATION)
    assert response.status_code == 201
    user = User.objects.get()
    assert response.json() == {
        "id": user.pk,
        "username": "sunita",
        "email": "sunita@example.in",
        "phone": "+919820041234",
        "firstName": "Sunita",
        "lastName": "",
        "role": "buyer",
        "customerId": None,
        "emailVerified": False,
        "phoneVerified": False,
    }
    assert sign_in("sunita", NEW_PASSWORD).status_code == 200


def test_a_registration_takes_no_role_and_no_customer(guest_api):
    customer = CustomerFactory(phone="+919820041234")
    extra = {"role": "admin", "isStaff": True, "customerId": customer.pk}
    response = guest_api.post("/api/auth/register", {**REGISTRATION, **extra}, format="json")
    assert (response.json()["role"], response.json()["customerId"]) == ("buyer", None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"username": "RAVI"}, (400, "unique", "username")),
        ({"email": "Ravi@Example.in"}, (400, "unique", "email")),
        ({"username": "ravi@example.in"}, (400, "invalid", "username")),
        ({"username": "someone@else.example"}, (400, "invalid", "username")),
        ({"username": "two words"}, (400, "invalid", "username")),
        ({"password": "12345678"}, (400, "weak_password", "password")),
        ({"password": "sunita@example.in"}, (400, "weak_password", "password")),
        ({"email": "no-email"}, (400, "invalid", "email")),
        ({"email": ""}, (400, "blank", "email")),
        ({"phone": "123"}, (400, "invalid", "phone")),
    ],
)
def test_a_bad_registration_is_refused_by_field(guest_api, seller_user, change, expected):
    response = guest_api.post("/api/auth/register", {**REGISTRATION, **change})
    assert error_of(response) == expected
    assert list(User.objects.values_list("username", flat=True)) == ["ravi"]


def test_the_own_email_may_be_the_username(guest_api):
    body = {**REGISTRATION, "username": "Sunita@Example.in"}
    assert guest_api.post("/api/auth/register", body).status_code == 201
    assert sign_in("sunita@example.in", NEW_PASSWORD).status_code == 200


def test_a_new_password_ends_the_old_one_and_every_token():
    UserFactory(username="ravi")
    pair = sign_in("ravi").json()
    client = bearer(pair["access"])
    body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert client.post("/api/auth/password", body).status_code == 204
    assert client.get("/api/auth/me").status_code == 401
    assert sign_in("ravi").status_code == 401
    assert sign_in("ravi", NEW_PASSWORD).status_code == 200
    refreshed = APIClient().post(f"{TOKEN}/refresh", {"refresh": pair["refresh"]})
    assert refreshed.status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "expected"),
    [
        ("wrong", NEW_PASSWORD, (400, "wrong_password", "current_password")),
        (PASSWORD, "password", (400, "weak_password", "new_password")),
    ],
)
def test_a_password_change_is_refused(seller_user, current, new, expected):
    access = sign_in("ravi").json()["access"]
    body = {"current_password": current, "new_password": new}
    status, code, attr = error_of(bearer(access).post("/api/auth/password", body))
    assert (status, code, attr) == (expected[0], expected[1], attr)
    assert attr in (expected[2], "currentPassword", "newPassword")
    assert sign_in("ravi").status_code == 200
