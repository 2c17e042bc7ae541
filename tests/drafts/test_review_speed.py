"""The review desk takes no more queries for many lines than for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from drafts.models import DraftEntry, DraftMessage, OrderDraft
from orders.slips import allocate_slips
from tests.desk import text_of
from tests.drafts.desk import kurta_with_children, line, receive_and_read
from tests.drafts.test_admin_review import as_shown, review_url
from tests.factories import CustomerFactory, InboundMessageFactory, ProductFactory
from tests.orders.desk import placed

MOST = 20


@pytest.fixture
def long_draft(chat, reader, units) -> OrderDraft:
    """Thirty lines for several clients who bought before: sure, doubtful and incomplete ones."""
    goods = [ProductFactory(name=f"Silk saree {n}", stock=9, unit_price="900") for n in range(12)]
    clients = [CustomerFactory(name=f"Meena Traders {n}", credit_limit=50_000) for n in range(4)]
    parent = kurta_with_children(unit_price="900")
    for client, product in zip(clients, goods, strict=False):
        placed((product, 1), customer=client)
    reader.says("list", line("list", "list", goods[0].sku, "1"))
    receive_and_read(chat, "list")
    draft = OrderDraft.objects.get()
    slips = allocate_slips(29)
    DraftEntry.objects.bulk_create(
        DraftEntry(
            draft=draft,
            position=n + 2,
            item_name=f"line {n}",
            product=(None, parent, *goods)[n % 14],
            quantity=None if n % 5 == 0 else n + 1,
            client=clients[n % 4] if n % 3 else None,
            client_name="" if n % 7 else f"Nobody {n}",
            slip_number=slips[n],
            match_confidence=0.9 if n % 4 else 0.5,
            alternatives=[{"product_id": goods[n % 12].pk, "name": goods[n % 12].name}],
        )
        for n in range(29)
    )
    for n in range(12):
        DraftMessage.objects.create(
            draft=draft, message=InboundMessageFactory(chat=chat, text=f"and line {n}")
        )
    other = OrderDraft.objects.create(chat=draft.chat, customer=draft.customer)
    DraftEntry.objects.create(
        draft=other, position=1, product=goods[0], quantity=1, slip_number=allocate_slips(1)[0]
    )
    return draft


def queries_of(call) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = call()
    assert answer.status_code == 200
    return len(asked)


def test_a_draft_of_thirty_lines_takes_at_most_twenty_queries(seller_desk, long_draft):
    assert "900" in text_of(seller_desk.get(review_url(long_draft)))  # what is read once is read
    assert queries_of(lambda: seller_desk.get(review_url(long_draft))) <= MOST


def test_looking_at_what_is_typed_takes_at_most_twenty_queries(seller_desk, long_draft):
    typed = as_shown(long_draft)
    first = long_draft.entries.first()
    typed[f"entry-{first.pk}-quantity"] = "7"
    url = f"{review_url(long_draft).removesuffix('review/')}look/"
    seller_desk.post(url, typed)
    assert queries_of(lambda: seller_desk.post(url, typed)) <= MOST
    assert Customer.objects.count() >= 5
