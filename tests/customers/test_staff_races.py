"""Two admins at once: one of them always remains."""

from __future__ import annotations

from functools import partial

import pytest

from customers.models import User
from customers.staff import change_staff
from tests.factories import UserFactory
from tests.orders.racing import kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


@pytest.mark.parametrize("change", [{"role": "seller"}, {"is_active": False}])
def test_of_admins_who_remove_each_other_at_once_one_remains(units, change):
    admins = UserFactory.create_batch(4, role="admin")
    by_next = zip(admins, [*admins[1:], admins[0]], strict=True)

    results = race(*(partial(change_staff, one, change, by=other) for one, other in by_next))

    assert kinds(results) == {"LastAdmin": 1, "User": 3}
    assert User.objects.filter(role="admin", is_active=True).count() == 1
