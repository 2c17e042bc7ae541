"""The chats over HTTP: found, answered, read again, and made into orders."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Shop
from drafts.conversion import convert_draft
from drafts.models import DraftStatus, MessageOrder, OrderDraft
from drafts.reading.types import Intent
from orders.models import Order
from tests.conftest import client_of
from tests.drafts.desk import only_draft, receive_and_read
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    InboundMessageFactory,
    ProductFactory,
)
from tests.jobs import run_jobs
from tests.orders.racing import race
from whatsapp.models import Chat, Message

pytestmark = pytest.mark.django_db


def messages_url(chat: Chat) -> str:
    return f"/wa/chats/{chat.pk}/messages"


def action_url(message: Message, action: str) -> str:
    return f"/wa/chats/{message.chat_id}/messages/{message.pk}/ai-actions/{action}"


def order_of(api, message: Message, body: dict | None = None, query: str = ""):
    return api.post(f"{action_url(message, 'create-order')}{query}", body or {}, format="json")


def code_of(response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


@pytest.fixture
def message(draft):
    """The message that the draft of two dupattas was read from."""
    return draft.draft_messages.get().message


# Chats ----------------------------------------------------------------------------------


@pytest.fixture
def three_chats():
    now = timezone.now()
    for name, phone, unread, hours in (
        ("Nasreen Boutique", "+919822011001", 2, 1),
        ("Omkar Jadhav", "+919822011002", 0, 30),
        ("Pinky Bansal", None, 1, 2),
    ):
        identity = IdentityFactory(customer=CustomerFactory(name=name), phone=phone, bsuid=name[:5])
        at = now - timedelta(hours=hours)
        ChatFactory(identity=identity, unread_count=unread, last_inbound_at=at, last_message_at=at)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Nasreen Boutique", "Pinky Bansal", "Omkar Jadhav"]),
        ("?unread=true", ["Nasreen Boutique", "Pinky Bansal"]),
        ("?unread=false", ["Omkar Jadhav"]),
        ("?search=bansal", ["Pinky Bansal"]),
        ("?search=98220 11002", ["Omkar Jadhav"]),
        ("?search=nobody", []),
        ("?page_size=1&page=2", ["Pinky Bansal"]),
    ],
)
def test_chats_are_listed_newest_first_and_found(seller_api, three_chats, query, found):
    body = seller_api.get(f"/wa/chats{query}").json()
    assert [row["customerName"] for row in body["results"]] == found


def test_a_chat_says_whether_whatsapp_takes_a_free_text(seller_api, three_chats):
    rows = seller_api.get("/wa/chats").json()["results"]
    assert [(row["phone"], row["canWrite"]) for row in rows] == [
        ("+919822011001", True),
        (None, True),
        ("+919822011002", False),
    ]


def test_lists_cost_the_same_whatever_their_length(
    seller_api, three_chats, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        seller_api.get("/wa/chats")
    chat = Chat.objects.first()
    for _ in range(12):
        InboundMessageFactory(chat=chat)
    with django_assert_max_num_queries(5):
        assert seller_api.get(messages_url(chat)).json()["count"] == 12


@pytest.mark.parametrize("query", ["unread=perhaps", "search=" + "x" * 101, "page=0"])
def test_a_filter_that_makes_no_sense_is_refused(seller_api, query):
    assert seller_api.get(f"/wa/chats?{query}").status_code in (400, 404)


# Messages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "start"),
    [("en", "Thank you for asking"), ("hi", "पूछने"), ("fr", "Thank you"), ("", "પૂછવા")],
)
def test_what_is_no_order_is_shown_with_its_intent_and_a_reply_to_suggest(
    seller_api, chat, reader, language, start
):
    Shop.objects.update_or_create(pk=1, defaults={"language": "gu"})
    customer = chat.identity.customer
    customer.language = language
    customer.save()
    reader.says("kal khula hai?", intent=Intent.QUESTION)
    receive_and_read(chat, "kal khula hai?")

    (row,) = seller_api.get(messages_url(chat)).json()["results"]
    assert (row["intent"], row["draftId"]) == ("question", None)
    assert row["suggestedReply"].startswith(start)
    assert not OrderDraft.objects.exists()
    assert not Message.objects.filter(direction="out").exists()


def test_staff_answer_a_customer_once_however_often_they_click(seller_api, seller_user, chat):
    sent = {"text": "Yes, till 9 pm.", "clientMessageId": "tab-7.1"}
    answers = [seller_api.post(messages_url(chat), sent, format="json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    message = Message.objects.get(direction="out")
    assert (message.text, message.requested_by) == ("Yes, till 9 pm.", seller_user)
    assert {answer.json()["id"] for answer in answers} == {message.pk}


def test_after_a_day_of_silence_no_free_text_goes_out(seller_api, chat):
    chat.last_inbound_at = timezone.now() - timedelta(hours=24)
    chat.save()
    answer = seller_api.post(messages_url(chat), {"text": "Hello?"}, format="json")
    assert code_of(answer) == (409, "window_closed")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "x" * 4097},
        {"text": ["hi"]},
        {"text": "hi", "clientMessageId": "a b"},
        {"text": "hi", "clientMessageId": "x" * 41},
    ],
)
def test_a_reply_that_can_not_be_meant_is_refused(seller_api, chat, body):
    assert seller_api.post(messages_url(chat), body, format="json").status_code == 400
    assert not Message.objects.exists()


# Reading again --------------------------------------------------------------------------


def test_a_message_is_read_again_by_the_worker(seller_api, seller_user, message):
    answer = seller_api.post(f"{action_url(message, 'analyze')}?providerSessionId=s-1")
    analysis = answer.json()["data"]["analysis"]
    assert (answer.status_code, analysis["status"], analysis["trigger"]) == (
        202,
        "pending",
        "manual",
    )
    assert analysis["providerSessionId"] == "s-1"

    run_jobs()
    message.analysis.refresh_from_db()
    assert (message.analysis.status, message.analysis.requested_by) == ("completed", seller_user)
    assert only_draft().entries.count() == 1


def test_what_the_shop_sent_is_not_read(seller_api, chat):
    seller_api.post(messages_url(chat), {"text": "Yes."}, format="json")
    answer = seller_api.post(action_url(Message.objects.get(), "analyze"))
    assert code_of(answer) == (409, "nothing_to_read")


def test_a_message_of_another_chat_is_not_found(seller_api, message):
    other = ChatFactory()
    path = f"/wa/chats/{other.pk}/messages/{message.pk}/ai-actions"
    assert seller_api.post(f"{path}/analyze").status_code == 404
    assert seller_api.post(f"{path}/create-order", {}, format="json").status_code == 404


def test_an_analysis_tells_what_was_matched_and_what_is_missing(seller_api, message, entry):
    entry.quantity = None
    entry.save()
    analysis = seller_api.post(action_url(message, "analyze")).json()["data"]["analysis"]

    assert analysis["remoteJid"] == f"{message.chat.identity.phone[1:]}@s.whatsapp.net"
    (match,) = analysis["productMatches"]
    assert (match["sku"], match["price"], match["stockStatus"], match["matchStatus"]) == (
        "DUP-01",
        350,
        "in_stock",
        "high_confidence",
    )
    commerce = analysis["commerce"]
    assert (commerce["stage"], commerce["orderReadiness"]) == ("draft", "incomplete")
    assert commerce["missingFields"] == ["quantity"]
    assert commerce["orderDraft"]["items"][0]["productId"] == match["productId"]
    assert analysis["visualSearch"]["matchStatus"] == "not_searched"


def test_words_that_fit_several_products_are_shown_as_ambiguous(seller_api, message, entry):
    other = ProductFactory(name="Bandhani stole", stock=0)
    entry.product = None
    entry.alternatives = [
        {"product_id": other.pk, "sku": other.sku, "name": other.name, "confidence": 0.6}
    ]
    entry.save()
    analysis = seller_api.post(action_url(message, "analyze")).json()["data"]["analysis"]
    (match,) = analysis["productMatches"]
    assert (match["productId"], match["matchStatus"], match["stockStatus"]) == (
        other.pk,
        "ambiguous",
        "out_of_stock",
    )


def test_a_change_points_at_the_draft_and_then_at_its_order(
    seller_api, seller_user, draft, chat, reader
):
    reader.says("3 kar do", intent=Intent.CHANGE)
    later = receive_and_read(chat, "3 kar do")
    analysis = seller_api.post(action_url(later, "analyze")).json()["data"]["analysis"]
    result = analysis["result"]
    assert result["about"] == {"draft_id": draft.pk, "order_id": None}
    [change] = result["changes"]
    assert (change["before"], change["after"], change["state"]) == (
        {"quantity": "2"},
        {"quantity": "3"},
        "proposed",
    )
    assert analysis["summary"] == "Change: quantity Bandhani dupatta"
    assert analysis["commerce"]["nextBestActions"] == ["change_order"]
    row = seller_api.get(messages_url(chat)).json()["results"][0]
    assert (row["id"], row["aboutDraftId"], row["aboutOrderId"]) == (later.pk, draft.pk, None)

    run_jobs()
    [order] = convert_draft(only_draft(), by=seller_user)
    row = seller_api.get(messages_url(chat)).json()["results"][0]
    assert (row["aboutDraftId"], row["aboutOrderId"]) == (None, str(order.pk))


def test_an_analysis_costs_the_same_whatever_the_number_of_lines(
    seller_api, message, draft, entry, django_assert_max_num_queries
):
    for number in range(4):
        draft.entries.create(
            position=2 + number,
            message=message,
            product=ProductFactory(has_variants=True),
            quantity=1,
            slip_number=f"SL-90{number}",
        )
    with django_assert_max_num_queries(19):
        answer = seller_api.post(action_url(message, "analyze"))
    assert len(answer.json()["data"]["analysis"]["commerce"]["orderDraft"]["items"]) == 5


def keys_of(body: Any) -> Any:
    """The names in a body, lists by their first row."""
    if isinstance(body, dict):
        return {name: keys_of(value) for name, value in body.items()}
    return keys_of(body[0]) if isinstance(body, list) and body else None


def lacks(shown: Any, wanted: Any, path: str = "") -> list[str]:
    """The paths of the names that are wanted and not shown; an empty object wants none."""
    if not isinstance(wanted, dict) or not wanted:
        return []
    if not isinstance(shown, dict):
        return [path]
    return [
        found
        for name, inside in wanted.items()
        for found in (
            lacks(shown[name], inside, f"{path}.{name}") if name in shown else [f"{path}.{name}"]
        )
    ]


def test_an_order_of_a_message_is_answered_in_the_names_that_callers_know(seller_api, message):
    wanted = json.loads(Path(__file__).with_name("create_order_answer.json").read_text())
    body = order_of(seller_api, message).json()
    assert lacks(keys_of(body), keys_of(wanted)) == []


# Orders ---------------------------------------------------------------------------------


def test_the_drafts_lines_become_an_order(seller_api, seller_user, message, dupatta):
    body = order_of(seller_api, message, {"notes": "By Friday"}, "?providerSessionId=s-9").json()

    order, analysis = body["data"]["order"], body["data"]["analysis"]
    made = Order.objects.get()
    assert (body["status"], order["orderNo"]) == (True, made.order_reference)
    assert (order["status"], order["fulfillmentStatus"], order["grandTotal"]) == (
        "pending",
        "unfulfilled",
        700,
    )
    assert (order["items"][0]["sku"], order["items"][0]["quantity"]) == ("DUP-01", 2)
    assert (made.notes, made.channel, made.customer_verified) == ("By Friday", "whatsapp", True)
    assert (analysis["commerce"]["stage"], analysis["providerSessionId"]) == ("ordered", "s-9")
    assert analysis["appliedActions"][0]["actorId"] == seller_user.pk
    assert only_draft().status == DraftStatus.CONVERTED


def test_the_items_sent_win_over_the_draft_which_is_closed(seller_api, message, units):
    saree = ProductFactory(name="Paithani saree", unit_price="4200", has_variants=True)
    ProductFactory(parent=saree, name=saree.name, size="", color="blue", unit_price="4200")
    sky = ProductFactory(parent=saree, name=saree.name, color="sky blue", unit_price="4300")
    items = [{"productId": saree.pk, "quantity": 1, "variantNote": "Sky Blue please"}]
    order = order_of(seller_api, message, {"items": items, "tags": ["vip"]}).json()["data"]["order"]

    assert [item["productId"] for item in order["items"]] == [sky.pk]
    assert (order["grandTotal"], order["warnings"]) == (4300, ["tags was sent and is not kept."])
    assert only_draft().status == DraftStatus.CONVERTED
    assert seller_api.get(f"/order-drafts/{only_draft().pk}").status_code == 404


def test_a_note_that_names_no_size_is_kept_with_the_order(seller_api, message, dupatta):
    items = [{"productId": dupatta.pk, "quantity": "3", "variantNote": "gift wrap"}]
    order = order_of(seller_api, message, {"items": items}).json()["data"]["order"]
    assert (order["notes"], order["items"][0]["quantity"]) == ("Bandhani dupatta: gift wrap", 3)


def test_a_message_without_a_draft_can_be_ordered_from(seller_api, chat, dupatta):
    message = InboundMessageFactory(chat=chat, text="as told on the phone")
    items = [{"productId": dupatta.pk, "quantity": 1}]
    body = order_of(seller_api, message, {"items": items}).json()["data"]
    assert (body["order"]["customer"]["title"], body["analysis"]) == ("Nasreen Boutique", None)
    assert code_of(order_of(seller_api, InboundMessageFactory(chat=chat))) == (409, "not_ready")


def test_the_order_is_for_whom_staff_name(seller_api, message):
    other = IdentityFactory(customer=CustomerFactory(name="Hotel Sahyadri"))
    order = order_of(seller_api, message, {"contactId": other.pk}).json()["data"]["order"]
    assert (order["customer"]["title"], order["customerId"]) == (
        "Hotel Sahyadri",
        other.customer_id,
    )


def test_a_second_order_of_a_message_is_made_only_where_it_is_asked_for(
    seller_api, message, dupatta
):
    first = order_of(seller_api, message).json()["data"]["order"]["orderNo"]
    again = order_of(seller_api, message)
    assert (*code_of(again), again.json()["orders"]) == (409, "already_ordered", [first])

    twin = order_of(seller_api, message, {"allowDuplicate": True}).json()["data"]
    assert (twin["order"]["orderNo"] != first, twin["order"]["grandTotal"]) == (True, 700)
    assert [a["allowDuplicate"] for a in twin["analysis"]["appliedActions"]] == [False, True]


def test_an_order_that_the_review_page_made_counts_too(seller_api, message):
    seller_api.post(f"/order-drafts/{only_draft().pk}/convert", {}, format="json")
    assert code_of(order_of(seller_api, message)) == (409, "already_ordered")


def test_a_draft_for_several_clients_is_not_one_order(seller_api, message, entry):
    seller_api.post(
        f"/order-drafts/{entry.draft_id}/entries",
        {"product_id": entry.product_id, "quantity": 1, "client_id": CustomerFactory().pk},
        format="json",
    )
    assert code_of(order_of(seller_api, message)) == (409, "several_clients")


def test_a_draft_that_lacks_something_makes_no_order(seller_api, message, entry):
    entry.quantity = None
    entry.save()
    answer = order_of(seller_api, message)
    assert code_of(answer) == (409, "not_ready")
    assert answer.json()["entries"] == [{"id": entry.pk, "missing": ["quantity"]}]
    assert (Order.objects.count(), only_draft().status) == (0, DraftStatus.OPEN)


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"items": []}, "items"),
        ({"items": [{"productId": 987654, "quantity": 1}]}, "items.0.productId"),
        ({"items": [{"productId": "x", "quantity": 1}]}, "items.0.productId"),
        ({"items": [{"quantity": 1}]}, "items.0.productId"),
        ({"items": {"productId": 1}}, "items"),
        ({"customerId": 987654}, "customerId"),
        ({"contactId": 987654}, "contactId"),
        ({"customerId": "x"}, "customerId"),
        ({"notes": "x" * 2001}, "notes"),
        ({"allowDuplicate": "perhaps"}, "allowDuplicate"),
    ],
)
def test_an_order_that_can_not_be_meant_is_refused_and_nothing_is_made(
    seller_api, message, body, attr
):
    answer = order_of(seller_api, message, body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert (Order.objects.count(), only_draft().status) == (0, DraftStatus.OPEN)


@pytest.mark.parametrize("quantity", [0, -1, "2.5", 10**9, None, "NaN"])
def test_a_quantity_that_can_not_be_is_refused(seller_api, message, dupatta, quantity):
    items = [{"productId": dupatta.pk, "quantity": quantity}]
    answer = order_of(seller_api, message, {"items": items})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "items.0.quantity")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_eight_at_once_one_makes_the_order(message, seller_user):
    answers = race(*[lambda: order_of(client_of(seller_user), message).status_code] * 8)
    assert sorted(answers) == [200, *[409] * 7]
    assert (Order.objects.count(), MessageOrder.objects.count()) == (1, 1)
    assert Order.objects.get().total == Decimal(700)
