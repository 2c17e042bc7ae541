"""Each type of message in both payload formats, and what the desk makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from customers.consent import latest_word, may_notify, record_opt_in
from customers.models import Customer
from drafts.models import Analysis
from tests.desk import text_of
from tests.factories import ChatFactory, CustomerFactory
from tests.jobs import run_jobs
from tests.whatsapp.bodies import GUPSHUP_ID, NANDINI, event, post
from whatsapp.inbound import process_event
from whatsapp.models import Chat, InboundEvent, Media, Message

pytestmark = pytest.mark.django_db

URL = "https://filemanager.gupshup.io/wa/7f1f0c1e/wa/media/77?download=false"
PERSON = {"name": {"formatted_name": "Harish Bhatt"}, "phones": [{"phone": "+91 98123 45679"}]}
EARLIER = datetime(2025, 11, 1, tzinfo=UTC)
CART = {"product_items": [{"product_retailer_id": "KUR-BLU-L", "quantity": 5}]}


def v2(kind: str, inner: Any) -> dict:
    data = event("message_text")
    data["payload"].update(type=kind, payload=inner)
    return data


def v3(kind: str, inner: Any) -> dict:
    data = event("v3_message_text")
    [message] = data["entry"][0]["changes"][0]["value"]["messages"]
    message.pop("text")
    message.update({"type": kind, kind: inner})
    return data


def deliver(client, data: dict) -> Message:
    assert post(client, data).content == b""
    run_jobs()
    return Message.objects.get(direction="in")


SAME_IN_BOTH = [
    (v2("text", {"text": "2 rings"}), v3("text", {"body": "2 rings"}), ("text", "2 rings")),
    (
        v2("text", {"text": "Repeat", "type": "button"}),
        v3("button", {"text": "Repeat", "payload": "again"}),
        ("text", "Repeat"),
    ),
    (
        v2("quick_reply", {"text": "Yes", "type": "button", "postbackText": "order:AB-1:yes"}),
        v3("button", {"text": "Yes", "payload": "order:AB-1:yes"}),
        ("button", "Yes"),
    ),
    (
        v2("button_reply", {"title": "Yes", "id": "m", "postbackText": "order:AB-1:yes"}),
        v3(
            "interactive",
            {"type": "button_reply", "button_reply": {"id": "order:AB-1:yes", "title": "Yes"}},
        ),
        ("button", "Yes"),
    ),
    (
        v2("list_reply", {"title": "Kurta L", "id": "menu-42", "reply": "Kurta L 2"}),
        v3("interactive", {"type": "list_reply", "list_reply": {"id": "r2", "title": "Kurta L"}}),
        ("text", "Kurta L"),
    ),
    (
        v2("location", {"latitude": "19.1", "longitude": "72.8", "name": "Shop"}),
        v3("location", {"latitude": 19.1, "longitude": 72.8, "name": "Shop"}),
        ("location", "Shop"),
    ),
    (
        v2("contact", {"contacts": [PERSON]}),
        v3("contacts", [PERSON]),
        ("contact", "Harish Bhatt +91 98123 45679"),
    ),
    (
        v2("reaction", {"emoji": "👍", "gsId": GUPSHUP_ID}),
        v3("reaction", {"emoji": "👍", "message_id": "wamid.X"}),
        ("reaction", "👍"),
    ),
    (v2("reaction", {"id": "x"}), v3("reaction", {"message_id": "wamid.X"}), ("reaction", "")),
    (v2("order", CART), v3("order", CART), ("order", "5 × KUR-BLU-L")),
    (v2("unsupported", {}), v3("unsupported", {"type": "poll"}), ("unsupported", "")),
    (v2("poll", {"x": 1}), v3("poll", {"x": 1}), ("unsupported", "")),
    (v2("order", {"items": []}), v3("order", {"product_items": []}), ("unsupported", "")),
    (v2("location", {}), v3("location", {"latitude": 999}), ("unsupported", "")),
]


@pytest.mark.parametrize("which", [0, 1], ids=["v2", "v3"])
@pytest.mark.parametrize("case", SAME_IN_BOTH, ids=lambda case: f"{case[2][0]}-{case[2][1]}")
def test_a_type_is_the_same_in_both_formats(client, case, which):
    message = deliver(client, case[which])
    assert (message.kind, message.text) == case[2]
    assert message.chat.identity.phone == NANDINI
    assert InboundEvent.objects.get().status == "processed"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("image", "image"), ("audio", "audio"), ("voice", "audio"), ("video", "video")),
        *(("document", "document"), ("file", "document"), ("sticker", "sticker")),
    ],
)
@pytest.mark.parametrize("shape", [v2, v3], ids=["v2", "v3"])
def test_every_media_type_has_its_file_to_fetch(client, shape, name, kind):
    inner = {"url": URL, "caption": "like this", "filename": "list.pdf"}
    post(client, shape(name, inner))
    [event_id] = InboundEvent.objects.values_list("pk", flat=True)
    process_event(event_id)
    medium = Media.objects.get()
    assert (medium.url, medium.file_name, medium.message.kind, medium.message.text) == (
        *(URL, "list.pdf"),
        *(kind, "like this"),
    )


def test_what_cannot_be_shown_is_there_to_ask_about(client, seller_desk, settings):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    message = deliver(client, v2("poll", {"question": "?"}))
    assert (message.details, Analysis.objects.count()) == ({"type": "poll"}, 0)
    chat = Chat.objects.get()
    assert (chat.unread_count, chat.last_inbound_at) == (1, message.happened_at)
    page = text_of(seller_desk.get(f"/admin/whatsapp/chat/{chat.pk}/change/"))
    assert "Something that can&#x27;t be shown here (poll)." in page.replace("'", "&#x27;")


def test_both_formats_of_one_message_are_one(client):
    """Whoever subscribes to both formats gets each event twice."""
    old, new = event("message_text"), event("v3_message_text")
    [message] = new["entry"][0]["changes"][0]["value"]["messages"]
    message["id"] = old["payload"]["id"]
    post(client, old)
    post(client, new)
    run_jobs()
    assert Message.objects.count() == InboundEvent.objects.count() == 1


@pytest.mark.parametrize("key", ["gs_id", "id", "meta_msg_id"])
def test_a_reply_in_the_new_format_finds_what_it_answers(client, key):
    target = Message.objects.create(
        chat=ChatFactory(identity__customer__phone=NANDINI),
        direction="out",
        status="sent",
        text="Is it right?",
        happened_at="2025-11-19T11:00:00Z",
        provider_id="gs-1",
        whatsapp_id="wamid.OURS",
    )
    data = v3("text", {"body": "yes"})
    [message] = data["entry"][0]["changes"][0]["value"]["messages"]
    message["context"] = {"from": "919800011122", key: "gs-1" if key == "gs_id" else "wamid.OURS"}
    assert deliver(client, data).answers == target


@pytest.mark.parametrize(
    ("code", "agreed"), [(1012, False), (131050, False), ("131050", False), (131047, True)]
)
def test_a_failure_because_they_opted_out_with_whatsapp_is_a_no(client, code, agreed):
    customer = CustomerFactory(phone=NANDINI)
    record_opt_in(customer, how="checkbox", happened_at=EARLIER)
    Message.objects.create(
        chat=ChatFactory(identity__customer=customer),
        direction="out",
        status="sent",
        text="Your order is on its way.",
        happened_at=EARLIER,
        provider_id=GUPSHUP_ID,
    )
    data = event("receipt_failed_later")
    data["payload"]["payload"] = {"code": code, "reason": "User stopped marketing messages"}
    post(client, data)
    run_jobs()
    assert may_notify(Customer.objects.get()) == agreed
    how = latest_word(customer)
    assert (how.how, how.note) == (
        ("checkbox", "") if agreed else ("gupshup", f"{code}: User stopped marketing messages")
    )


def test_a_forged_failure_of_no_message_of_ours_is_nobodys_no(client):
    customer = CustomerFactory(phone=NANDINI)
    record_opt_in(customer, how="checkbox", happened_at=EARLIER)
    data = event("receipt_failed_later")
    data["payload"]["payload"] = {"code": 131050, "reason": "Stopped"}
    post(client, data)
    run_jobs()
    assert may_notify(customer)
