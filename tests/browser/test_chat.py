"""A conversation as it runs: what comes in shows by itself, what staff write goes out once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import CustomerFactory
from whatsapp.models import Chat, Message, QuickReply
from whatsapp.simulator import post_text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]
PHONE = "+919870011225"


@pytest.fixture
def nasreen(units):
    return CustomerFactory(name="Nasreen Boutique", phone=PHONE)


def open_chat(page) -> None:
    """Wait until the worker has stored the first message, then open its chat from the list."""
    page.goto(reverse("admin:whatsapp_chat_changelist"))
    page.get_by_role("link", name="Nasreen Boutique").click(timeout=60_000)
    page.wait_for_selector("#turns")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clerk_answers_and_sees_what_comes_next_without_reloading(
    signed_in, desk, nasreen, width
):
    from playwright.sync_api import expect

    QuickReply.objects.create(title="Ready", text="{name} ji, it is ready.")
    post_text("kal tak chahiye", phone=PHONE, url=desk)
    page = signed_in(width, 800)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_chat(page)
    expect(page.get_by_text("kal tak chahiye")).to_be_in_viewport()
    expect(page.get_by_text("Read by ravi")).to_be_attached()
    page.evaluate("window.notReloaded = true")

    page.locator("summary[aria-label='Quick replies']").click()
    page.get_by_role("button", name="Ready").click()
    box = page.get_by_label("Reply")
    expect(box).to_have_value("Nasreen Boutique ji, it is ready.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".desk-bubble-out", has_text="it is ready.")).to_be_in_viewport()
    expect(box).to_have_value("")
    expect(page.locator(".desk-bubble-out .desk-state")).to_have_text("✓ sent", timeout=30_000)

    box.fill("half a sen")
    post_text("achha, aata hoon", phone=PHONE, url=desk)
    expect(page.get_by_text("achha, aata hoon")).to_be_in_viewport(timeout=30_000)
    expect(box).to_have_value("half a sen")
    expect(page.get_by_text("waits 0 min")).to_be_visible()
    assert page.evaluate("window.notReloaded")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".desk-bubble").all_inner_texts()[-1].startswith("achha")
    assert (Message.objects.filter(direction="out").count(), complaints) == (1, [])
    expect(page.get_by_text("Mark 1 as read")).to_be_hidden()
    assert Chat.objects.get().unread_count == 0


def test_the_list_of_chats_shows_who_writes_while_it_is_open(signed_in, desk, nasreen):
    from playwright.sync_api import expect

    page = signed_in()
    page.goto(reverse("admin:whatsapp_chat_changelist"))
    expect(page.get_by_text("No chats yet")).to_be_visible()
    post_text("kal tak chahiye", phone=PHONE, url=desk)
    expect(page.get_by_text("1 unread")).to_be_visible(timeout=60_000)
