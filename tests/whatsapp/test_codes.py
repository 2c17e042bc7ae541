"""Getting back in by a code to the phone: asked for, sent over WhatsApp, tried, used."""

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

from customers.account_messages import change_code
from customers.models import AccountMessage, User
from customers.recovery import reset_by_phone
from orders.models import Order
from tests.customers.test_recovery_api import NEW, error_of, everything_stored, signs_in
from tests.factories import (
    PASSWORD,
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    ProductFactory,
    UserFactory,
)
from tests.jobs import run_jobs
from tests.orders.racing import kinds, race
from whatsapp.gateway import GatewayRefused
from whatsapp.models import Message, NoticeWording, Template
from whatsapp.outbox import resend

pytestmark = pytest.mark.django_db

AUTH = "/api/auth"
PHONE = "+919820041234"


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, str]]:
    """Phone and words of what was handed to the gateway."""
    handed: list[tuple[str, str]] = []

    class Gateway:
        refusals: list[Exception] = []

        def send(self, phone, content, *, reference):
            handed.append((phone, " ".join([content.text, *getattr(content, "params", ())])))
            if self.refusals:
                raise self.refusals.pop()
            return f"g-{len(handed)}"

    monkeypatch.setattr("whatsapp.sending.get_gateway", Gateway)
    Gateway.refusals = []
    handed_gateway[:] = [Gateway]
    return handed


handed_gateway: list[type] = []


def account(phone=PHONE, **fields) -> User:
    return UserFactory(username="farida", role="buyer", phone=phone, **fields)


def writing(phone=PHONE) -> None:
    """They wrote to the shop lately, so that WhatsApp takes words."""
    customer = CustomerFactory(phone=phone, name="Farida Shaikh")
    ChatFactory(identity=IdentityFactory(customer=customer, phone=phone))


def ask(phone="98200 41234") -> dict:
    response = APIClient().post(f"{AUTH}/phone/code", {"phone": phone})
    assert response.status_code == 202
    return response.json()


def code_in(sent) -> str:
    run_jobs()
    return re.findall(r"\b\d{6}\b", sent[-1][1])[-1]


def verify(asked, code):
    body = {"requestId": asked["requestId"], "code": code}
    return APIClient().post(f"{AUTH}/phone/verify", body)


def session(sent) -> str:
    asked = ask()
    return verify(asked, code_in(sent)).json()["phoneSessionToken"]


def test_a_code_over_whatsapp_sets_a_new_password(units, sent):
    account()
    writing()
    asked = ask()
    assert asked["expiresIn"] == 600
    code = code_in(sent)
    assert sent == [
        (PHONE, f"{code} is your code at My shop. It works for 10 minutes. Tell it to nobody.")
    ]
    given = verify(asked, code)
    assert given.status_code == 200
    body = {"phoneSessionToken": given.json()["phoneSessionToken"], "password": NEW}
    assert APIClient().post(f"{AUTH}/password/reset-by-phone", body).status_code == 200
    assert (signs_in("farida", PASSWORD), signs_in("farida", NEW)) == (False, True)
    assert User.objects.get().phone_verified_at is not None
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["My shop: Your password was changed"]
    again = APIClient().post(f"{AUTH}/password/reset-by-phone", body)
    assert error_of(again) == (400, "invalid_token")


def test_a_code_tells_the_username_with_its_middle_hidden_once(units, sent):
    account()
    writing()
    body = {"phoneSessionToken": session(sent)}
    told = APIClient().post(f"{AUTH}/username/by-phone", body)
    assert (told.status_code, told.json()) == (200, {"username": "fa***a"})
    assert error_of(APIClient().post(f"{AUTH}/username/by-phone", body)) == (400, "invalid_token")


def test_a_code_confirms_the_own_phone_and_links_what_was_ordered_with_it(units, sent):
    kurta = ProductFactory(stock=9)
    user = account()
    writing()
    for phone in ("98200 41234", "98200 41299"):
        basket = {
            "customerName": "Farida",
            "customerPhone": phone,
            "items": [{"productId": kurta.pk, "quantity": 1}],
        }
        APIClient().post("/api/orders", basket, format="json")
    buyer = APIClient()
    buyer.force_authenticate(user)
    confirmed = buyer.post(f"{AUTH}/phone/confirm", {"phoneSessionToken": session(sent)})
    assert (confirmed.status_code, confirmed.json()["phoneVerified"]) == (200, True)
    assert buyer.get("/api/orders").json()["count"] == 1
    assert Order.objects.get(customer_verified=True).customer_phone == PHONE


def test_a_session_of_another_phone_confirms_nothing(units, sent):
    account()
    writing()
    other = UserFactory(username="sunita", role="buyer", phone="+919820041299")
    stranger = APIClient()
    stranger.force_authenticate(other)
    refused = stranger.post(f"{AUTH}/phone/confirm", {"phoneSessionToken": session(sent)})
    assert error_of(refused) == (400, "invalid_token")


def test_five_wrong_codes_end_the_right_one_too(units, sent):
    account()
    writing()
    asked = ask()
    code = code_in(sent)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        assert error_of(verify(asked, wrong)) == (400, "wrong_code")
    assert error_of(verify(asked, code)) == (400, "wrong_code")


def test_a_code_ends_after_ten_minutes_and_works_once(units, sent):
    account()
    writing()
    asked = ask()
    code = code_in(sent)
    AccountMessage.objects.update(expires_at=timezone.now())
    assert error_of(verify(asked, code)) == (400, "wrong_code")
    AccountMessage.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert verify(asked, code).status_code == 200
    assert error_of(verify(asked, code)) == (400, "wrong_code")


