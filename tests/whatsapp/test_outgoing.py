"""Every kind of message as Gupshup gets it, and what WhatsApp would not take."""

from __future__ import annotations

import logging

import pytest

from customers.errors import InvalidInput
from tests.factories import ChatFactory
from tests.jobs import run_jobs, waiting_jobs
from tests.whatsapp.bodies import event, post
from whatsapp import outbox
from whatsapp.models import Message
from whatsapp.outgoing import Button, Row, Section
from whatsapp.taps import Tap, parse_postback, postback_of

pytestmark = pytest.mark.django_db

BILL = "https://files.kesarjewels.example/bills/KJ-0042.pdf"
PHOTO = "https://files.kesarjewels.example/photos/payal.jpg"
YES = Button("Yes, right", postback_of(Tap("LEG-7Q2M-4XKD", "yes")))
NO = Button("Cancel it", postback_of(Tap("LEG-7Q2M-4XKD", "cancel")))
SIZES = Section("Sizes", [Row("Size 12", "size:12", "3 left"), Row("Size 14", "size:14")])


def buttons(chat, *taps: Button, text="Is this right?", footer="") -> Message:
    taps = taps or (YES, NO)
    return outbox.queue_buttons(chat, text, taps, purpose="order:1:ask", footer=footer)


def menu(chat, *sections: Section, label="Choose") -> Message:
    return outbox.queue_list(
        chat,
        "Which size of the ring?",
        sections or (SIZES,),
        title="Plain gold ring 💍",
        label=label,
        purpose="order:1:size",
    )


def picture(chat, url=PHOTO, caption="This one?") -> Message:
    return outbox.queue_image(chat, url, caption=caption, purpose="order:1:photo")


def bill(chat, url=BILL, file_name="bill.pdf") -> Message:
    return outbox.queue_document(chat, url, file_name=file_name, purpose="order:1:bill")


def sent(gupshup) -> dict:
    run_jobs()
    (accepted,) = gupshup.accepted
    return accepted.content


def test_buttons_go_out_as_a_quick_reply_whose_taps_the_desk_understands(gupshup):
    message = buttons(ChatFactory(), footer="Kesar Jewels")
    content = sent(gupshup)
    assert content == {
        "type": "quick_reply",
        "msgid": f"message-{message.pk}",
        "content": {"type": "text", "text": "Is this right?", "caption": "Kesar Jewels"},
        "options": [
            {"type": "text", "title": "Yes, right", "postbackText": "order:LEG-7Q2M-4XKD:yes"},
            {"type": "text", "title": "Cancel it", "postbackText": "order:LEG-7Q2M-4XKD:cancel"},
        ],
    }
    taps = [parse_postback(option["postbackText"]) for option in content["options"]]
    assert taps == [Tap("LEG-7Q2M-4XKD", "yes"), Tap("LEG-7Q2M-4XKD", "cancel")]


def test_a_tap_on_such_a_button_comes_back_to_the_message_it_stood_under(gupshup, client):
    message = buttons(ChatFactory(identity__customer__phone="+919812345670"))
    run_jobs()
    tap = event("message_button_reply")
    tap["payload"]["payload"]["postbackText"] = YES.postback
    tap["payload"]["context"] = {"id": "", "gsId": gupshup.accepted[0].message_id}
    post(client, tap)
    run_jobs()
    heard = Message.objects.get(direction="in")
    assert (heard.answers, heard.kind, heard.postback) == (message, "button", YES.postback)


def test_a_list_goes_out_with_its_rows(gupshup):
    message = menu(ChatFactory())
    first, second = SIZES.rows
    assert sent(gupshup) == {
        "type": "list",
        "title": "Plain gold ring 💍",
        "body": "Which size of the ring?",
        "msgid": f"message-{message.pk}",
        "globalButtons": [{"type": "text", "title": "Choose"}],
        "items": [
            {
                "title": "Sizes",
                "subtitle": "Sizes",
                "options": [
                    {
                        "type": "text",
                        "title": first.title,
                        "description": "3 left",
                        "postbackText": "size:12",
                    },
                    {"type": "text", "title": second.title, "postbackText": "size:14"},
                ],
            }
        ],
    }


def test_a_picture_goes_out_by_its_link(gupshup):
    picture(ChatFactory())
    assert sent(gupshup) == {
        "type": "image",
        "originalUrl": PHOTO,
        "previewUrl": PHOTO,
        "caption": "This one?",
    }


def test_a_document_goes_out_by_its_link_and_without_an_empty_caption(gupshup):
    bill(ChatFactory())
    assert sent(gupshup) == {"type": "file", "url": BILL, "filename": "bill.pdf"}


@pytest.mark.parametrize("make", [buttons, menu, picture, bill])
def test_none_of_them_leaves_outside_the_window(gupshup, make):
    message = make(ChatFactory(last_inbound_at=None))
    run_jobs()
    message.refresh_from_db()
    assert (message.status, gupshup.calls) == ("failed", 0)
    assert "only a template" in message.last_error


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (buttons, [YES] * 4),
        (buttons, [Button("Yes, that is all right", YES.postback)]),
        (buttons, [Button(" ", YES.postback)]),
        (buttons, [Button("Yes", "")]),
        (menu, [Section("Sizes", [Row(f"Size {n}", f"size:{n}") for n in range(11)])]),
        (menu, [Section("Sizes", [])]),
        (menu, [Section("Sizes", [Row("A ring that is far too wide", "size:12")])]),
        (menu, [Section("Sizes", [Row("Size 12", "size:12", "x" * 73)])]),
        (picture, ["http://files.kesarjewels.example/payal.jpg"]),
        (picture, ["file:///etc/passwd"]),
        (bill, ["https://files.kesarjewels.example/" + "x" * 2000]),
        (bill, [BILL, ""]),
    ],
)
def test_what_whatsapp_would_not_take_is_refused_at_once(make, wrong):
    with pytest.raises(InvalidInput):
        make(ChatFactory(), *wrong)
    assert (Message.objects.count(), waiting_jobs()) == (0, [])


def test_words_under_buttons_are_shortened_to_what_whatsapp_takes(gupshup):
    buttons(ChatFactory(), text="ring " * 500)
    text = sent(gupshup)["content"]["text"]
    assert (len(text), text[-1]) == (1024, "…")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (buttons, "Is this right?\n[Yes, right]  [Cancel it]"),
        (menu, "Plain gold ring 💍\nWhich size of the ring?\n[Choose]\n  Size 12\n  Size 14"),
        (picture, f"{PHOTO}\nThis one?"),
        (bill, BILL),
    ],
)
def test_the_console_shows_each_as_the_customer_would_see_it(make, words, caplog):
    message = make(ChatFactory())
    with caplog.at_level(logging.INFO):
        run_jobs()
    assert caplog.messages == [f"WhatsApp to {message.chat.identity.phone}:\n{words}"]
