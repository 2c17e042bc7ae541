"""Who writes while the shop is closed hears so once."""

from __future__ import annotations

import datetime as dt

import pytest

from customers.hours import closed_since, opens_next
from customers.models import ClosedDay, OpeningTime, Shop
from tests.factories import ChatFactory, InboundMessageFactory
from whatsapp.away import on_message_stored
from whatsapp.models import Message

IST = dt.timezone(dt.timedelta(hours=5, minutes=30))


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026 in the shop; the 16th is a Monday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=IST)


@pytest.fixture
def shop(db) -> Shop:
    """Open Monday to Friday 10-13 and 16-20, Saturday 10 to midnight, not on the 18th."""
    away = "We are closed. We open at {opens}."
    shop = Shop.objects.create(pk=1, away_message=away)
    spans = [(day, 10, 13) for day in range(5)] + [(day, 16, 20) for day in range(5)]
    for weekday, opens, closes in [*spans, (5, 10, 0)]:
        OpeningTime.objects.create(
            shop=shop, weekday=weekday, opens=dt.time(opens), closes=dt.time(closes)
        )
    ClosedDay.objects.create(shop=shop, day=dt.date(2026, 11, 18), why="Diwali")
    return shop


@pytest.fixture
def chat(db):
    return ChatFactory(last_inbound_at=None)


def hears(
    clock, chat, moment: dt.datetime, *, handled: dt.datetime | None = None, **fields
) -> None:
    """The customer writes at the moment; the desk works it off then, or later."""
    clock.now = handled or moment
    message = InboundMessageFactory(chat=chat, happened_at=moment, **fields)
    chat.last_inbound_at = moment
    chat.save()
    on_message_stored(message)


def answers() -> list[str]:
    return list(Message.objects.filter(direction="out").order_by("pk").values_list("text", flat=1))


@pytest.mark.parametrize(
    ("moment", "since", "next_"),
    [
        (at(16, 9, 59), at(15, 0), at(16, 10)),
        (at(16, 10), None, at(16, 16)),
        (at(16, 12, 59), None, at(16, 16)),
        (at(16, 13), at(16, 13), at(16, 16)),
        (at(16, 20), at(16, 20), at(17, 10)),
        (at(18, 11), at(17, 20), at(19, 10)),
        (at(21, 23, 59), None, at(23, 10)),
        (at(22, 12), at(22, 0), at(23, 10)),
    ],
)
def test_the_hours_say_when_it_is_closed_and_opens(shop, moment, since, next_):
    assert (closed_since(moment), opens_next(moment)) == (since, next_)


def test_a_shop_without_hours_is_always_open(db):
    assert (closed_since(at(16, 3)), opens_next(at(16, 3))) == (None, None)


def test_the_first_message_of_a_closed_time_is_answered_and_no_other(shop, chat, clock):
    hears(clock, chat, at(16, 14))
    hears(clock, chat, at(16, 14, 20))
    assert answers() == ["We are closed. We open at 16:00."]
    hears(clock, chat, at(16, 17))  # open
    hears(clock, chat, at(16, 21))
    assert answers()[1:] == ["We are closed. We open at 17 Nov 10:00."]
    assert Message.objects.filter(direction="out").first().status == "queued"


def test_each_chat_is_answered(shop, chat, clock):
    hears(clock, chat, at(18, 11))
    hears(clock, ChatFactory(), at(18, 12))
    assert answers() == ["We are closed. We open at 19 Nov 10:00."] * 2


@pytest.mark.parametrize("kind", ["reaction", "button", "consent"])
def test_what_waits_for_no_answer_gets_none(shop, chat, clock, kind):
    hears(clock, chat, at(16, 14), kind=kind)
    assert answers() == []


def test_a_message_that_is_worked_off_when_the_shop_is_open_again_gets_none(shop, chat, clock):
    hears(clock, chat, at(16, 9, 59), handled=at(16, 10))
    assert answers() == []


def test_a_message_that_came_while_it_was_open_gets_none(shop, chat, clock):
    hears(clock, chat, at(16, 12, 59), handled=at(16, 13, 1))
    assert answers() == []


def test_without_an_away_message_nobody_is_answered(shop, chat, clock):
    Shop.objects.update(away_message="")
    hears(clock, chat, at(16, 14))
    assert answers() == []


def test_the_hours_follow_the_shops_zone(shop, chat, clock):
    shop.time_zone = "Asia/Dubai"
    shop.save()
    hears(clock, chat, at(16, 14))  # 12:30 in Dubai: open
    assert answers() == []