def test_a_session_ends_after_ten_minutes(units, sent):
    account()
    writing()
    token = session(sent)
    AccountMessage.objects.update(expires_at=timezone.now())
    refused = APIClient().post(f"{AUTH}/username/by-phone", {"phoneSessionToken": token})
    assert error_of(refused) == (400, "invalid_token")


def test_an_unknown_phone_is_answered_alike_by_the_same_work_at_both_steps(units, sent):
    account()
    writing()
    answers = []
    for phone in ("98200 41234", "98200 41299"):
        with CaptureQueriesContext(connection) as queries:
            asked = ask(phone)
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        run_jobs()
        with CaptureQueriesContext(connection) as queries:
            refused = verify(asked, "not it")
        tried = [query["sql"].split("WHERE")[0] for query in queries]
        tried = [re.sub(r"'[^']*'|\d+", "?", sql) for sql in tried]
        del asked["requestId"]
        answers.append((asked, shapes, refused.status_code, refused.json(), tried))
    assert answers[0] == answers[1]
    assert [phone for phone, _ in sent] == [PHONE]
    unknown = verify({"requestId": "5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11"}, "123456")
    assert error_of(unknown) == (400, "wrong_code")


def test_staff_get_no_code(units, sent):
    UserFactory(username="ravi", role="seller", phone=PHONE)
    writing()
    ask()
    run_jobs()
    assert sent == []


def test_a_phone_that_several_accounts_typed_leads_to_none_until_one_confirms_it(units, sent):
    farida = account()
    UserFactory(username="sunita", role="buyer", phone=PHONE)
    writing()
    body = {"phoneSessionToken": session(sent), "password": NEW}
    refused = APIClient().post(f"{AUTH}/password/reset-by-phone", body)
    assert error_of(refused) == (400, "no_single_account")
    buyer = APIClient()
    buyer.force_authenticate(farida)
    buyer.post(f"{AUTH}/phone/confirm", {"phoneSessionToken": session(sent)})
    body["phoneSessionToken"] = session(sent)
    assert APIClient().post(f"{AUTH}/password/reset-by-phone", body).status_code == 200
    assert signs_in("farida", NEW)


def test_no_code_is_stored_logged_or_shown_to_staff(units, sent, caplog):
    account()
    writing()
    asked = ask()
    code = code_in(sent)
    message = Message.objects.get(purpose__startswith="account-code:")
    assert message.text.startswith("•••••• is your code")
    stored = everything_stored()
    assert code not in stored + caplog.text
    token = verify(asked, code).json()["phoneSessionToken"]
    assert token not in everything_stored() + caplog.text


def test_a_message_that_is_sent_again_has_a_new_code_and_the_old_one_ends(units, sent, admin_user):
    account()
    writing()
    handed_gateway[0].refusals = [GatewayRefused("Too many at once.", permanent=True)]
    asked = ask()
    first = code_in(sent)
    resend(Message.objects.get(purpose__startswith="account-code:"), by=admin_user)
    second = code_in(sent)
    assert len(sent) == 2
    if first != second:
        assert error_of(verify(asked, first)) == (400, "wrong_code")
    assert verify(asked, second).status_code == 200


def test_a_code_that_is_not_wanted_any_more_is_not_sent(units, sent):
    account()
    writing()
    ask()
    AccountMessage.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    run_jobs()
    message = Message.objects.get(purpose__startswith="account-code:")
    assert (sent, message.status) == ([], "failed")
    assert message.last_error == "The code was asked for too long ago."


def test_outside_of_the_24_hours_the_shops_template_carries_the_code(units, sent):
    account()
    ask()
    run_jobs()
    asked = AccountMessage.objects.get()
    assert (sent, asked.status) == ([], "failed")
    assert "No template is chosen for English." in asked.last_error
    template = Template.objects.create(
        gupshup_id="0f5c8a52-6b0f-4c3a-9d55-1b7d3f0a5c11",
        name="login_code",
        language="en",
        category="authentication",
        state="approved",
        body="{{1}} is your code.",
    )
    words = NoticeWording.objects.filter(notice__event="account_code", language="en")
    words.update(template=template, variables=["code"])
    second = ask()
    code = code_in(sent)
    assert sent[0][1] == f"{code} is your code. {code}"
    assert verify(second, code).status_code == 200


def test_a_word_that_is_no_phone_is_refused(guest_api):
    refused = guest_api.post(f"{AUTH}/phone/code", {"phone": "not a phone"})
    assert error_of(refused) == (400, "invalid")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_two_who_send_the_right_code_at_once_one_gets_the_session(units, sent):
    account()
    writing()
    _with_notice()
    asked = ask()
    code = code_in(sent)
    results = race(*(partial(change_code, asked["requestId"], code) for _ in range(4)))
    assert kinds(results) == {"WrongCode": 3, "str": 1}
    [token] = [one for one in results if isinstance(one, str)]
    passwords = [f"lotus-harbour-{n}" for n in range(3)]
    results = race(*(partial(reset_by_phone, token, password=one) for one in passwords))
    assert kinds(results) == {"InvalidToken": 2, "User": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_many_guesses_at_once_are_five_at_most(units, sent):
    account()
    writing()
    _with_notice()
    asked = ask()
    code = code_in(sent)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    race(*(partial(change_code, asked["requestId"], wrong) for _ in range(8)))
    assert AccountMessage.objects.get().tries == 5
    assert error_of(verify(asked, code)) == (400, "wrong_code")


def _with_notice() -> None:
    """The rows of the migration, which a racing test before this one flushed."""
    from whatsapp.models import Notice

    notice, _ = Notice.objects.get_or_create(event="account_code")
    text = "{code} is your code at {shop_name}."
    NoticeWording.objects.get_or_create(notice=notice, language="en", defaults={"text": text})
