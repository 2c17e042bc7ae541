"""Ctrl+K: every kind of thing is found, by index, by who may see it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import CustomerAlias
from drafts.models import DraftEntry, OrderDraft
from orders.placing import Buyer, NewLine, place_order
from orders.slips import allocate_slips
from tests.desk import text_of
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    InboundMessageFactory,
    ProductFactory,
)
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def payal(units):
    return ProductFactory(
        name="Silver anklet",
        sku="ANK-07",
        barcode="8901030865278",
        aliases=["payal", "pajeb"],
        stock=5,
    )


@pytest.fixture
def meenal(units):
    customer = CustomerFactory(name="Meenal Bhosale", phone="+919822033445")
    CustomerAlias.objects.create(customer=customer, name="Meenu Tai")
    return customer


@pytest.fixture
def order(payal, meenal):
    [slip] = allocate_slips(1)
    line = NewLine(product=payal, quantity=Decimal(2), slip_number=slip)
    return place_order([line], buyer=Buyer.known(meenal), channel="counter", by=None)


def find(desk, words: str) -> str:
    return text_of(desk.get(reverse("find"), {"q": words}))


def link(name: str, pk) -> str:
    return f'href="{reverse(f"admin:{name}", args=[pk])}"'


@pytest.mark.parametrize(
    "words",
    [
        "{ref}",
        "{lower}",
        "{start}",
        "meenal",
        "bhos meen",
        "9822033445",
        "+91 98220-33445",
        "098220 33445",
        "33445",
    ],
)
def test_an_order_is_found_by_reference_name_and_phone_in_any_format(seller_desk, order, words):
    ref = order.order_reference
    said = words.format(ref=ref, lower=ref.lower(), start=ref[:8])
    assert link("orders_order_change", order.pk) in find(seller_desk, said)


@pytest.mark.parametrize("words", ["Meenal", "bhosale", "meenu", "98220 33445", "0 9822 033445"])
def test_a_customer_is_found_by_name_other_name_and_phone(seller_desk, meenal, words):
    assert link("customers_customer_change", meenal.pk) in find(seller_desk, words)


@pytest.mark.parametrize(
    "words", ["anklet", "ank-07", "ANK", "payal", "silv ank", "8901030865278", "865278"]
)
def test_a_product_is_found_by_name_code_and_what_customers_call_it(seller_desk, payal, words):
    assert link("orders_product_change", payal.pk) in find(seller_desk, words)


@pytest.mark.parametrize("words", ["SL-001", "sl-1", "sl001"])
def test_a_slip_leads_to_its_order(seller_desk, order, words):
    page = find(seller_desk, words)
    assert "Slips" in page
    assert link("orders_order_change", order.pk) in page


def test_a_slip_leads_to_the_draft_that_holds_it(seller_desk, meenal, payal):
    chat = ChatFactory(identity=IdentityFactory(customer=meenal))
    draft = OrderDraft.objects.create(chat=chat, customer=meenal)
    DraftEntry.objects.create(
        draft=draft, position=1, slip_number="SL-044", item_name="Silver anklet"
    )
    assert link("drafts_orderdraft_review", draft.pk) in find(seller_desk, "sl-44")


def test_a_message_is_found_by_its_words_and_opens_at_it(seller_desk, meenal):
    chat = ChatFactory(identity=IdentityFactory(customer=meenal))
    message = InboundMessageFactory(chat=chat, text="Bhai clasp of my <b>mangalsutra</b> is broken")
    page = find(seller_desk, "clasp mangal")
    assert f'{reverse("admin:whatsapp_chat_change", args=[chat.pk])}#m{message.pk}"' in page
    assert "&lt;b&gt;mangalsutra" in page


def test_an_old_message_opens_on_the_page_that_shows_it(seller_desk, meenal):
    chat = ChatFactory(identity=IdentityFactory(customer=meenal))
    now = timezone.now()
    rows = [
        InboundMessageFactory(
            chat=chat,
            text="where is my mangalsutra" if n == 0 else "ok",
            happened_at=now + timedelta(seconds=n),
        )
        for n in range(102)
    ]
    page = find(seller_desk, "mangalsutra")
    assert f"?before={rows[100].pk}#m{rows[0].pk}" in page
    url = reverse("admin:whatsapp_chat_change", args=[chat.pk])
    assert f'id="m{rows[0].pk}"' in text_of(seller_desk.get(url, {"before": rows[100].pk}))


def test_pages_of_the_desk_are_found_by_who_may_open_them(seller_desk, admin_desk):
    users = reverse("admin:customers_user_changelist")
    assert reverse("admin:orders_stockmovement_changelist") in find(seller_desk, "movem")
    shown = [users in find(desk, "users") for desk in (seller_desk, admin_desk)]
    assert tuple(shown) == (
        False,
        True,
    )


def test_each_role_finds_the_kinds_it_may_see(seller_desk, admin_desk, order, monkeypatch):
    for desk in (seller_desk, admin_desk):
        page = find(desk, "meenal")
        assert ("Orders" in page, "Customers" in page) == (True, True)
    monkeypatch.setattr("customers.roles.ADMIN_ONLY", frozenset({"customers.view_customer"}))
    page = find(seller_desk, "meenal")
    assert ("Orders" in page, "Customers" in page) == (True, False)
    assert "Customers" in find(admin_desk, "meenal")


def test_strangers_and_buyers_find_nothing(client, buyer_desk, order):
    for desk in (client, buyer_desk):
        assert desk.get(reverse("find"), {"q": "meenal"}).status_code == 302


@pytest.mark.parametrize(
    "words",
    ["", " ", "m", "zzyzx", "'; --", "%", "🙂🙂", "ab" * 3000],
    ids=range(8),
)
def test_what_nothing_is_called_finds_nothing_and_says_so(seller_desk, order, words):
    answer = seller_desk.get(reverse("find"), {"q": words})
    assert answer.status_code == 200
    assert 'role="option"' not in text_of(answer)
    assert "0 results" in text_of(answer)


def test_many_are_cut_short_with_a_way_to_all(seller_desk, payal):
    for n in range(7):
        placed((payal, 1), customer=CustomerFactory(name=f"Sulochana Stores {n}"))
    page = find(seller_desk, "suloch")
    assert page.count("LEG-") == 5
    assert f'{reverse("admin:orders_order_changelist")}?q=suloch"' in page


def test_nothing_is_kept_for_the_next_person(seller_desk):
    assert seller_desk.get(reverse("find"), {"q": "meenal"})["Cache-Control"].startswith("no-store")


@pytest.mark.parametrize("words", ["meenal", "9822033445", "sl-1", "ank-07", "clasp mangalsutra"])
def test_no_table_is_read_through(seller_desk, order, words):
    """With sequential scans forbidden, what still scans has no index for it."""
    with CaptureQueriesContext(connection) as asked:
        find(seller_desk, words)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in asked.captured_queries:
            sql = query["sql"]
            if not sql.startswith("SELECT") or "django_session" in sql:
                continue
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on orders_" not in plan, f"{sql}\n{plan}"
            assert "Seq Scan on customers_customer" not in plan, f"{sql}\n{plan}"
            assert "Seq Scan on whatsapp_message" not in plan, f"{sql}\n{plan}"


def test_more_rows_ask_no_more_queries(seller_desk, payal, django_assert_max_num_queries):
    for n in range(6):
        placed((payal, 1), customer=CustomerFactory(name=f"Sulochana Stores {n}"))
    with django_assert_max_num_queries(24):
        find(seller_desk, "suloch")
