"""Store credit spent by many at once is spent once."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from khata.models import AccountBalance
from khata.store_credit import adjust_credit, apply_credit, credit_of
from tests.factories import CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import placed
from tests.orders.racing import kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


def test_of_eight_orders_at_once_credit_for_three_pays_three(units):
    clerk, customer = UserFactory(), CustomerFactory()
    ring = ProductFactory(unit_price=Decimal(100))
    adjust_credit(customer, amount=Decimal(300), by=clerk)
    orders = [placed((ring, 1), customer=customer) for _ in range(8)]

    results = race(*(partial(apply_credit, o, amount=Decimal(100), by=clerk) for o in orders))

    assert kinds(results) == {"NotEnoughCredit": 5, "Payment": 3}
    assert credit_of(customer) == 0
    assert AccountBalance.objects.get(account__customer=customer).balance == 0
