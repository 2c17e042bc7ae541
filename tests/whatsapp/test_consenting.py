"""STOP and START on WhatsApp, from the webhook to the answer."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.reconciling import find_faults
from customers.consent import consent_history, may_notify, record_opt_in
from customers.models import ConsentEvent, Customer, Shop
from drafts.models import Analysis, OrderDraft
from tests.factories import CustomerFactory, IdentityFactory
from tests.jobs import run_jobs
from tests.whatsapp.bodies import NANDINI, event, post, text_event
from whatsapp import consent_words
from whatsapp.models import Chat, IgnoredCount, InboundEvent, Message

pytestmark = pytest.mark.django_db

WORDS = tomllib.loads(Path(consent_words.__file__).with_name("consent.toml").read_text("utf-8"))


@pytest.fixture(autouse=True)
def _drafts_listen(settings):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]


def says(client, text: str, **more) -> None:
    """Nandini writes so, now unless another time is given, and the worker does its work."""
    more.setdefault("timestamp", int(timezone.now().timestamp() * 1000))
    assert post(client, text_event(text, **more)).content == b""
    run_jobs()


def nandini() -> Customer:
    return Customer.objects.get(phone=NANDINI)


def answers() -> list[str]:
    return list(Message.objects.filter(direction="out").order_by("pk").values_list("text", flat=1))


def history() -> list[tuple[str, str, str]]:
    return [(w.state, w.how, w.note) for w in reversed(consent_history(nandini()))]


def test_stop_ends_notices_at_once_and_is_confirmed_once(client):
    Shop.objects.create(pk=1, name="Rao Bangles")
    record_opt_in(CustomerFactory(phone=NANDINI), how="checkbox")
    says(client, "STOP")
    assert not may_notify(nandini())
    assert history() == [("opted_in", "checkbox", ""), ("opted_out", "keyword", "STOP")]
    assert answers() == [
        "Done: Rao Bangles sends you no more notices on WhatsApp."
        " We still answer when you write. Send START to get them again."
    ]
    assert Message.objects.get(direction="out").status == "sent"


def test_start_begins_them_and_is_confirmed(client):
    says(client, "Start")
    assert may_notify(nandini())
    assert answers() == [
        "Done: My shop tells you on WhatsApp how your orders go. Send STOP to end that at any time."
    ]


def test_no_draft_is_made_of_such_a_word(client):
    says(client, "stop")
    assert (Analysis.objects.count(), OrderDraft.objects.count()) == (0, 0)
    assert Message.objects.get(direction="in").text == "stop"
    assert len(answers()) == 1
    assert find_faults() == []


@pytest.mark.parametrize(
    ("text", "state", "begins"),
    [
        ("  Stop!! 🙏 ", "opted_out", "Done"),
        ("*STOP*", "opted_out", "Done"),
        ("opt-out", "opted_out", "Done"),
        ("Band karo", "opted_out", "ठीक है"),
        ("बंद करो।", "opted_out", "ठीक है"),
        ("शुरू करें", "opted_in", "ठीक है"),
        ("shuru karo", "opted_in", "ठीक है"),
        ("બંધ કરો", "opted_out", "બરાબર"),
        ("Bandh karo", "opted_out", "બરાબર"),
        ("શરૂ કરો", "opted_in", "બરાબર"),
        ("sharu karo", "opted_in", "બરાબર"),
    ],
)
def test_it_is_understood_and_answered_in_its_language(client, text, state, begins):
    says(client, text)
    assert consent_history(nandini()).get().state == state
    assert [answer.split(":")[0] for answer in answers()] == [begins]


def test_an_english_word_is_answered_in_the_customers_language(client):
    CustomerFactory(phone=NANDINI, language="gu")
    says(client, "STOP")
    assert answers()[0].startswith("બરાબર")


@pytest.mark.parametrize(
    "text",
    [
        "stop the blue ones, 2 kurta only",
        "2 rings\nstop",
        "please start my order",
        "cancel",
        "ruko",
        "mat bhejo",
        "dukan band hai kya",
        "non stop saree 2 pcs",
        "stop " * 40,
    ],
)
def test_a_message_that_only_holds_the_word_is_an_ordinary_message(client, text):
    says(client, text)
    assert not ConsentEvent.objects.exists()
    assert Message.objects.get(direction="in").kind == "text"
    assert Analysis.objects.count() == 1


@pytest.mark.parametrize(
    "word", [word for lists in WORDS.values() for name in ("stop", "start") for word in lists[name]]
)
def test_every_word_of_the_list_is_found(word):
    assert consent_words.find_word(word.upper()) is not None


def test_no_word_both_ends_and_begins():
    stops, starts = (
        {word for lists in WORDS.values() for word in lists[name]} for name in ("stop", "start")
    )
    assert stops & starts == set()


def test_a_template_button_that_says_stop_counts(client):
    tapped = event("message_quick_reply")
    tapped["payload"]["payload"].update(text="Stop", postbackText="marketing-stop")
    post(client, tapped)
    run_jobs()
    assert [word.state for word in consent_history(nandini())] == ["opted_out"]


def test_a_caption_is_no_such_word(client):
    photo = event("message_image")
    photo["payload"]["payload"]["caption"] = "stop"
    post(client, photo)
    run_jobs()
    assert not ConsentEvent.objects.exists()


def test_a_repeated_delivery_is_one_word_and_one_answer(client):
    for _ in range(3):
        says(client, "STOP", message_id="wamid.STOP1")
    assert (ConsentEvent.objects.count(), len(answers())) == (1, 1)


def test_a_stop_that_comes_after_a_newer_start_changes_nothing_and_is_not_confirmed(client):
    now = int(timezone.now().timestamp() * 1000)
    says(client, "START", timestamp=now)
    says(client, "STOP", timestamp=now - 60_000)
    assert may_notify(nandini())
    assert len(answers()) == 1
    assert ConsentEvent.objects.count() == 2


def test_a_stop_older_than_the_window_counts_without_an_answer(client):
    old = timezone.now() - timedelta(hours=25)
    says(client, "STOP", timestamp=int(old.timestamp() * 1000))
    assert ([w.state for w in consent_history(nandini())], answers()) == (["opted_out"], [])


def test_a_hidden_number_may_stop_too(client):
    hidden = event("message_text_hidden_number")
    hidden["payload"]["payload"]["text"] = "STOP"
    post(client, hidden)
    run_jobs()
    word = ConsentEvent.objects.get()
    assert (word.state, word.phone) == ("opted_out", "")


# Senders who may not write ------------------------------------------------------------


@pytest.fixture
def nobody_may_write(settings):
    settings.ALLOWED_PHONE_NUMBERS = ["+919812345699"]


@pytest.mark.parametrize("written_before", [True, False])
def test_a_known_customer_may_stop_whoever_else_may_write(client, nobody_may_write, written_before):
    customer = CustomerFactory(phone=NANDINI)
    if written_before:
        IdentityFactory(customer=customer)
    record_opt_in(customer, how="checkbox")
    says(client, "STOP")
    assert not may_notify(customer)
    assert len(answers()) == 1
    assert not IgnoredCount.objects.exists()


def test_nothing_else_of_them_is_kept(client, nobody_may_write):
    CustomerFactory(phone=NANDINI)
    says(client, "stop sending blue, send red")
    assert (InboundEvent.objects.count(), Message.objects.count()) == (0, 0)
    assert IgnoredCount.objects.get().count == 1


def test_a_stranger_who_may_not_write_is_ignored_with_any_word(client, nobody_may_write):
    says(client, "STOP")
    assert (InboundEvent.objects.count(), Customer.objects.count()) == (0, 0)
    assert IgnoredCount.objects.get().count == 1


# Gupshup's and WhatsApp's own events --------------------------------------------------


@pytest.mark.parametrize(("name", "agreed"), [("user_opted_in", True), ("user_opted_out", False)])
def test_gupshups_opt_event_of_a_known_number_counts(client, nobody_may_write, name, agreed):
    customer = CustomerFactory(phone=NANDINI)
    post(client, event(name))
    run_jobs()
    word = consent_history(customer).get()
    assert (may_notify(customer), word.how, word.note) == (
        agreed,
        "gupshup",
        event(name)["payload"]["type"],
    )
    assert InboundEvent.objects.get().status == "processed"
    assert Message.objects.count() == 0


def test_an_opt_event_that_is_older_than_their_own_word_changes_nothing(client):
    says(client, "START")
    post(client, event("user_opted_out"))
    run_jobs()
    assert may_notify(nandini())


@pytest.mark.parametrize(("value", "agreed"), [("stop", False), ("resume", True)])
@pytest.mark.parametrize("shape", ["v2", "v3"])
def test_a_tap_on_stop_in_whatsapp_itself_counts(client, value, agreed, shape):
    customer = CustomerFactory(phone=NANDINI)
    data = event("preference")
    choices = data["payload"]["payload"]["user_preferences"]
    choices[0]["value"] = value
    if shape == "v3":
        change = {"field": "user_preferences", "value": {"user_preferences": choices}}
        data = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    post(client, data)
    run_jobs()
    assert may_notify(customer) == agreed
    assert consent_history(customer).get().note == f"marketing_messages: {value}"


@pytest.mark.parametrize("odd", [None, [], "stop", [{}], [7], [{"wa_id": "x", "value": "stop"}]])
def test_an_odd_choice_is_kept_and_changes_nothing(client, odd):
    CustomerFactory(phone=NANDINI)
    data = event("preference")
    data["payload"]["payload"]["user_preferences"] = odd
    post(client, data)
    run_jobs()
    assert InboundEvent.objects.get().status == "kept"
    assert not ConsentEvent.objects.exists()


def test_a_notice_of_a_changed_number_is_kept_and_gives_nobody_a_yes(client):
    """Meta's system message; only the person's own next message proves the new number."""
    customer = CustomerFactory(phone=NANDINI)
    record_opt_in(customer, how="checkbox")
    data = event("v3_message_text")
    [message] = data["entry"][0]["changes"][0]["value"]["messages"]
    message.pop("text")
    message.update(
        type="system", system={"type": "user_changed_number", "wa_id": "919812345699", "body": "…"}
    )
    post(client, data)
    run_jobs()
    assert InboundEvent.objects.get().status == "kept"
    assert Customer.objects.get() == customer
    assert (Chat.objects.count(), may_notify(customer)) == (0, True)
