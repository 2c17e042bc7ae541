"""Home: every number is what its list shows, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from drafts.conversion import convert_draft
from drafts.editing import update_entry
from drafts.models import DraftEntry, DraftMessage, OrderDraft
from khata.models import LedgerTransaction
from khata.posting import post_entry
from orders.lifecycle import cancel_order
from orders.models import MetalRate, Order
from tests.desk import text_of
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    InboundMessageFactory,
    KhataUploadFactory,
    ProductFactory,
)
from tests.orders.desk import placed
from whatsapp.models import InboundEvent, Message

HOME = reverse("admin:index")


def tiles(page: str) -> dict[str, str]:
    """What is counted, by its words."""
    found = re.findall(r"<strong>([^<]*)</strong>([^<]*)", page)
    return {words.strip(): count for count, words in found}


def links(page: str) -> dict[str, tuple[str, str]]:
    """Each tile's number and the list it opens, by its words."""
    found = re.findall(r'<a href="([^"]+)" class="[^"]*"><strong>([^<]*)</strong>([^<]*)', page)
    return {words.strip(): (count, unescape(link)) for link, count, words in found}


@pytest.fixture
def busy(units):
    """Some of each kind that waits, beside some that don't."""
    chat = ChatFactory(unread_count=1)
    InboundMessageFactory(chat=chat, text="2 sarees")
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer, status="discarded")
    product = ProductFactory(name="Chanderi saree", unit_price="2500", stock=1, reorder_level=3)
    placed((product, 2))
    placed((ProductFactory(unit_price="100", stock=9), 1))
    cancel_order(placed((product, 1)), by=None)
    Message.objects.create(chat=chat, direction="out", status="failed", happened_at=timezone.now())
    InboundEvent.objects.create(key="k1", raw=b"{", status="failed")
    KhataUploadFactory()
    KhataUploadFactory(status="failed")
    MetalRate.objects.create(metal="silver", date=timezone.localdate(), rate="82.50")


# Now -----------------------------------------------------------------------------------


def test_home_counts_what_waits(seller_desk, busy):
    page = text_of(seller_desk.get(HOME))
    counted = tiles(page)
    assert counted["drafts to review"] == "1"
    assert counted["unanswered chats"] == "1"
    assert counted["orders to confirm"] == "2"
    assert counted["short of stock"] == "1"
    assert counted["sends failed or unsure"] == "1"
    assert counted["messages not understood"] == "1"
    assert counted["khata pages to review"] == "1"
    assert counted["orders"] == "2"
    assert counted["Storefront"] == "2"
    assert "₹5,100" in page
    assert "oldest 0 min" in page
    assert "1 pc left" in page
    assert "₹82.50/g" in page


def test_every_number_leads_to_a_list_of_exactly_so_many(seller_desk, busy):
    found = links(text_of(seller_desk.get(HOME)))
    assert len(found) >= 11
    for words, (count, link) in found.items():
        answer = seller_desk.get(link)
        assert answer.status_code == 200, link
        if "cl" in answer.context and count.isdecimal():
            assert answer.context["cl"].result_count == int(count), words


def owed(amount, *, ago):
    """A debt of that many days ago."""
    count = LedgerTransaction.objects.count()
    day = timezone.localdate() - dt.timedelta(days=ago)
    amount = Decimal(amount)
    post_entry(customer=CustomerFactory(), date=day, debit=amount, key=f"home:{count}", by=None)


def test_home_shows_what_customers_owe_by_age_and_over_time(seller_desk, units):
    owed(125000, ago=3)
    owed(40000, ago=45)
    page = text_of(seller_desk.get(HOME))
    assert links(page)["overdue"] == ("₹40,000", reverse("admin:khata_reminders"))
    assert "<strong>₹1,65,000</strong> ▲ 312 % on four weeks ago" in page
    assert "31–60 <strong>₹40,000.00</strong>" in page


def test_an_empty_desk_says_how_to_begin(seller_desk):
    assert "manage.py simulate_whatsapp" in text_of(seller_desk.get(HOME))


# Today and figures ---------------------------------------------------------------------


def sold(amount: str, *, days: float, channel: str = "storefront") -> Order:
    """An order of so many days ago, as to now."""
    order = placed((ProductFactory(unit_price=amount), 1))
    when = timezone.now() - dt.timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(created_at=when, channel=channel)
    return order


@pytest.fixture
def afternoon(clock) -> None:
    """It is 15:00 in the shop, whatever the clock of the machine says."""
    clock.now = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def test_today_stands_beside_the_same_weekday_last_week_up_to_this_hour(
    seller_desk, units, afternoon
):
    sold("1120", days=0)
    sold("1000", days=7.01)
    sold("9999", days=6.9)  # last week, but later in the day
    cancel_order(sold("500", days=0), by=None)
    page = text_of(seller_desk.get(HOME))
    assert "<strong>₹1,120</strong>▲ 12 % on last Friday by this hour (₹1,000)" in page


def test_a_day_worse_than_last_weeks_is_said_so(seller_desk, units, afternoon):
    sold("750", days=0)
    sold("1000", days=7.01)
    assert "▼ 25 % on last Friday by this hour" in text_of(seller_desk.get(HOME))


def chart_of(answer, title: str):
    return next(chart for chart in answer.context["charts"] if chart.title == title)


