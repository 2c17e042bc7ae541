"""Confirming an e-mail, forgotten passwords and usernames, by mail."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from config.account_mail import sweep_account_messages
from customers.account_messages import send_account_message
from customers.models import AccountMessage, Shop, User
from customers.recovery import ask_for_reset, reset_password, verify_email
from customers.staff import change_staff
from orders.models import Order
from tests.factories import PASSWORD, ProductFactory, UserFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from tests.orders.racing import kinds, race

pytestmark = pytest.mark.django_db

AUTH = "/api/auth"
NEW = "saffron-monsoon-77"
REGISTRATION = {"username": "sunita", "password": NEW, "email": "sunita@example.in"}


@pytest.fixture
def anybody(db):
    return APIClient()


def error_of(response):
    [error] = response.json()["errors"]
    return response.status_code, error["code"]


def mailed(to: str) -> list[str]:
    """Subjects of the mails to an address, once the queue is empty."""
    run_jobs()
    return [one.subject for one in mail.outbox if one.to == [to]]


def token_mailed() -> str:
    """The token in the newest mail that has one."""
    run_jobs()
    found = [re.findall(r"^[\w-]{43}$", one.body, re.MULTILINE) for one in mail.outbox]
    return [token for tokens in found for token in tokens][-1]


def signs_in(username: str, password: str) -> bool:
    body = {"username": username, "password": password}
    return APIClient().post(f"{AUTH}/token", body).status_code == 200


# Confirming the e-mail ----------------------------------------------------------------------


def test_who_registers_signs_in_at_once_and_confirms_the_e_mail_by_a_mailed_link(anybody):
    profile = anybody.post(f"{AUTH}/register", REGISTRATION).json()
    assert profile["emailVerified"] is False
    assert signs_in("sunita", NEW)
    assert mailed("sunita@example.in") == ["My shop: Confirm your e-mail"]
    response = anybody.post(f"{AUTH}/email/verify", {"token": token_mailed()})
    assert (response.status_code, response.json()) == (200, {"message": "The e-mail is confirmed."})
    assert User.objects.get().email_verified_at is not None


def test_a_link_works_once(anybody):
    anybody.post(f"{AUTH}/register", REGISTRATION)
    token = token_mailed()
    assert anybody.post(f"{AUTH}/email/verify", {"token": token}).status_code == 200
    again = anybody.post(f"{AUTH}/email/verify", {"token": token})
    assert error_of(again) == (400, "invalid_token")


def test_a_link_ends_after_a_day_and_another_is_sent_on_demand(anybody, clock):
    anybody.post(f"{AUTH}/register", REGISTRATION)
    token = token_mailed()
    AccountMessage.objects.update(expires_at=timezone.now())
    assert error_of(anybody.post(f"{AUTH}/email/verify", {"token": token})) == (
        400,
        "invalid_token",
    )
    signed_in = APIClient()
    signed_in.force_authenticate(User.objects.get())
    assert signed_in.post(f"{AUTH}/email/resend").status_code == 202
    assert anybody.post(f"{AUTH}/email/verify", {"token": token_mailed()}).status_code == 200


def test_a_link_of_another_kind_confirms_nothing(anybody, buyer_user):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    refused = anybody.post(f"{AUTH}/email/verify", {"token": token_mailed()})
    assert error_of(refused) == (400, "invalid_token")


def test_a_link_to_an_e_mail_that_is_not_the_accounts_any_more_confirms_nothing(buyer_user):
    buyer = APIClient()
    buyer.force_authenticate(buyer_user)
    buyer.post(f"{AUTH}/email/resend")
    token = token_mailed()
    buyer.patch(f"{AUTH}/me", {"email": "farida@textiles.example"})
    assert error_of(buyer.post(f"{AUTH}/email/verify", {"token": token})) == (400, "invalid_token")


def test_the_link_leads_to_the_storefront_where_there_is_one(anybody, settings):
    settings.STOREFRONT_URL = "https://kurtas.example.in/"
    anybody.post(f"{AUTH}/register", REGISTRATION)
    run_jobs()
    assert re.search(
        r"^https://kurtas\.example\.in/verify-email\?token=[\w-]{43}$",
        mail.outbox[0].body,
        re.MULTILINE,
    )


def test_confirming_the_e_mail_links_what_was_ordered_with_it_as_a_guest(anybody, units):
    kurta = ProductFactory(stock=9)
    basket = {
        "customerName": "Sunita Rao",
        "customerPhone": "98200 41234",
        "items": [{"productId": kurta.pk, "quantity": 1}],
    }
    for email in ("Sunita@Example.in", "sunita@example.in", "somebody@else.example"):
        posted = anybody.post("/api/orders", {**basket, "customerEmail": email}, format="json")
        assert posted.status_code == 201
    anybody.post(f"{AUTH}/register", REGISTRATION)
    signed_in = APIClient()
    signed_in.force_authenticate(User.objects.get())
    assert signed_in.get("/api/orders").json()["count"] == 0
    anybody.post(f"{AUTH}/email/verify", {"token": token_mailed()})
    assert signed_in.get("/api/orders").json()["count"] == 2
    order = Order.objects.filter(customer_verified=True).first()
    assert order.customer.user == User.objects.get()
    assert order.history.first().history_change_reason == "claimed"
    assert order.events.last().kind == "claimed"


# A forgotten password ------------------------------------------------------------------------


@pytest.mark.parametrize("identifier", ["farida", "Farida@Example.in"])
def test_a_mailed_link_sets_a_new_password_and_ends_every_token(anybody, buyer_user, identifier):
    pair = anybody.post(f"{AUTH}/token", {"username": "farida", "password": PASSWORD}).json()
    asked = anybody.post(f"{AUTH}/password/forgot", {"identifier": identifier})
    assert asked.status_code == 202
    body = {"token": token_mailed(), "password": NEW}
    assert anybody.post(f"{AUTH}/password/reset", body).status_code == 200
    assert (signs_in("farida", PASSWORD), signs_in("farida", NEW)) == (False, True)
    refresh = anybody.post(f"{AUTH}/token/refresh", {"refresh": pair["refresh"]})
    assert refresh.status_code == 401
    assert "My shop: Your password was changed" in mailed("farida@example.in")
    buyer_user.refresh_from_db()
    assert buyer_user.email_verified_at is not None
    assert error_of(anybody.post(f"{AUTH}/password/reset", body)) == (400, "invalid_token")


def test_a_weak_password_is_refused_and_leaves_the_link_good(anybody, buyer_user):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    token = token_mailed()
    weak = anybody.post(f"{AUTH}/password/reset", {"token": token, "password": "12345678"})
    assert error_of(weak) == (400, "weak_password")
    assert (
        anybody.post(f"{AUTH}/password/reset", {"token": token, "password": NEW}).status_code == 200
    )


def test_a_link_for_a_password_ends_within_the_hour(anybody, buyer_user):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    token = token_mailed()
    lasts = AccountMessage.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)
    AccountMessage.objects.update(expires_at=timezone.now())
    late = anybody.post(f"{AUTH}/password/reset", {"token": token, "password": NEW})
    assert error_of(late) == (400, "invalid_token")
    assert signs_in("farida", PASSWORD)


@pytest.mark.parametrize("change", ["password", "email"])
def test_a_changed_password_or_e_mail_ends_links_that_were_sent_before(buyer_user, change):
    buyer = APIClient()
    buyer.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    token = token_mailed()
    buyer.force_authenticate(buyer_user)
    if change == "password":
        body = {"currentPassword": PASSWORD, "newPassword": "lotus-harbour-77"}
        assert buyer.post(f"{AUTH}/password", body).status_code == 204
    else:
        buyer.patch(f"{AUTH}/me", {"email": "new@textiles.example"})
    used = buyer.post(f"{AUTH}/password/reset", {"token": token, "password": NEW})
    assert error_of(used) == (400, "invalid_token")


def test_a_closed_account_gets_no_link(anybody, buyer_user):
    User.objects.update(is_active=False)
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    run_jobs()
    assert mail.outbox == []
    assert AccountMessage.objects.get().status == "nobody"


def test_staff_get_back_in_the_same_way(anybody, seller_user):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "ravi"})
    body = {"token": token_mailed(), "password": NEW}
    assert anybody.post(f"{AUTH}/password/reset", body).status_code == 200
    assert signs_in("ravi", NEW)


# Who has an account is not told ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "known", "unknown"),
    [
        ("password/forgot", {"identifier": "farida"}, {"identifier": "nobody"}),
        ("password/forgot", {"identifier": "farida@example.in"}, {"identifier": "no@body.in"}),
        ("username/forgot", {"email": "farida@example.in"}, {"email": "no@body.in"}),
    ],
)
def test_known_and_unknown_names_are_answered_alike_by_the_same_work(
    anybody, buyer_user, path, known, unknown
):
    answers = []
    for body in (known, unknown):
        with CaptureQueriesContext(connection) as asked:
            response = anybody.post(f"{AUTH}/{path}", body)
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked]
        answers.append((response.status_code, response.json(), shapes))
    assert answers[0] == answers[1]
    assert answers[0][0] == 202
    run_jobs()
    assert [one.to for one in mail.outbox] == [["farida@example.in"]]


def test_the_username_is_mailed_with_its_middle_hidden(anybody, buyer_user):
    asked = anybody.post(f"{AUTH}/username/forgot", {"email": "FARIDA@example.in"})
    assert asked.status_code == 202
    assert mailed("farida@example.in") == ["My shop: Your username"]
    assert "fa***a" in mail.outbox[0].body
    assert "farida " not in mail.outbox[0].body


def test_asking_is_throttled_for_a_name_and_for_an_address_known_or_not(anybody, settings):
    settings.THROTTLE_RATES = {
        **settings.THROTTLE_RATES,
        "recover_account": "2/hour",
        "recover_address": "5/hour",
    }
    path = f"{AUTH}/password/forgot"
    statuses = [anybody.post(path, {"identifier": "Nobody"}).status_code for _ in range(3)]
    assert statuses == [202, 202, 429]
    others = [anybody.post(path, {"identifier": f"x{n}"}).status_code for n in range(4)]
    assert others == [202, 202, 429, 429]


def test_an_account_gets_at_most_five_mails_of_a_kind_an_hour(buyer_user):
    for number in range(7):
        ask_for_reset("farida" if number % 2 else "farida@example.in")
        run_jobs()
    assert len(mail.outbox) == 5


# Told of changes ----------------------------------------------------------------------------------


def test_a_changed_e_mail_is_told_to_the_one_before_and_confirmed_anew(buyer_api, buyer_user):
    User.objects.update(email_verified_at=timezone.now())
    buyer_user.refresh_from_db()
    changed = buyer_api.patch(f"{AUTH}/me", {"email": "farida@textiles.example"})
    assert changed.json()["emailVerified"] is False
    assert mailed("farida@example.in") == ["My shop: Your e-mail was changed"]
    assert mailed("farida@textiles.example") == ["My shop: Confirm your e-mail"]


def test_a_changed_phone_is_told_by_mail_and_not_confirmed_any_more(buyer_api, buyer_user):
    buyer_user.phone, buyer_user.phone_verified_at = "+919820041234", timezone.now()
    buyer_user.save()
    changed = buyer_api.patch(f"{AUTH}/me", {"phone": "98200 41235"})
    assert changed.json()["phoneVerified"] is False
    assert mailed("farida@example.in") == ["My shop: Your phone number was changed"]


def test_a_changed_password_is_told_whoever_changed_it(admin_desk, admin_user, seller_user):
    change_staff(seller_user, {"password": NEW}, by=admin_user)
    body = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    page = f"/admin/customers/user/{seller_user.pk}/password/"
    assert admin_desk.post(page, body).status_code == 302
    assert mailed("ravi@example.in") == ["My shop: Your password was changed"] * 2


def test_what_did_not_change_is_not_told(buyer_api):
    buyer_api.patch(f"{AUTH}/me", {"firstName": "Farida", "email": "Farida@example.in"})
    run_jobs()
    assert mail.outbox == []


def test_a_mail_is_in_the_accounts_language(anybody, buyer_user):
    Shop.current()
    Shop.objects.update(name="Kurta House")
    anybody.post(f"{AUTH}/username/forgot", {"email": "farida@example.in"})
    assert mailed("farida@example.in") == ["Kurta House: Your username"]


# Kept as hashes, found again by the sweep ---------------------------------------------------------


def everything_stored() -> str:
    """All rows of the tables that could hold a secret, as text."""
    tables = ("customers_accountmessage", "procrastinate_jobs", "procrastinate_events")
    tables += ("customers_user", "customers_historicaluser", "whatsapp_message")
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_no_token_is_stored_or_logged(anybody, buyer_user, caplog):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    token = token_mailed()
    assert token not in everything_stored() + caplog.text
    anybody.post(f"{AUTH}/password/reset", {"token": token, "password": NEW})
    assert token not in everything_stored() + caplog.text


def test_a_message_whose_job_was_lost_is_found_by_the_sweep(anybody, buyer_user):
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    lose_jobs()
    later = timezone.now() + timedelta(minutes=2)
    assert sweep_account_messages(later)["account_messages_requeued"] == 1
    assert sweep_account_messages(later)["account_messages_requeued"] == 0
    assert mailed("farida@example.in") == ["My shop: Choose a new password"]


def test_a_mail_server_that_fails_is_tried_again_and_given_up_at_last(
    anybody, buyer_user, monkeypatch
):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError("no server for secret words")

    monkeypatch.setattr("customers.letters.EmailMessage.send", fail)
    anybody.post(f"{AUTH}/password/forgot", {"identifier": "farida"})
    run_jobs()
    message = AccountMessage.objects.get()
    assert (message.status, message.last_error) == ("due", "ConnectionRefusedError")
    assert [name for name, _, _ in waiting_jobs()] == ["customers.send_account_message"]
    run_jobs(also_later=True)
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("failed", 8)


def test_without_a_mail_server_production_says_so(buyer_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    ask_for_reset("farida")
    run_jobs()
    message = AccountMessage.objects.get()
    assert (message.status, message.last_error) == ("failed", "No mail server is set (EMAIL_URL).")


def test_a_message_that_was_sent_is_not_sent_twice(buyer_user):
    message = ask_for_reset("farida")
    run_jobs()
    send_account_message(str(message.pk))
    assert len(mail.outbox) == 1


def test_messages_are_forgotten_after_a_week(buyer_user):
    message = ask_for_reset("farida")
    run_jobs()
    soon = message.created_at + timedelta(days=6)
    assert sweep_account_messages(soon)["account_messages_forgotten"] == 0
    later = message.created_at + timedelta(days=8)
    assert sweep_account_messages(later)["account_messages_forgotten"] == 1


# Two at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_two_who_use_one_link_at_once_one_sets_the_password(units):
    UserFactory(username="farida", role="buyer")
    ask_for_reset("farida")
    token = token_mailed()
    passwords = [f"lotus-harbour-{n}" for n in range(4)]
    results = race(*(partial(reset_password, token, password=one) for one in passwords))
    assert kinds(results) == {"InvalidToken": 3, "User": 1}
    assert sum(signs_in("farida", one) for one in passwords) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_two_who_confirm_at_once_one_does(units):
    UserFactory(username="farida", role="buyer")
    APIClient().post(f"{AUTH}/register", REGISTRATION)
    token = token_mailed()
    results = race(*(partial(verify_email, token) for _ in range(4)))
    assert kinds(results) == {"InvalidToken": 3, "User": 1}
