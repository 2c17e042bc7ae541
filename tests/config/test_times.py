"""Times leave the desk in UTC, whatever the shop's zone is."""

from datetime import UTC, datetime

import pytest

from orders.models import Order
from tests.factories import ProductFactory
from tests.orders.desk import placed


@pytest.mark.django_db
def test_a_time_is_answered_in_utc(seller_api):
    placed((ProductFactory(), 1))
    moment = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)
    Order.objects.update(created_at=moment)
    [order] = seller_api.get("/api/orders").json()["results"]
    assert order["createdAt"] == "2026-11-20T20:15:00Z"