def test_orders_and_revenue_are_drawn_by_day_and_channel(seller_desk, units, afternoon):
    sold("100", days=2)
    sold("250", days=2, channel="whatsapp")
    sold("400", days=0)
    cancel_order(sold("7", days=0), by=None)
    answer = seller_desk.get(HOME, {"days": "3"})
    orders = [(bar.day, bar.cells) for bar in chart_of(answer, "Orders by day").bars]
    assert orders == [
        ("18 Nov", ["1", "1", "0"]),
        ("19 Nov", ["0", "0", "0"]),
        ("20 Nov", ["1", "0", "0"]),
    ]
    revenue = chart_of(answer, "Revenue by day")
    assert [bar.total for bar in revenue.bars] == ["₹350", "₹0", "₹400"]
    assert (revenue.summary, revenue.most) == ("₹750", "₹400")
    assert [part.height for part in revenue.bars[0].parts] == [22.5, 56.2]
    assert "<td>₹350</td>" in text_of(answer)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-10-22", "2026-11-20"),
        ({"days": "7"}, "2026-11-14", "2026-11-20"),
        ({"from": "2026-11-01", "to": "2026-11-05"}, "2026-11-01", "2026-11-05"),
        ({"from": "2001-01-01", "to": "2031-01-01"}, "2025-11-19", "2026-11-20"),
        ({"from": "2026-11-05", "to": "2026-11-01"}, "2026-10-22", "2026-11-20"),
        ({"from": "yesterday", "to": "soon"}, "2026-10-22", "2026-11-20"),
        ({"days": "99999999999999"}, "2026-10-22", "2026-11-20"),
    ],
)
def test_the_days_that_are_asked_for_are_drawn(seller_desk, afternoon, asked, first, last):
    days = seller_desk.get(HOME, asked).context["days"]
    assert (f"{days.first}", f"{days.last}") == (first, last)


def read_draft(*, minutes: int = 0, **fields) -> OrderDraft:
    message = InboundMessageFactory(happened_at=timezone.now() - dt.timedelta(minutes=minutes))
    draft = OrderDraft.objects.create(
        chat=message.chat, customer=message.chat.identity.customer, reader="offline", **fields
    )
    DraftMessage.objects.create(draft=draft, message=message)
    return draft


def entry_of(draft: OrderDraft) -> DraftEntry:
    product = ProductFactory(stock=9)
    return DraftEntry.objects.create(
        draft=draft, position=1, product=product, quantity=1, slip_number=f"SL-{draft.pk}"
    )


def test_reading_is_right_where_nobody_corrected_it(seller_desk, seller_user, units):
    for corrected in (False, False, True):
        draft = read_draft()
        entry = entry_of(draft)
        if corrected:
            update_entry(entry, {"quantity": Decimal(3)}, by=seller_user)
        convert_draft(OrderDraft.objects.get(pk=draft.pk), by=seller_user)
    read_draft(status="discarded")
    read_draft()
    accuracy = seller_desk.get(HOME).context["accuracy"]
    assert [(words, count, percent) for words, count, percent, _ in accuracy] == [
        ("taken as read", 2, 50),
        ("corrected", 1, 25),
        ("discarded", 1, 25),
    ]


def test_the_time_from_message_to_order_is_the_middle_one(seller_desk, seller_user, units):
    for minutes in (2, 30, 300):
        draft = read_draft(minutes=minutes)
        entry_of(draft)
        convert_draft(draft, by=seller_user)
    lead = chart_of(seller_desk.get(HOME), "From message to order: the usual time, day by day")
    assert lead.bars[-1].total == "30 min"
    assert lead.bars[0].total == "—"


# How much it costs ---------------------------------------------------------------------


def test_home_takes_as_many_queries_when_busy(seller_desk, busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(22) as first:
        seller_desk.get(HOME)
    chat = ChatFactory(unread_count=3)
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    placed((ProductFactory(stock=1, reorder_level=4), 1))
    cache.clear()
    with django_assert_max_num_queries(22) as second:
        seller_desk.get(HOME)
    assert len(first) == len(second)


def test_the_costly_figures_are_kept_for_a_minute_and_what_waits_is_not(seller_desk, busy):
    seller_desk.get(HOME)
    placed((ProductFactory(unit_price="300"), 1))
    answer = seller_desk.get(HOME)
    assert chart_of(answer, "Orders by day").summary == "2"
    assert tiles(text_of(answer))["orders to confirm"] == "3"
    with CaptureQueriesContext(connection) as again:
        seller_desk.get(HOME)
    assert not [query for query in again if "khata_ledgerline" in query["sql"]]
    cache.clear()
    assert chart_of(seller_desk.get(HOME), "Orders by day").summary == "3"


# Who -----------------------------------------------------------------------------------


def test_the_sidebar_shows_each_role_its_own(admin_desk, seller_desk):
    for desk, shown in ((admin_desk, True), (seller_desk, False)):
        page = text_of(desk.get(HOME))
        assert (reverse("admin:customers_user_changelist") in page) == shown
        assert (reverse("admin:customers_shop_changelist") in page) == shown
        assert reverse("admin:drafts_orderdraft_changelist") in page


def test_strangers_and_buyers_are_sent_to_sign_in(client, buyer_desk):
    for desk in (client, buyer_desk):
        assert desk.get(HOME).url.startswith(reverse("admin:login"))
