"""Every type of message: places, people, reactions, carts, taps, replies, hidden numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.models import WhatsAppIdentity
from drafts.models import Analysis, OrderDraft
from orders.lifecycle import confirm_order
from orders.models import Order
from tests.desk import said
from tests.factories import ChatFactory, CustomerFactory, ProductFactory
from tests.jobs import lose_jobs, run_jobs
from tests.orders.desk import placed
from tests.whatsapp.bodies import GUPSHUP_ID, NANDINI, event, post, text_event
from whatsapp import inbound
from whatsapp.errors import NotFailed
from whatsapp.models import Chat, InboundEvent, Message

pytestmark = pytest.mark.django_db
HIDDEN = "IN.1648712345678901"
OTHER_NUMBER = "+919822044556"
EVENTS = "/admin/whatsapp/inboundevent/"


def deliver(client, *events) -> None:
    for data in events:
        assert post(client, data).status_code == 200
    run_jobs()


def ours(**fields) -> Message:
    chat = ChatFactory(identity__customer__phone=NANDINI, last_inbound_at=None)
    now = timezone.now()
    return Message.objects.create(
        chat=chat, direction="out", text="Is it right?", happened_at=now, status="sent", **fields
    )


def tap(postback: str):
    data = event("message_button_reply")
    data["payload"]["payload"]["postbackText"] = postback
    data["payload"]["id"] = f"wamid.TAP.{postback}"
    return data


def replies() -> list[str]:
    return list(Message.objects.filter(direction="out").values_list("text", flat=True))


def test_a_place_is_kept_as_numbers_and_words(client):
    deliver(client, event("message_location"))
    message = Message.objects.get()
    assert (message.kind, message.text) == ("location", "19.1453658, 72.8552172")
    assert message.details == {
        "latitude": 19.1453658,
        "longitude": 72.8552172,
        "name": "",
        "address": "",
    }


def test_people_are_kept_with_their_numbers(client):
    deliver(client, event("message_contact"))
    message = Message.objects.get()
    assert (message.kind, message.text) == ("contact", "Harish Bhatt +91 98123 45679")
    people = [{"name": "Harish Bhatt", "phones": ["+91 98123 45679"]}]
    assert message.details == {"contacts": people}


def test_a_reaction_belongs_to_its_message_and_is_nothing_to_read(client):
    target = ours(provider_id="9b71295f-f7af-4c1f-b2b4-31b4a4867bad")
    deliver(client, event("message_reaction"))
    reaction = Message.objects.get(direction="in")
    assert (reaction.kind, reaction.text, reaction.answers) == ("reaction", "👍", target)
    assert Chat.objects.get().unread_count == 0


@pytest.mark.parametrize("early", [True, False], ids=["reply-first", "message-first"])
def test_a_reply_finds_what_it_answers_whichever_is_known_first(client, early):
    target = ours(provider_id=None if early else GUPSHUP_ID, attempted_at=timezone.now())
    reply = text_event("Yes, the blue one")
    reply["payload"]["context"] = {"id": "", "gsId": GUPSHUP_ID}
    deliver(client, reply)
    if early:
        Message.objects.filter(pk=target.pk).update(status="perhaps_sent")
        receipt = event("receipt_sent")
        receipt["timestamp"] = int(timezone.now().timestamp() * 1000)
        deliver(client, receipt)
    assert Message.objects.get(direction="in").answers == target


def test_a_reply_is_never_linked_into_somebody_elses_chat(client):
    Message.objects.create(
        chat=ChatFactory(),
        direction="out",
        status="sent",
        text="secret",
        provider_id=GUPSHUP_ID,
        happened_at=timezone.now(),
    )
    reply = text_event("Yes")
    reply["payload"]["context"] = {"gsId": GUPSHUP_ID}
    deliver(client, reply)
    assert Message.objects.get(direction="in").answers is None


# Carts and taps --------------------------------------------------------------------------


def test_a_cart_becomes_a_draft_of_full_confidence_without_a_reader(
    client, settings, units, monkeypatch
):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    monkeypatch.setattr("drafts.analysing.get_reader", None)  # nobody may ask for one
    kurta = ProductFactory(sku="KUR-BLU-L", name="Blue kurta L", unit_price=Decimal("450.00"))
    ring = ProductFactory(sku="RING-12", name="Ring 12", unit_price=Decimal("110.00"))
    deliver(client, event("v3_message_order"))
    draft = OrderDraft.objects.get()
    assert (draft.confidence, draft.reader) == (1.0, "cart")
    lines = [(e.product, e.quantity, e.match_confidence, e.unit_price) for e in draft.entries.all()]
    assert lines == [(kurta, 5, 1.0, None), (ring, 2, 1.0, None)]
    (warning,) = draft.entries.get(product=ring).warnings
    assert warning == "The catalogue showed 99.5; the desk's price is 110.00."
    first = draft.entries.first()
    text = Message.objects.get(direction="in").text
    assert text[first.source_start : first.source_end] == "5 × KUR-BLU-L"
    assert text.endswith("by Friday please")


def test_a_cart_of_unknown_products_still_becomes_a_draft(client, settings, units):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    deliver(client, event("v3_message_order"))
    entries = OrderDraft.objects.get().entries.all()
    assert [(e.product, e.item_name) for e in entries] == [(None, "KUR-BLU-L"), (None, "RING-12")]


def order_of(customer) -> Order:
    return placed((ProductFactory(stock=10), 1), customer=customer)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("yes", "pending", "Thank you, we noted your yes to order {}."),
        ("cancel", "cancelled", "Order {} is cancelled."),
    ],
)
def test_a_tap_acts_on_the_senders_own_order(client, units, settings, answer, status, words):
    settings.MESSAGE_EVENT_HANDLERS = ["drafts.intake.on_message_stored"]
    order = order_of(CustomerFactory(phone=NANDINI))
    data = tap(f"order:{order.order_reference}:{answer}")
    deliver(client, data, data)
    order.refresh_from_db()
    assert (order.status, replies()) == (status, [words.format(order)])
    assert Analysis.objects.count() == 0
    assert order.events.filter(note="Tapped on WhatsApp").count() == 1


def test_a_tap_reaches_nobody_elses_order(client, units):
    order = order_of(CustomerFactory())
    deliver(client, tap(f"order:{order.order_reference}:cancel"))
    order.refresh_from_db()
    assert order.status == "pending"
    assert replies() == ["We do not find that order. A person will look into it."]


def test_what_the_shop_is_at_is_not_cancelled_by_a_tap(client, units):
    order = order_of(CustomerFactory(phone=NANDINI))
    confirm_order(order, by=None)
    deliver(client, tap(f"order:{order.order_reference}:cancel"))
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert "could not be cancelled" in replies()[0]


@pytest.mark.parametrize(
    "postback", ["", "sku:RICE5", "order::yes", "order:A:drop", "order:A:yes "]
)
def test_a_tap_of_another_grammar_is_read_as_its_words(client, postback):
    deliver(client, tap(postback))
    assert (Message.objects.get().kind, replies()) == ("text", [])


# Hidden numbers ----------------------------------------------------------------------------


def hidden_text(text: str, phone: str = "", *, bsuid: str = HIDDEN):
    data = text_event(text, phone=phone)
    data["payload"]["sender"]["userId"] = bsuid
    return data


def test_a_hidden_number_makes_one_identity(client):
    deliver(client, hidden_text("3 kurtas"), hidden_text("and a ring"))
    identity = WhatsAppIdentity.objects.get()
    assert (identity.phone, identity.bsuid, identity.customer.phone) == (None, HIDDEN, None)
    assert Chat.objects.get().messages.count() == 2


def test_a_number_that_shows_itself_joins_its_identity(client):
    deliver(client, hidden_text("3 kurtas"), hidden_text("it is me", NANDINI), text_event("again"))
    identity = WhatsAppIdentity.objects.get()
    assert (identity.phone, identity.bsuid, identity.customer.phone) == (NANDINI, HIDDEN, NANDINI)
    assert [h.phone for h in identity.history.order_by("history_id")] == [None, NANDINI]


def test_a_known_number_learns_its_bsuid(client):
    deliver(client, text_event("3 kurtas"), hidden_text("me", NANDINI), hidden_text("me again"))
    assert WhatsAppIdentity.objects.get().bsuid == HIDDEN
    assert Chat.objects.get().messages.count() == 3


def test_a_shown_number_of_a_known_customer_leads_to_that_customer(client):
    known = CustomerFactory(phone=NANDINI)
    deliver(client, hidden_text("3 kurtas"), hidden_text("me", NANDINI))
    assert WhatsAppIdentity.objects.get().customer == known


def test_a_person_who_changes_number_is_answered_at_the_new_one(client):
    deliver(client, hidden_text("3 kurtas", NANDINI), hidden_text("new number", OTHER_NUMBER))
    identity = WhatsAppIdentity.objects.get()
    assert (identity.phone, identity.customer.phone) == (OTHER_NUMBER, OTHER_NUMBER)
    assert Chat.objects.get().messages.count() == 2


def test_whoever_gets_a_given_up_number_is_not_its_former_owner(client):
    deliver(client, hidden_text("3 kurtas", NANDINI), hidden_text("hi", NANDINI, bsuid="IN.77"))
    former, owner = WhatsAppIdentity.objects.order_by("pk")
    assert (former.phone, former.customer.phone) == (None, None)
    assert (owner.bsuid, owner.phone, owner.customer.phone) == ("IN.77", NANDINI, NANDINI)
    assert [chat.messages.count() for chat in Chat.objects.order_by("pk")] == [1, 1]
    assert former.history.count() == 2


# Again and in any order ----------------------------------------------------------------------


def test_a_failed_event_is_processed_again_by_hand(client, seller_user, seller_desk):
    post(client, text_event("2 rings"))
    lose_jobs()
    InboundEvent.objects.update(status="failed", last_error="no reader", attempt_count=8)
    row = InboundEvent.objects.get()
    data = {"action": "process_chosen_again", "_selected_action": [row.pk]}
    seller_desk.post(EVENTS, data)
    run_jobs()
    row.refresh_from_db()
    assert (row.status, Message.objects.get().text) == ("processed", "2 rings")
    logged = LogEntry.objects.get(object_id=str(row.pk))
    assert (logged.user, "no reader" in logged.change_message) == (seller_user, True)
    with pytest.raises(NotFailed):
        inbound.process_again(row, by=seller_user)
    answer = seller_desk.post(EVENTS, data, follow=True)
    assert "Only an event that failed" in " ".join(said(answer))


class AnyOrder(TestCase):
    """The same events end in the same state, however often and in whatever order they come."""

    @settings(max_examples=10, deadline=None, phases=[Phase.generate])
    @given(st.data())
    def test_any_order_and_repetition_end_in_the_same_state(self, data):
        events = _a_conversation()
        order = data.draw(st.permutations([*events, *events]))
        ours(provider_id=GUPSHUP_ID, attempted_at=timezone.now())
        for body in order:
            assert post(self.client, body).status_code == 200
            if data.draw(st.booleans()):
                run_jobs()
        run_jobs(also_later=True)
        assert _state() == EXPECTED


def _a_conversation() -> list[dict]:
    texts = [
        text_event(f"{n} rings", message_id=f"wamid.P{n}", timestamp=1_763_550_000_000 + n)
        for n in range(3)
    ]
    texts[2]["payload"]["context"] = {"id": "wamid.P0"}
    receipts = [event(f"receipt_{kind}") for kind in ("enqueued", "sent", "delivered", "read")]
    return [*texts, *receipts, event("message_location"), event("billing")]


def _state() -> list[tuple]:
    rows = Message.objects.order_by("direction", "provider_id")
    fields = ("direction", "kind", "text", "status", "answers__text")
    chat = Chat.objects.get()
    return [*rows.values_list(*fields), (chat.unread_count, chat.last_inbound_at.timestamp())]


EXPECTED = [
    ("in", "location", "19.1453658, 72.8552172", "received", None),
    ("in", "text", "0 rings", "received", None),
    ("in", "text", "1 rings", "received", None),
    ("in", "text", "2 rings", "received", "0 rings"),
    ("out", "text", "Is it right?", "read", None),
    (4, 1_763_550_000.002),
]
