"""The shop's staff over HTTP: who keeps the accounts, and that an admin always remains."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.models import User
from tests.customers.test_accounts_api import NEW_PASSWORD, bearer, error_of, sign_in
from tests.desk import text_of
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/api/staff/users"


def path_of(user: User) -> str:
    return f"{USERS}/{user.pk}"


def test_an_admin_sees_the_staff_and_no_buyers(admin_api, admin_user, seller_user, buyer_user):
    body = admin_api.get(USERS).json()
    assert [row["username"] for row in body["users"]] == ["meera", "ravi"]
    assert body["total"] == 2
    assert set(body["users"][0]) == {
        *("id", "username", "email", "full_name", "first_name", "last_name", "role"),
        *("is_active", "created_at", "updated_at"),
    }
    assert admin_api.get(path_of(buyer_user)).status_code == 404


def test_the_list_asks_the_database_as_often_for_many(admin_api, django_assert_num_queries):
    with django_assert_num_queries(2):
        admin_api.get(USERS)
    UserFactory.create_batch(5)
    with django_assert_num_queries(2):
        admin_api.get(USERS)


def test_somebody_new_is_made_and_signs_in(admin_api, admin_user):
    body = {
        **{"username": "kavya", "password": NEW_PASSWORD, "email": "Kavya@EXAMPLE.in"},
        **{"full_name": "Kavya  Devi Rao"},
    }
    made = admin_api.post(USERS, body)
    shown = ("username", "email", "first_name", "last_name", "full_name", "role", "is_active")
    assert made.status_code == 201
    assert [made.json()[key] for key in shown] == [
        *("kavya", "Kavya@example.in", "Kavya Devi", "Rao", "Kavya Devi Rao", "seller", True)
    ]
    assert sign_in("kavya", NEW_PASSWORD).status_code == 200
    assert User.objects.get(username="kavya").history.earliest().history_user == admin_user


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({"username": "ravi"}, "username", "unique"),
        ({"email": "RAVI@example.in"}, "email", "unique"),
        ({"username": "somebody@else.in"}, "username", "invalid"),
        ({"password": "12345678"}, "password", "weak_password"),
        ({"role": "buyer"}, "role", "invalid_choice"),
        ({"role": ["admin"]}, "role", "invalid_choice"),
        ({"email": "no address"}, "email", "invalid"),
        ({"username": ""}, "username", "blank"),
        ({"password": None}, "password", "null"),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_none_is_made(
    admin_api, seller_user, body, attr, code
):
    sent = {"username": "kavya", "password": NEW_PASSWORD, **body}
    assert error_of(admin_api.post(USERS, sent))[:3] in [(400, code, attr)]
    assert User.objects.count() == 2


def test_an_account_is_edited_by_an_admin(admin_api, admin_user, seller_user):
    body = admin_api.patch(
        path_of(seller_user), {"first_name": "Ravi", "role": "admin", "password": NEW_PASSWORD}
    ).json()
    assert (body["first_name"], body["role"]) == ("Ravi", "admin")
    assert sign_in("ravi", PASSWORD).status_code == 401
    assert sign_in("ravi", NEW_PASSWORD).status_code == 200
    changed = seller_user.history.filter(history_user=admin_user).get()
    assert (changed.role, changed.first_name) == ("admin", "Ravi")


def test_a_deactivated_account_is_out_at_once(admin_api, seller_user):
    access = sign_in("ravi").json()["access"]
    answer = admin_api.delete(path_of(seller_user))
    assert (answer.status_code, answer.json()) == (200, {"message": "ravi is deactivated."})
    assert bearer(access).get("/api/staff/me").status_code == 401
    assert sign_in("ravi").status_code == 401
    assert admin_api.get(path_of(seller_user)).json()["is_active"] is False
    assert admin_api.patch(path_of(seller_user), {"is_active": True}).json()["is_active"] is True
    assert sign_in("ravi").status_code == 200


@pytest.mark.parametrize("body", [{"role": "seller"}, {"is_active": False}])
def test_the_last_admin_stays(admin_api, admin_user, body):
    UserFactory(username="gone", role="admin", is_active=False)
    answer = admin_api.patch(path_of(admin_user), body)
    assert error_of(answer)[:2] == (409, "last_admin")
    assert admin_api.delete(path_of(admin_user)).status_code == 409
    admin_user.refresh_from_db()
    assert (admin_user.role, admin_user.is_active) == ("admin", True)


def test_nobody_takes_their_own_account_away(admin_api, admin_user):
    UserFactory(username="second", role="admin")
    assert error_of(admin_api.delete(path_of(admin_user)))[:2] == (409, "own_account")
    assert admin_api.patch(path_of(admin_user), {"role": "seller"}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_a_seller_keeps_no_accounts(seller_api, seller_user, method):
    path = USERS if method == "post" else path_of(seller_user)
    assert getattr(seller_api, method)(path, {}).status_code == 403


def test_the_admin_page_keeps_the_last_admin_too(admin_desk, admin_user):
    page = reverse("admin:customers_user_change", args=[admin_user.pk])
    form = {"username": "meera", "role": "seller", "language": "", "is_active": "on"}
    answer = admin_desk.post(page, form)
    assert "This is the shop&#x27;s last admin" in text_of(answer)
    admin_user.refresh_from_db()
    assert admin_user.role == "admin"
    delete = reverse("admin:customers_user_delete", args=[admin_user.pk])
    assert admin_desk.post(delete, {"post": "yes"}).status_code == 403


# The own account -----------------------------------------------------------------------------


def test_the_own_profile_is_kept_by_oneself(seller_api, seller_user):
    shown = seller_api.get("/api/staff/me").json()
    assert (shown["username"], shown["role"], shown["full_name"]) == ("ravi", "seller", "")
    body = seller_api.patch(
        "/api/staff/me",
        {"new_email": "ravi.k@example.in", "full_name": "Ravi Kale", "role": "admin"},
    ).json()
    assert (body["success"], body["email"], body["full_name"], body["role"]) == (
        *(True, "ravi.k@example.in", "Ravi Kale", "seller"),
    )


def test_an_email_of_another_is_refused(seller_api, admin_user):
    answer = seller_api.patch("/api/staff/me", {"new_email": "MEERA@example.in"})
    assert error_of(answer) == (400, "unique", "email")


def test_the_own_password_is_changed_and_tokens_end(seller_user):
    access = sign_in("ravi").json()["access"]
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    path = "/api/staff/me/password"
    wrong = bearer(access).post(path, {**body, "confirm_password": "another"})
    assert error_of(wrong) == (400, "invalid", "confirm_password")
    false = bearer(access).post(
        path, {**body, "current_password": "x", "confirm_password": NEW_PASSWORD}
    )
    assert error_of(false) == (400, "wrong_password", "current_password")
    done = bearer(access).post(path, {**body, "confirm_password": NEW_PASSWORD})
    assert (done.status_code, list(done.json())) == (200, ["message"])
    assert bearer(access).get("/api/staff/me").status_code == 401
    assert sign_in("ravi", NEW_PASSWORD).status_code == 200
