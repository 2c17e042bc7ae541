"""Notices about orders: who hears what, in which words, once; and what stands in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from customers.consent import record_opt_in, record_opt_out
from customers.models import Customer, Shop
from orders.lifecycle import cancel_order, move_order
from orders.models import Order, OrderStatus
from orders.placing import Buyer
from orders.subscribing import subscribe
from tests.factories import CustomerFactory, IdentityFactory, ProductFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from tests.orders.desk import brought_to, placed
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices, order_of
from whatsapp import notices, queueing
from whatsapp.errors import NotResendable
from whatsapp.models import Chat, Message, Notice, NoticeWording, OrderNotice, Template
from whatsapp.sweeping import sweep_whatsapp

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=25)


@pytest.fixture(autouse=True)
def _shop():
    first_notices()
    Shop.objects.update_or_create(pk=1, defaults={"name": "Kesar Jewels", "language": "en"})


@pytest.fixture
def ring(units):
    return ProductFactory(name="Plain gold ring", unit_price="125000.50", stock=20)


@pytest.fixture
def anita():
    """Agreed to notices and wrote just now."""
    customer = agreed(name="Anita Desai")
    chat_of(customer)
    return customer


def sent_texts(gupshup) -> list[str]:
    run_jobs()
    return [accepted.text for accepted in gupshup.accepted]


def rows() -> list[tuple[str, str, str]]:
    """(event, status, why) of each order notice, oldest first."""
    found = OrderNotice.objects.order_by("pk")
    return list(found.values_list("event", "status", "last_error"))


def only(*events: str) -> None:
    Notice.objects.exclude(event__in=events).update(is_on=False)


def test_each_step_of_an_order_is_told_once_and_in_order(gupshup, anita, ring):
    order = order_of(anita, (ring, 2), tracking_number="77123", carrier="Delhivery")
    order = brought_to(order, OrderStatus.DELIVERED)
    ref = order.order_reference
    assert sent_texts(gupshup) == [
        f"Hello Anita Desai, we have your order {ref}: 2 × Plain gold ring.\n"
        "Total ₹2,50,001. We tell you when it is confirmed.",
        f"Your order {ref} is confirmed: 2 × Plain gold ring.\nTotal ₹2,50,001.",
        f"We are packing your order {ref}.",
        f"Your order {ref} is on its way.\nTracking: Delhivery 77123",
        f"Your order {ref} is delivered. Thank you! Kesar Jewels",
    ]
    assert {status for _, status, _ in rows()} == {"queued"}


def test_an_account_that_typed_a_number_and_ticked_the_box_is_told_there(gupshup, ring):
    """Its customer has no number: the yes and the chat are those of whoever has it."""
    only("confirmed")
    account = CustomerFactory(name="Anita's account", phone=None)
    phone = "+919812345611"
    chat_of(CustomerFactory(name="Anita Desai", phone=phone), identity__phone=phone)
    buyer = Buyer(customer=account, verified=True, name="Anita Desai", phone=phone)
    order = placed((ring, 1), buyer=buyer)
    subscribe(order, by=None)
    brought_to(order, OrderStatus.CONFIRMED)
    run_jobs()
    [accepted] = gupshup.accepted
    assert (f"+{accepted.destination}", accepted.text.split("\n")[0]) == (
        phone,
        f"Your order {order.order_reference} is confirmed: 1 × Plain gold ring.",
    )


def test_a_cancelled_order_is_told(gupshup, anita, ring):
    only("cancelled")
    order = cancel_order(order_of(anita, (ring, 1)), by=None)
    assert sent_texts(gupshup) == [
        f"Your order {order} is cancelled. Write to us if that is not right."
    ]


def test_a_line_without_anything_to_say_is_left_out(gupshup, anita, ring):
    only("shipped")
    order = brought_to(order_of(anita, (ring, 1)), OrderStatus.SHIPPED)
    assert sent_texts(gupshup) == [f"Your order {order} is on its way."]


def test_outside_of_the_window_the_template_goes_with_the_orders_own_values(gupshup, ring):
    customer = agreed(name="Anita\n\tDesai     Jewels")
    chat_of(customer, last_inbound_at=timezone.now() - LONG_AGO)
    template = approved("confirmed", "customer_name", "order_reference", "tracking_number")
    only("confirmed")
    order = brought_to(order_of(customer, (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    (accepted,) = gupshup.accepted
    params = ["Anita Desai Jewels", order.order_reference, "—"]
    assert accepted.content == {"id": template.gupshup_id, "params": params}
    message = Message.objects.get()
    assert message.text == f"About your order: {' '.join(params)}."
    assert (message.kind, message.status, message.needs_consent) == ("template", "sent", True)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("hi", "hi"), ("gu", "gu"), ("ta", "en")],
)
def test_the_customer_reads_their_language_else_english(gupshup, ring, language, expected):
    customer = agreed(language=language)
    chat_of(customer)
    only("processing")
    brought_to(order_of(customer, (ring, 1)), OrderStatus.PROCESSING)
    text = NoticeWording.objects.get(notice__event="processing", language=expected).text
    assert sent_texts(gupshup) == [text.replace("{order_reference}", str(Order.objects.get()))]


@pytest.mark.parametrize(
    ("style", "language", "said"),
    [
        ("words", "hi", "5 मार्च 2026 · बाक़ी"),
        ("words", "en", "5 Mar 2026 · unpaid"),
        ("iso", "gu", "2026-03-05 · બાકી"),
    ],
)
def test_days_and_states_are_written_as_the_shop_does_in_their_language(
    gupshup, ring, style, language, said
):
    only("received")
    Shop(pk=1, name="Kesar Jewels", date_style=style).save()
    NoticeWording.objects.update(text="{order_date} · {payment_status}")
    customer = agreed(language=language)
    chat_of(customer)
    order = order_of(customer, (ring, 1))
    Order.objects.filter(pk=order.pk).update(created_at="2026-03-05T06:30Z")
    assert sent_texts(gupshup) == [said]


def test_a_template_falls_back_to_the_shops_language_then_to_english(gupshup, ring):
    Shop.objects.update(language="gu")
    approved("confirmed", language="hi", state="paused")
    gujarati = approved("confirmed", language="gu")
    approved("confirmed", language="en")
    only("confirmed")
    brought_to(order_of(agreed(language="hi"), (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    assert [one.content["id"] for one in gupshup.accepted] == [gujarati.gupshup_id]


# Who hears nothing -----------------------------------------------------------------------


def stranger() -> Customer:
    return chat_of(CustomerFactory()).identity.customer


def stopped() -> Customer:
    customer = agreed()
    record_opt_out(customer, how="keyword")
    chat_of(customer)
    return customer


@pytest.mark.parametrize("buyer", [stranger, stopped, lambda: None])
def test_nobody_hears_who_did_not_agree(gupshup, ring, buyer):
    brought_to(order_of(buyer(), (ring, 1)), OrderStatus.DELIVERED)
    run_jobs()
    assert (rows(), gupshup.calls) == ([], 0)


def test_what_is_switched_off_is_not_told(gupshup, anita, ring):
    only("confirmed")
    brought_to(order_of(anita, (ring, 1)), OrderStatus.DELIVERED)
    run_jobs()
    assert [event for event, *_ in rows()] == ["confirmed"]


def test_a_stop_before_the_words_are_written_stops_it(gupshup, anita, ring):
    order_of(anita, (ring, 1))
    record_opt_out(anita, how="keyword")
    run_jobs()
    (row,) = rows()
    assert row[:2] == ("received", "not_sent")
    assert "said STOP" in row[2]
    assert gupshup.calls == 0


def test_a_stop_while_it_waits_in_the_outbox_stops_it(gupshup, anita, ring):
    order_of(anita, (ring, 1))
    notices.write_notice(OrderNotice.objects.get().pk)
    record_opt_out(anita, how="keyword")
    run_jobs()
    message = Message.objects.get()
    assert (message.status, gupshup.calls) == ("failed", 0)
    assert "said STOP" in message.last_error


def test_a_direct_answer_still_goes_to_who_said_stop(gupshup):
    from whatsapp.outbox import queue_text

    queue_text(chat_of(stopped_without_chat()), "Yes, till 8 pm.", purpose="staff:1")
    assert sent_texts(gupshup) == ["Yes, till 8 pm."]


def stopped_without_chat() -> Customer:
    customer = agreed()
    record_opt_out(customer, how="keyword")
    return customer


# What changes while it waits ----------------------------------------------------------------


def queued_text(anita, ring) -> Message:
    """A notice that waits in the outbox as a text."""
    only("confirmed")
    brought_to(order_of(anita, (ring, 1)), OrderStatus.CONFIRMED)
    notices.write_notice(OrderNotice.objects.get().pk)
    message = Message.objects.get()
    assert (message.kind, message.status) == ("text", "queued")
    return message


def close_window() -> None:
    Chat.objects.update(last_inbound_at=timezone.now() - LONG_AGO)


def test_a_text_whose_window_closed_while_it_waited_leaves_as_its_template(gupshup, anita, ring):
    template = approved("confirmed", "order_reference")
    message = queued_text(anita, ring)
    close_window()
    run_jobs()
    message.refresh_from_db()
    (accepted,) = gupshup.accepted
    order = Order.objects.get()
    assert accepted.content == {"id": template.gupshup_id, "params": [str(order)]}
    assert (message.kind, message.text) == ("template", f"About your order: {order}.")


def test_without_a_template_it_fails_and_says_so(gupshup, anita, ring):
    message = queued_text(anita, ring)
    close_window()
    run_jobs()
    message.refresh_from_db()
    assert (message.status, gupshup.calls) == ("failed", 0)
    assert "only a template" in message.last_error


def test_a_template_that_whatsapp_paused_meanwhile_does_not_leave(gupshup, anita, ring):
    template = approved("confirmed")
    message = queued_text(anita, ring)
    close_window()
    Template.objects.filter(pk=template.pk).update(state="paused")
    run_jobs()
    message.refresh_from_db()
    assert (message.status, gupshup.calls) == ("failed", 0)
    assert "is not approved (Paused)" in message.last_error


# Nothing lost, nothing twice ------------------------------------------------------------------


def test_the_notice_lives_and_dies_with_the_orders_event(anita, ring):
    order = order_of(anita, (ring, 1))
    OrderNotice.objects.all().delete()
    lose_jobs()
    with pytest.raises(RuntimeError), transaction.atomic():
        move_order(order, OrderStatus.CONFIRMED, by=None)
        assert len(waiting_jobs()) == 1
        raise RuntimeError
    assert (rows(), waiting_jobs()) == ([], [])


def test_the_same_event_again_and_the_same_job_again_add_nothing(gupshup, anita, ring):
    order = order_of(anita, (ring, 1))
    notices.on_order_event(order=order, event="placed", by=None)
    notice = OrderNotice.objects.get()
    for _ in range(2):
        notices.write_notice(notice.pk)
    run_jobs()
    assert len(gupshup.accepted) == 1


def test_a_lost_job_is_found_by_the_sweep(gupshup, anita, ring, clock):
    order_of(anita, (ring, 1))
    lose_jobs()
    clock.advance(minutes=2)
    assert sweep_whatsapp(clock.now)["notices_requeued"] == 1
    assert sweep_whatsapp(clock.now)["notices_requeued"] == 0
    assert len(sent_texts(gupshup)) == 1


def test_a_fault_in_writing_rolls_back_no_sale_and_is_tried_again(
    gupshup, anita, ring, monkeypatch, clock
):
    only("confirmed")

    def broken(order):
        raise ZeroDivisionError("no words")

    with monkeypatch.context() as patched:
        patched.setattr(notices, "order_values", broken)
        order = brought_to(order_of(anita, (ring, 1)), OrderStatus.CONFIRMED)
        run_jobs()
        assert rows() == [("confirmed", "due", "ZeroDivisionError: no words")]
        assert order.status == "confirmed"
    clock.run(minutes=2, each_minute=sweep_whatsapp)
    assert rows() == [("confirmed", "queued", "")]
    assert len(gupshup.accepted) == 1


def test_after_five_tries_it_is_not_sent_and_says_why(anita, ring, monkeypatch):
    def broken(order):
        raise ZeroDivisionError("no words")

    monkeypatch.setattr(notices, "order_values", broken)
    order_of(anita, (ring, 1))
    run_jobs(also_later=True)
    notice = OrderNotice.objects.get()
    assert (notice.status, notice.attempt_count) == ("not_sent", notices.RETRIES.most)
    assert notice.last_error == "ZeroDivisionError: no words"
    assert notice.next_attempt_at is None


def test_what_was_not_sent_is_tried_again_by_hand(gupshup, ring):
    only("confirmed")
    customer = agreed()
    brought_to(order_of(customer, (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    (row,) = rows()
    assert row[1] == "not_sent"
    assert row[2].endswith("No template is chosen for English.")
    approved("confirmed")
    notice = notices.write_again(OrderNotice.objects.get())
    run_jobs()
    assert ([status for _, status, _ in rows()], len(gupshup.accepted)) == (["queued"], 1)
    with pytest.raises(NotResendable):
        notices.write_again(notice)


def test_a_number_that_became_somebody_elses_is_not_written_to(gupshup, ring):
    customer = agreed(phone="+919812300078")
    IdentityFactory(phone="+919812300078", customer=CustomerFactory())
    approved("confirmed")
    only("confirmed")
    brought_to(order_of(customer, (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    assert gupshup.calls == 0
    assert "somebody else's" in rows()[0][2]


def test_a_hidden_number_hears_nothing_and_staff_see_why(gupshup, ring):
    customer = CustomerFactory(phone=None)
    chat_of(customer, identity__phone=None, identity__bsuid="IN.164870011")
    record_opt_in(customer, how="keyword")
    only("confirmed")
    brought_to(order_of(customer, (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    assert (gupshup.calls, rows()[0][1]) == (0, "not_sent")
    assert "no WhatsApp number" in rows()[0][2]


def test_notices_of_one_order_share_a_lock(anita, ring):
    order = brought_to(order_of(anita, (ring, 1)), OrderStatus.CONFIRMED)
    jobs = [(task, lock) for task, lock, _ in waiting_jobs()]
    assert jobs == [(queueing.WRITE_NOTICE, f"notices-{order.pk}")] * 2
