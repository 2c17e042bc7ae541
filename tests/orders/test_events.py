"""The timeline's rows and the word to the apps above."""

from __future__ import annotations

import pytest

from orders.events import announce, record_event
from tests.factories import ProductFactory
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db
heard: list[tuple] = []


def first(*, order, event, by, **data):
    heard.append(("first", order.pk, event, by, data))


def second(*, order, event, by, **data):
    heard.append(("second", order.pk, event, by, data))


@pytest.fixture
def order(units):
    return placed((ProductFactory(), 1))


def test_handlers_are_called_in_the_order_of_the_setting(order, settings, seller_user):
    names = ["second", "first"]
    settings.ORDER_EVENT_HANDLERS = [f"tests.orders.test_events.{name}" for name in names]
    heard.clear()
    announce(order, "shipped", by=seller_user, carrier="Delhivery")
    assert heard == [
        (name, order.pk, "shipped", seller_user, {"carrier": "Delhivery"}) for name in names
    ]


def test_a_note_longer_than_the_column_is_cut(order):
    assert record_event(order, "cancelled", by=None, note="x" * 301).note == "x" * 300
