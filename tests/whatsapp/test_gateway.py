"""The gateway over real sockets: what is accepted, refused for good or for now, or unknown."""

from __future__ import annotations

import logging
import socket

import pytest

from tests.fakes.gupshup import BROKEN_OFF, SPOILT
from whatsapp.gateway import GatewayRefused, OutcomeUnknown, get_gateway
from whatsapp.gateway import gupshup as module
from whatsapp.gateway.console import ConsoleGateway
from whatsapp.outgoing import Text

PHONE = "+919812345670"


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.3)


ORDER_READY = Text("Your order is ready")


def say(text: str) -> str:
    return get_gateway().send(PHONE, Text(text), reference="message-7")


def refusal(text: str = "Namaste") -> GatewayRefused:
    with pytest.raises(GatewayRefused) as caught:
        say(text)
    return caught.value


def test_an_accepted_message_returns_gupshups_id(gupshup):
    text = 'धन्यवाद! We got your order 🙏 & "will" call=back'
    message_id = say(text)
    assert [(m.message_id, m.destination, m.text) for m in gupshup.accepted] == [
        (message_id, "919812345670", text)
    ]


@pytest.mark.parametrize(
    ("fault", "permanent", "words"),
    [
        ("unauthorised", True, "HTTP 401: Authentication Failed"),
        ("unauthorised_object", True, "HTTP 401: Portal User Not Found With APIKey"),
        ("invalid", True, "HTTP 400: Invalid Destination"),
        ("error_with_200", True, "HTTP 200: Invalid App Details"),
        ("moved", True, "HTTP 302: no reason given"),
        ("throttled", False, "HTTP 429: Too Many Requests"),
        ("broken", False, "HTTP 500: Internal Server Error"),
    ],
)
def test_a_clear_no_is_a_refusal_with_gupshups_words(gupshup, fault, permanent, words):
    gupshup.fail_next(fault)
    error = refusal()
    assert (error.permanent, str(error), gupshup.accepted) == (permanent, words, [])


@pytest.mark.parametrize("fault", [*BROKEN_OFF, *SPOILT, "proxy_failed"])
def test_no_clear_answer_leaves_the_outcome_unknown(gupshup, fault):
    gupshup.fail_next(fault)
    with pytest.raises(OutcomeUnknown):
        say("Namaste")
    assert gupshup.calls == 1


def test_a_wrong_key_or_app_is_refused_for_good(gupshup, settings):
    settings.GUPSHUP_API_KEY = "sk_wrong"
    assert refusal().permanent
    settings.GUPSHUP_API_KEY, settings.GUPSHUP_APP_NAME = "sk_test_1f2e3d4c5b6a", "Other"
    assert str(refusal()) == "HTTP 400: Invalid App Details"


@pytest.mark.parametrize("host", ["127.0.0.1", "gupshup.invalid"])
def test_where_nobody_listens_nothing_was_sent(gupshup, settings, host):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.GUPSHUP_BASE_URL = f"http://{host}:{free.getsockname()[1]}"
        assert refusal().permanent is False


def test_an_unusable_address_is_refused_for_good(gupshup, settings):
    settings.GUPSHUP_BASE_URL = "gupshup"
    assert refusal().permanent is True


@pytest.mark.parametrize("missing", ["GUPSHUP_API_KEY", "GUPSHUP_APP_NAME", "GUPSHUP_SOURCE"])
def test_without_one_of_the_three_settings_the_console_stands_in(gupshup, settings, missing):
    setattr(settings, missing, "")
    assert isinstance(get_gateway(), ConsoleGateway)


@pytest.mark.parametrize(("env", "shown"), [("demo", True), ("production", False)])
def test_the_console_shows_whom_and_what_in_the_demo_only(settings, caplog, env, shown):
    settings.PARCHI_ENV = env
    with caplog.at_level(logging.INFO):
        first = ConsoleGateway().send(PHONE, ORDER_READY, reference="message-7")
        second = ConsoleGateway().send(PHONE, ORDER_READY, reference="message-7")
    assert first != second
    assert len(caplog.records) == 2
    assert ("Your order is ready" in caplog.text, PHONE in caplog.text) == (shown, shown)
