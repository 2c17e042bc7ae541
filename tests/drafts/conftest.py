"""What the drafts' tests share: a chat, a product and a reader that says what it is told."""

import pytest

from tests.drafts.desk import ScriptedReader, line, only_draft, receive_and_read
from tests.factories import ChatFactory, CustomerFactory, ProductFactory

TEXT = "2 bandhani dupatta"


@pytest.fixture
def reader(monkeypatch):
    scripted = ScriptedReader()
    monkeypatch.setattr("drafts.analysing.get_reader", lambda: scripted)
    monkeypatch.setattr("drafts.analysing.product_index", lambda: None)
    monkeypatch.setattr("drafts.analysing.known_clients", lambda: None)
    return scripted


@pytest.fixture
def chat(units):
    return ChatFactory(identity__customer=CustomerFactory(name="Nasreen Boutique"))


@pytest.fixture
def dupatta(units):
    return ProductFactory(sku="DUP-01", name="Bandhani dupatta", unit_price="350.00", stock=10)


@pytest.fixture
def draft(chat, dupatta, reader):
    """A draft of one line as a message makes it: two dupattas, matched, its reply sent."""
    reader.says(TEXT, line(TEXT, TEXT, dupatta.sku, "2"))
    receive_and_read(chat, TEXT)
    return only_draft()


@pytest.fixture
def entry(draft):
    return draft.entries.get()
