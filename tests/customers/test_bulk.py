"""Rows made, found and written by the thousand are what they are one by one."""

from __future__ import annotations

import importlib
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Lower

from customers.bulk import insert_rows, maker, take_keys
from customers.lookups import AnyOf
from customers.models import Customer
from orders.models import Order, OrderEvent, OrderItem, Payment, Product
from tests.factories import CustomerFactory, UserFactory


@pytest.mark.parametrize("model", [Customer, Order, OrderItem, OrderEvent, Payment])
def test_a_row_made_quickly_is_the_one_that_its_model_makes(model):
    drawn = {"id": 1} if model in (Customer, Payment, OrderEvent) else {"id": "a" * 32}
    quick, slow = maker(model)(**drawn), model(**drawn)
    facts = [{k: v for k, v in vars(row).items() if k != "_state"} for row in (quick, slow)]
    assert facts[0] == facts[1]
    assert vars(quick._state) == vars(slow._state)
    assert quick._state.adding


def test_a_row_made_quickly_has_what_it_points_to():
    customer = Customer(pk=7)
    order = maker(Order)(customer=customer, user=None, total=Decimal(5))
    assert (order.customer_id, order.customer, order.user) == (7, customer, None)
    assert order.pk != maker(Order)().pk


def test_a_misspelled_field_is_refused():
    with pytest.raises(TypeError):
        maker(Customer)(nam="Asha")
    with pytest.raises(TypeError):
        maker(Product)


@pytest.mark.django_db
def test_histories_of_many_rows_say_what_those_of_one_say():
    by = UserFactory()
    [key] = take_keys(Customer, 1)
    many = Customer(pk=key, name="Asha Pawar", phone="+919820012345", credit_limit=Decimal("10.50"))
    insert_rows([many], by=by, reason="import 1: list.csv")
    one = Customer(name="Asha Pawar", phone="+919820012346", credit_limit=Decimal("10.50"))
    one._history_user = by
    one._change_reason = "import 1: list.csv"
    one.save()
    same = ("name", "credit_limit", "history_type", "history_user", "history_change_reason")
    said = [[getattr(row.history.get(), name) for name in same] for row in (many, one)]
    assert said[0] == said[1]
    assert many.history.get().created_at == Customer.objects.get(pk=key).created_at


@pytest.mark.django_db
def test_any_of_finds_what_in_finds():
    rows = [CustomerFactory(name=name) for name in ("Asha", "Bharat", "Chandni")]
    names = ["asha", "chandni", "deepak"]
    found = Customer.objects.filter(AnyOf(Lower("name"), names)).order_by("pk")
    assert list(found) == [rows[0], rows[2]]
    assert Customer.objects.filter(AnyOf(F("pk"), [rows[1].pk])).get() == rows[1]
    assert not Customer.objects.filter(AnyOf(F("phone"), [])).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "phone"),
    [
        ("Asha  Pawar asha@example.in ", "+919820012345"),
        ("कमला साड़ी\tSarees", ""),
        ("", ""),
        ("...", "+91"),
        ("a a A", None),
        ("O'Brien (Pune)", "12"),
    ],
)
def test_words_are_those_that_older_indexes_hold(names, phone):
    """The quicker function of migration 0017 follows the one that made them."""
    first = importlib.import_module("customers.migrations.0003_search_words").CREATE
    with connection.cursor() as cursor:
        cursor.execute(first.replace("FUNCTION search_words", "FUNCTION pg_temp.first_words"))
        cursor.execute(
            "SELECT search_words(%s, %s), coalesce(pg_temp.first_words(%s, %s), '')",
            [names, phone, names, phone],
        )
        now, then = cursor.fetchone()
    assert now == then
