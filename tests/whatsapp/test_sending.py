"""When a message may leave: inside the window, in order, within the limits, and after an outage."""

from __future__ import annotations

import socket
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from config.reconciling import find_faults
from tests.factories import ChatFactory
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from whatsapp import outbox, sending
from whatsapp.errors import WindowClosed
from whatsapp.models import Chat, Message, SendPace
from whatsapp.sweeping import sweep_whatsapp
from whatsapp.window import CLOSED, HIDDEN_NUMBER, NEVER_WROTE, why_not_sendable

pytestmark = pytest.mark.django_db


def queue(chat: Chat, *texts: str) -> list[Message]:
    return [outbox.queue_text(chat, text, purpose=f"{chat.pk}:{text}") for text in texts]


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.last_error


def texts_of(gupshup, chat: Chat) -> list[str]:
    digits = chat.identity.phone.lstrip("+")
    return [m.text for m in gupshup.accepted if m.destination == digits]


# The 24-hour window -----------------------------------------------------------------------


def test_a_text_leaves_until_the_last_moment_of_the_window(gupshup, clock):
    chat = ChatFactory()
    (message,) = queue(chat, "Your order is packed.")
    clock.advance(hours=23, minutes=59)
    run_jobs()
    assert state(message) == ("sent", "")


def test_a_text_whose_window_closed_while_it_waited_is_refused_with_the_reason(gupshup, clock):
    chat = ChatFactory()
    (message,) = queue(chat, "Your order is packed.")
    clock.advance(hours=24, seconds=1)
    run_jobs()
    assert (state(message), gupshup.calls, waiting_jobs()) == (("failed", CLOSED), 0, [])
    assert find_faults() == []


def test_a_refused_text_can_be_sent_once_the_customer_writes_again(gupshup, clock, seller_user):
    chat = ChatFactory()
    (message,) = queue(chat, "Your order is packed.")
    clock.advance(hours=25)
    run_jobs()
    with pytest.raises(WindowClosed, match="only a template"):
        outbox.resend(message, by=seller_user)
    assert state(message) == ("failed", CLOSED)
    Chat.objects.update(last_inbound_at=clock.now)
    outbox.resend(message, by=seller_user)
    run_jobs()
    assert state(message) == ("sent", "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"last_inbound_at": timezone.now() - timedelta(hours=25)}, CLOSED),
        ({"last_inbound_at": None}, NEVER_WROTE),
        ({"identity__phone": None, "identity__bsuid": "IN.164871234567"}, HIDDEN_NUMBER),
    ],
)
def test_staff_are_told_why_nothing_can_be_sent(fields, reason):
    assert why_not_sendable(ChatFactory(**fields)) == reason


# The order ----------------------------------------------------------------------------------


def test_messages_of_a_chat_leave_in_the_order_in_which_they_were_queued(gupshup):
    chat, other = ChatFactory(), ChatFactory()
    first, second, third = queue(chat, "one", "two", "three")
    (elsewhere,) = queue(other, "hello")
    for message in (third, second, elsewhere):
        sending.send_message(message.pk)
    assert [state(m)[0] for m in (first, second, third, elsewhere)] == [*["queued"] * 3, "sent"]
    run_jobs()
    assert texts_of(gupshup, chat) == ["one", "two", "three"]


def test_what_waits_behind_a_message_leaves_when_that_is_through_and_is_not_forgotten(
    gupshup, clock
):
    first, second = queue(ChatFactory(), "one", "two")
    sending._claim(first.pk)
    sending.send_message(second.pk)
    second.refresh_from_db()
    assert second.next_attempt_at > clock.now + sending.LEASE
    clock.run(each_minute=sweep_whatsapp, minutes=7)  # the worker that had the first one is dead
    assert (state(first)[0], state(second)[0]) == ("perhaps_sent", "sent")
    assert find_faults() == []


@pytest.mark.parametrize("fault", ["invalid", "no_id"])
def test_a_failed_or_doubtful_message_holds_nobody_up(gupshup, clock, fault):
    gupshup.fail_next(fault)
    _, second = queue(ChatFactory(), "one", "two")
    clock.run(each_minute=sweep_whatsapp, seconds=10)
    assert state(second) == ("sent", "")


# The limits -----------------------------------------------------------------------------------


def test_one_customer_gets_a_message_each_six_seconds(gupshup, clock, settings):
    settings.GUPSHUP_SECONDS_PER_CUSTOMER = 6
    messages = queue(ChatFactory(), "one", "two", "three") + queue(ChatFactory(), "hello")
    began = clock.now
    clock.run(each_minute=sweep_whatsapp, minutes=1)
    attempts = [Message.objects.get(pk=m.pk).attempted_at - began for m in messages]
    assert [moment.total_seconds() for moment in attempts] == [0, 6, 12, 0]
    assert gupshup.calls == 4


def test_twenty_messages_a_second_leave_and_the_rest_soon_after(gupshup, clock):
    for number in range(70):
        queue(ChatFactory(), f"message {number}")
    clock.run(each_minute=sweep_whatsapp, seconds=10)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    assert_at_most(20)
    took = max(attempts()) - min(attempts())
    assert timedelta(seconds=3) <= took < timedelta(seconds=6)


