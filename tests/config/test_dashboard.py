"""Home: every number is what its list shows, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.models import OrderDraft
from khata.models import LedgerTransaction
from khata.posting import post_entry
from orders.models import MetalRate
from tests.desk import text_of
from tests.factories import ChatFactory, CustomerFactory, KhataUploadFactory, ProductFactory
from tests.orders.desk import placed
from whatsapp.models import InboundEvent, Message

HOME = reverse("admin:index")


def tiles(page: str) -> dict[str, str]:
    """What is counted, by its words."""
    found = re.findall(r"<strong>([^<]*)</strong>([^<]*)", page)
    return {words.strip(): count for count, words in found}


@pytest.fixture
def busy(units):
    """One thing of each kind that waits."""
    chat = ChatFactory(unread_count=1)
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    product = ProductFactory(name="Chanderi saree", unit_price="2500", stock=1, reorder_level=3)
    placed((product, 2))
    Message.objects.create(chat=chat, direction="out", status="failed", happened_at=timezone.now())
    InboundEvent.objects.create(key="k1", raw=b"{", status="failed")
    KhataUploadFactory()
    MetalRate.objects.create(metal="silver", date=timezone.localdate(), rate="82.50")


def test_home_counts_what_waits(seller_desk, busy):
    page = text_of(seller_desk.get(HOME))
    counted = tiles(page)
    assert counted["drafts to review"] == "1"
    assert counted["unread chats"] == "1"
    assert counted["orders to confirm"] == "1"
    assert counted["sends failed or unsure"] == "1"
    assert counted["messages not understood"] == "1"
    assert counted["khata pages to review"] == "1"
    assert counted["order"] == "1"
    assert counted["Storefront"] == "1"
    assert "₹5,000" in page
    assert "1 short of stock" in page
    assert "oldest 0 min" in page
    assert "1 pc left" in page
    assert "₹82.50/g" in page


def test_every_number_leads_to_a_list_that_opens(seller_desk, busy):
    links = re.findall(r'<a href="(/admin/[^"]+)" class="', text_of(seller_desk.get(HOME)))
    assert len(links) >= 8
    for link in links:
        assert seller_desk.get(link.replace("&amp;", "&")).status_code == 200, link


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
    assert tiles(page)["overdue"] == "₹40,000"
    assert "<strong>₹1,65,000</strong> ▲ 312 % on four weeks ago" in page
    assert "31–60 <strong>₹40,000.00</strong>" in page
    assert page.count("<rect") == 14
    assert reverse("admin:khata_reminders") in page


def test_an_empty_desk_says_how_to_begin(seller_desk):
    assert "manage.py simulate_whatsapp" in text_of(seller_desk.get(HOME))


def test_home_takes_as_many_queries_when_busy(seller_desk, busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(21) as first:
        seller_desk.get(HOME)
    chat = ChatFactory(unread_count=3)
    OrderDraft.objects.create(chat=chat, customer=chat.identity.customer)
    placed((ProductFactory(stock=1, reorder_level=4), 1))
    with django_assert_max_num_queries(21) as second:
        seller_desk.get(HOME)
    assert len(first) == len(second)


def test_the_sidebar_shows_each_role_its_own(admin_desk, seller_desk):
    for desk, shown in ((admin_desk, True), (seller_desk, False)):
        page = text_of(desk.get(HOME))
        assert (reverse("admin:customers_user_changelist") in page) == shown
        assert (reverse("admin:customers_shop_changelist") in page) == shown
        assert reverse("admin:drafts_orderdraft_changelist") in page


def test_strangers_and_buyers_are_sent_to_sign_in(client, buyer_desk):
    for desk in (client, buyer_desk):
        assert desk.get(HOME).url.startswith(reverse("admin:login"))
