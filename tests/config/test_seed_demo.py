"""seed_demo: a shop to try the desk with, once."""

import json

import pytest
from django.core.management import CommandError, call_command

from config.reconciling import find_faults
from customers.models import Customer, User
from khata.ageing import added_up, aged
from khata.models import KhataRow, KhataUpload
from orders.models import CustomerScore, Order, OrderStatus, PaymentStatus, Product, StockMovement
from tests.factories import CustomerFactory
from tests.whatsapp.noticing import first_notices
from whatsapp.models import Chat, Message, OrderNotice, Template

pytestmark = pytest.mark.django_db


def seed(capsys, *arguments):
    call_command("seed_demo", *arguments)
    captured = capsys.readouterr()
    return json.loads(captured.out), captured.err


def counts():
    models = (User, Customer, Product, Order, StockMovement, Chat, Message)
    return {model.__name__: model.objects.count() for model in models}


def test_an_empty_desk_becomes_a_shop_and_stays_as_it_is(units, capsys, client):
    first_notices()
    report, said = seed(capsys)
    password = report["accounts"]["admin"]
    assert f"account admin   password {password}" in said
    assert [client.login(username=n, password=password) for n in ("admin", "seller", "buyer")] == [
        True,
        True,
        True,
    ]
    assert (report["customers"], report["orders"], report["past_orders"]) == (30, 84, 142)
    assert set(CustomerScore.objects.values_list("tier", flat=True)) >= {
        "top",
        "regular",
        "at_risk",
    }
    assert not CustomerScore.objects.filter(p_alive=None).exists()
    assert Product.objects.sellable().count() == 61
    # Every state a clerk may meet is there to be looked at.
    assert set(Order.objects.values_list("status", flat=True)) == set(OrderStatus)
    assert set(Order.objects.values_list("payment_status", flat=True)) >= {
        PaymentStatus.PAID,
        PaymentStatus.PART_PAID,
        PaymentStatus.UNPAID,
    }
    assert User.objects.get(username="buyer").orders.exists()
    assert Message.objects.filter(status__in=("queued", "sending")).count() == 0
    assert KhataUpload.objects.get().status == "read"
    assert KhataRow.objects.filter(state="open", customer__isnull=False).count() == 7
    assert find_faults() == []
    ages = added_up(aged().values())
    assert min(ages.to_30, ages.to_60, ages.to_90, ages.older) > 0
    assert Template.objects.count() == 5
    assert OrderNotice.objects.count() == 0  # nobody is told now of the orders of a month

    before = counts()
    again, said = seed(capsys)
    assert (again["seeded"], counts()) == (False, before)
    assert again["accounts"] == {"admin": None, "seller": None, "buyer": None}
    assert "keeps its password" in said
    assert client.login(username="admin", password=password)


def test_a_given_password_is_set_also_later(capsys, client):
    CustomerFactory()
    seed(capsys)
    report, _ = seed(capsys, "--password", "tamarind-77")
    assert set(report["accounts"].values()) == {"tamarind-77"}
    assert client.login(username="seller", password="tamarind-77")


def test_a_shop_that_has_customers_gets_no_demo(capsys):
    CustomerFactory()
    report, said = seed(capsys)
    assert report["seeded"] is False
    assert "nothing was added" in said
    assert (Customer.objects.count(), Order.objects.count()) == (1, 0)


def test_production_gets_no_demo(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no place in production"):
        call_command("seed_demo")
    assert User.objects.count() == 0


def test_an_empty_password_is_refused():
    with pytest.raises(CommandError, match="empty"):
        call_command("seed_demo", "--password", "")
    assert User.objects.count() == 0
