"""/simulator: staff play the customer and Gupshup, in the demo."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import ChatFactory, InboundMessageFactory
from tests.fakes.media import picture
from tests.jobs import run_jobs
from whatsapp import simulating
from whatsapp.models import Chat, InboundEvent, Media, Message
from whatsapp.outbox import queue_buttons
from whatsapp.outgoing import Button

pytestmark = pytest.mark.django_db
PHONE = "+919812345670"
URL = "/simulator?phone=%2B919812345670"


def do(desk, what: str, **fields):
    answer = desk.post(URL, {"do": what, **fields}, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    return answer.content.decode()


def screen(desk) -> str:
    return desk.get(URL, headers={"HX-Request": "true"}).content.decode()


def test_what_the_customer_writes_becomes_a_message(seller_desk):
    do(seller_desk, "say", text="2 gold rings & 1 चेन")
    run_jobs()
    message = Message.objects.get()
    assert (message.text, message.chat.identity.phone) == ("2 gold rings & 1 चेन", PHONE)
    assert "2 gold rings &amp; 1 चेन" in screen(seller_desk)


def test_stop_and_a_place_are_sent_by_a_button(seller_desk):
    do(seller_desk, "say:STOP")
    do(seller_desk, "place")
    run_jobs()
    assert list(Message.objects.filter(direction="in").values_list("kind", flat=True)) == [
        "consent",
        "location",
    ]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("a.png", picture(), "image"), ("rates.pdf", b"%PDF-1.7 rates", "document")],
)
def test_a_file_is_served_until_the_worker_has_it(
    seller_desk, settings, tmp_path, name, data, kind
):
    settings.MEDIA_ROOT = str(tmp_path)
    do(seller_desk, "say", text="3 of these", file=SimpleUploadedFile(name, data))
    run_jobs()
    medium = Media.objects.get()
    assert (medium.status, medium.message.kind, medium.message.text) == (
        "fetched",
        kind,
        "3 of these",
    )
    assert medium.file.read() == data
    for thread in threading.enumerate():
        if thread.name.endswith("(_serve_on)"):
            thread.join(timeout=10)
            assert not thread.is_alive()


def test_the_page_is_asked_again_only_for_what_changed(seller_desk):
    page = screen(seller_desk)
    mark = page.partition('data-seen="')[2][:8]
    again = seller_desk.get(f"{URL}&seen={mark}", headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")
    do(seller_desk, "say", text="hello")
    run_jobs()
    assert (
        "hello"
        in seller_desk.get(f"{URL}&seen={mark}", headers={"HX-Request": "true"}).content.decode()
    )


# What the shop sent --------------------------------------------------------------------------


@pytest.fixture
def asked(gupshup) -> Message:
    """A message of the shop's with two buttons, taken by the fake Gupshup."""
    inbound = InboundMessageFactory(chat=ChatFactory(identity__phone=PHONE))
    buttons = [Button("Yes", "order:LEG-1:yes"), Button("No", "order:LEG-1:cancel")]
    sent = queue_buttons(inbound.chat, "Is it right?", buttons, purpose="test:1")
    run_jobs()
    sent.refresh_from_db()
    return sent


def test_a_button_that_the_shop_sent_is_tapped(seller_desk, asked):
    assert f'value="tap:{asked.pk}-1">No</button>' in screen(seller_desk)
    do(seller_desk, f"tap:{asked.pk}-1")
    run_jobs()
    tapped = Message.objects.filter(direction="in").latest("pk")
    assert (tapped.kind, tapped.text, tapped.postback) == ("button", "No", "order:LEG-1:cancel")
    assert tapped.answers == asked


@pytest.mark.parametrize("kind", ["delivered", "read", "failed"])
def test_gupshup_reports_what_became_of_it(seller_desk, asked, kind):
    do(seller_desk, f"report:{asked.pk}-{kind}")
    run_jobs()
    asked.refresh_from_db()
    assert asked.status == kind


@pytest.mark.parametrize("what", ["tap:{}-9", "tap:{}-", "report:{}-eaten"])
def test_what_cannot_be_tapped_or_reported_is_refused(seller_desk, asked, what):
    before = InboundEvent.objects.count()
    page = do(seller_desk, what.format(asked.pk))
    assert "There is no such button." in page or "Nothing can be reported" in page
    assert InboundEvent.objects.count() == before


def test_faults_are_set_where_the_fake_listens(seller_desk, gupshup):
    assert "429, too many" in seller_desk.get(URL).content.decode()
    assert "next: throttled" in do(seller_desk, "fault:throttled")
    assert "every call: broken" in do(seller_desk, "outage:broken")
    assert "every call" not in do(seller_desk, "outage:")
    assert list(gupshup.faults) == ["throttled"]


def test_without_a_fake_the_page_says_where_messages_go(seller_desk, settings):
    assert "make run GUPSHUP=fake" in seller_desk.get(URL).content.decode()
    settings.GUPSHUP_API_KEY = settings.GUPSHUP_APP_NAME = settings.GUPSHUP_SOURCE = "9"
    assert "The true Gupshup" in seller_desk.get(URL).content.decode()
    settings.GUPSHUP_BASE_URL = "http://127.0.0.1:9"
    assert "No fake Gupshup answers" in seller_desk.get(URL).content.decode()
    assert "No fake Gupshup answers" in do(seller_desk, "fault:slow")


# Refusals ------------------------------------------------------------------------------------


def test_nothing_is_not_sent(seller_desk):
    assert "There is nothing to send." in do(seller_desk, "say", text="  ")
    assert not InboundEvent.objects.exists()


def test_a_number_that_the_desk_ignores_is_told_so(seller_desk, settings):
    settings.ALLOWED_PHONE_NUMBERS = ["+919812345699"]
    assert "The desk ignores this number" in do(seller_desk, "say", text="hello")


def test_a_number_that_is_none_shows_the_first_phone(seller_desk):
    assert PHONE in seller_desk.get("/simulator?phone=nandini").content.decode()


def test_other_acts_and_other_peoples_messages_are_not_found(seller_desk, asked):
    other = InboundMessageFactory(direction="out", status="sent")
    for what in ("dance", f"tap:{other.pk}-0", f"report:{other.pk}-read", "tap:x-0"):
        assert seller_desk.post(URL, {"do": what}).status_code == 404


def test_production_has_no_simulator(seller_desk, settings):
    settings.PARCHI_ENV = "production"
    assert seller_desk.get(URL).status_code == 404
    assert seller_desk.post(URL, {"do": "say", "text": "2 rings"}).status_code == 404
    assert not InboundEvent.objects.exists()
    assert "Simulator" not in seller_desk.get("/admin/").content.decode()


def test_the_rule_itself_refuses_in_production(settings):
    settings.MEDIA_LOOPBACK_ALLOWED = False
    with pytest.raises(Exception, match="only Gupshup tells the desk"):
        simulating.say(PHONE, "2 rings")
    assert not Chat.objects.exists()