def attempts() -> list:
    return sorted(Message.objects.values_list("attempted_at", flat=True))


def assert_at_most(limit: int) -> None:
    """In no second, wherever it begins, more than so many left."""
    moments = attempts()
    for index, moment in enumerate(moments[limit:]):
        assert moment - moments[index] >= timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_limit_holds_over_all_workers(gupshup, clock):
    messages = [queue(ChatFactory(), f"message {number}")[0].pk for number in range(60)]
    start = threading.Barrier(6)

    def work(worker: int) -> None:
        start.wait()
        try:
            for pk in messages[worker::6]:
                sending.send_message(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert Counter(Message.objects.values_list("status", flat=True)) == {"sent": 20, "queued": 40}
    assert gupshup.calls == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_six_workers_keep_the_order_of_a_chat_and_the_rest_between_its_messages(
    gupshup, clock, settings
):
    settings.GUPSHUP_SECONDS_PER_CUSTOMER = 6
    chat = ChatFactory()
    messages = [m.pk for m in queue(chat, "one", "two", "three", "four")]
    start = threading.Barrier(6)

    def work(worker: int) -> None:
        start.wait()
        try:
            for pk in messages[:: 1 if worker % 2 else -1]:
                sending.send_message(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert texts_of(gupshup, chat) == ["one"]
    clock.run(each_minute=sweep_whatsapp, minutes=1)
    assert texts_of(gupshup, chat) == ["one", "two", "three", "four"]


# Outages ----------------------------------------------------------------------------------------


def nobody_listens() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize("outage", ["unreachable", "broken", "throttled"])
def test_after_an_hour_without_gupshup_everything_leaves_once_and_in_order(
    gupshup, clock, settings, outage
):
    settings.GUPSHUP_SECONDS_PER_CUSTOMER = 6
    there = settings.GUPSHUP_BASE_URL
    settings.GUPSHUP_BASE_URL = nobody_listens() if outage == "unreachable" else there
    gupshup.outage = outage
    chats = [ChatFactory() for _ in range(8)]
    for hour in range(4):
        for chat in chats:
            queue(chat, f"{hour}a", f"{hour}b")
        clock.run(each_minute=sweep_whatsapp, minutes=15)
    assert (len(gupshup.accepted), Message.objects.exclude(status="queued").count()) == (0, 0)
    refused = Message.objects.exclude(attempt_count=0).count()
    assert refused < 20  # the others wait while a few find out

    settings.GUPSHUP_BASE_URL, gupshup.outage = there, ""
    clock.run(each_minute=sweep_whatsapp, minutes=25)
    written = [f"{hour}{part}" for hour in range(4) for part in "ab"]
    assert {chat.pk: texts_of(gupshup, chat) for chat in chats} == {c.pk: written for c in chats}
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    assert find_faults() == []
    assert_rest_between(timedelta(seconds=6))
    assert_at_most(20)


def assert_rest_between(rest: timedelta) -> None:
    by_chat = defaultdict(list)
    for message in Message.objects.order_by("pk"):
        by_chat[message.chat_id].append(message.attempted_at)
    for moments in by_chat.values():
        assert all(later - sooner >= rest for sooner, later in pairwise(moments))


def test_unclear_answers_for_an_hour_leave_few_messages_in_doubt(gupshup, clock):
    gupshup.outage = "proxy_failed"
    for number in range(60):
        queue(ChatFactory(), f"message {number}")
    clock.run(each_minute=sweep_whatsapp, hours=1)
    gupshup.outage = ""
    clock.run(each_minute=sweep_whatsapp, minutes=25)
    left = Counter(Message.objects.values_list("status", flat=True))
    assert left["sent"] + left["perhaps_sent"] == 60
    assert left["perhaps_sent"] <= 20
    assert len(gupshup.accepted) == left["sent"]


def test_too_many_requests_makes_everybody_wait_a_little(gupshup, clock):
    gupshup.fail_next("throttled")
    first, second = (queue(ChatFactory(), "hello")[0] for _ in range(2))
    run_jobs()
    assert state(first) == ("queued", "HTTP 429: Too Many Requests")
    assert (state(second), gupshup.calls) == (("queued", ""), 1)
    clock.run(each_minute=sweep_whatsapp, seconds=20)
    assert (state(first), state(second)) == (("sent", ""), ("sent", ""))
    pace = SendPace.objects.get()
    assert (pace.failures, pace.paused_until) == (0, None)


def test_lost_jobs_of_waiting_messages_are_made_anew(gupshup, clock, settings):
    settings.GUPSHUP_SECONDS_PER_CUSTOMER = 6
    messages = queue(ChatFactory(), "one", "two", "three")
    run_jobs()
    lose_jobs()
    clock.run(each_minute=sweep_whatsapp, minutes=5)
    assert [state(message)[0] for message in messages] == ["sent"] * 3
