"""Forgetting a person: nothing that names them is left, orders and ledger stay."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from customers.consent import record_opt_in
from customers.erasing import erase_customer, sweep_erasures
from customers.merging import merge_customers
from customers.models import Address, Customer, CustomerAlias, Erasure, User
from drafts.models import Analysis, DraftEntry, DraftMessage, LearnedName, OrderDraft
from khata.models import KhataPage, LedgerLine
from khata.posting import post_entry
from khata.verifying import sum_faults
from orders.models import Order, OrderStatus, SalesCall
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    InboundMessageFactory,
    KhataRowFactory,
    ProductFactory,
    UserFactory,
)
from tests.orders.desk import placed
from whatsapp.models import Chat, InboundEvent, Media, Message
from whatsapp.outbox import queue_text

pytestmark = pytest.mark.django_db

LIST = "/api/staff/customers"
NAME, ALIAS, PROFILE = "Zubeida Contractor", "Zubi apa", "Zubeida C 🌙"
PHONE, SECOND, MAIL = "+919811300001", "+919811300002", "zubeida.contractor@example.in"
STREET, FIRM = "77 Mahim Causeway", "Contractor Zardozi"
NAMING = ("zubeida", "zubi apa", "contractor", "9811300001", "9811300002", "mahim causeway")


def found_anywhere() -> list[str]:
    """Every column of every table in which the person can still be read, case aside."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or model._meta.proxy:
                continue
            for field in model._meta.concrete_fields:
                column = f'"{model._meta.db_table}"."{field.column}"'
                text = (
                    f"encode({column}, 'escape')"
                    if field.get_internal_type() == "BinaryField"
                    else f"({column})::text"
                )
                cursor.execute(
                    f'SELECT {text} FROM "{model._meta.db_table}" WHERE lower({text}) LIKE ANY(%s)',
                    [[f"%{mark}%" for mark in NAMING]],
                )
                found += [f"{model._meta.label}.{field.name}: {row}" for (row,) in cursor]
    return found


@pytest.fixture
def person(units, admin_user, settings, tmp_path):
    """Somebody of whom the desk holds something of every kind."""
    settings.MEDIA_ROOT = str(tmp_path)
    account = UserFactory(
        username="zubeida", role="buyer", email=MAIL, first_name="Zubeida", phone=SECOND
    )
    zubeida = CustomerFactory(
        name=NAME, company=FIRM, phone=PHONE, email=MAIL, notes=f"{NAME} pays late", user=account
    )
    zubeida.name = f"{NAME} Mrs"
    zubeida.save()
    CustomerAlias.objects.create(customer=zubeida, name=ALIAS)
    Address.objects.create(customer=zubeida, line1=STREET, city="Mumbai")
    chat = ChatFactory(identity=IdentityFactory(customer=zubeida, profile_name=PROFILE))
    event = InboundEvent.objects.create(key="wamid.1", raw=json.dumps({"p": PHONE}).encode())
    message = InboundMessageFactory(chat=chat, text=f"{NAME} here: 2 rings", event=event)
    InboundEvent.objects.create(key="receipt.1", raw=b'{"destination": "919811300001"}')
    answer = queue_text(chat, f"Thank you {NAME}", purpose="draft:1:received")
    Message.objects.filter(pk=answer.pk).update(answers=message)
    Media.objects.create(
        message=message,
        status="fetched",
        url="https://example.in/x",
        expires_at=timezone.now(),
        file=default_storage.save("whatsapp/zubi.jpg", ContentFile(b"x")),
        file_name="Zubeida Contractor.jpg",
        sha256="0" * 64,
        byte_count=1,
    )
    Analysis.objects.create(message=message, status="completed", read_text=NAME)
    draft = OrderDraft.objects.create(chat=chat, customer=zubeida, notes=f"for {NAME}")
    DraftMessage.objects.create(draft=draft, message=message)
    DraftEntry.objects.create(
        draft=draft, position=1, slip_number="SL-911", client=zubeida, client_name=NAME
    )
    other = OrderDraft.objects.create(chat=ChatFactory(), customer=CustomerFactory())
    DraftEntry.objects.create(
        draft=other, position=1, slip_number="SL-912", client=zubeida, client_name=NAME,
        said_client=ALIAS,
    )  # fmt: skip
    LearnedName.objects.create(words=ALIAS, key=ALIAS, customer=zubeida)
    order = placed((ProductFactory(stock=9), 2), customer=zubeida)
    Order.objects.filter(pk=order.pk).update(
        customer_name=NAME, customer_phone=PHONE, customer_email=MAIL, address_line1=STREET
    )
    order.refresh_from_db()
    order.notes, order.staff_notes = f"Leave it with {NAME}", f"{NAME} bargains"
    order.delivery_company = FIRM
    order.save()
    order.events.update(note=f"{STREET} instead")
    SalesCall.objects.create(
        customer=zubeida, phone=PHONE, outcome="no_answer", notes=NAME,
        called_by=admin_user, called_at=timezone.now(),
    )  # fmt: skip
    record_opt_in(zubeida, how="staff", by=admin_user, note=f"{NAME} said so")
    row = KhataRowFactory(customer=zubeida, name=NAME, read={"name": NAME}, particulars="Saree")
    KhataPage.objects.filter(pk=row.page_id).update(party=NAME)
    post_entry(customer=zubeida, date=date(2026, 10, 1), debit=Decimal(700), key="test-1", by=None)
    twin = CustomerFactory(name="Zubeida Contracter", phone=SECOND, company=FIRM)
    merge_customers(zubeida.pk, twin.pk, by=admin_user)
    return Customer.objects.get(pk=zubeida.pk)


def test_nothing_that_names_a_forgotten_person_is_left_anywhere(
    person, admin_api, django_capture_on_commit_callbacks
):
    assert len(found_anywhere()) > 40
    lines = list(LedgerLine.objects.order_by("pk").values())
    with django_capture_on_commit_callbacks(execute=True):
        response = admin_api.delete(f"{LIST}/{person.pk}")
    assert (response.status_code, response.json()) == (
        200,
        {"success": True, "deleted_id": person.pk},
    )
    assert found_anywhere() == []
    assert list(LedgerLine.objects.order_by("pk").values()) == lines
    assert list(sum_faults()) == []
    assert not default_storage.exists("whatsapp/zubi.jpg")
    assert Erasure.objects.get().files == []


def test_orders_stay_unlinked(person, admin_user):
    [order] = Order.objects.filter(customer=person)
    erase_customer(person.pk, by=admin_user)
    order.refresh_from_db()
    assert (order.customer, order.user, order.customer_name) == (None, None, "Erased customer")
    assert (order.status, order.item_count) == (OrderStatus.PENDING, 2)
    assert not Chat.objects.filter(identity__phone=PHONE).exists()


def test_who_is_forgotten_can_not_sign_in_and_is_not_found(person, admin_user, seller_api):
    account = person.user
    erase_customer(person.pk, by=admin_user)
    account = User.objects.get(pk=account.pk)
    assert (account.is_active, account.has_usable_password()) == (False, False)
    assert seller_api.get(f"{LIST}/{person.pk}").status_code == 404
    assert person.pk not in [row["id"] for row in seller_api.get(LIST).json()["results"]]
    newest = Customer.history.filter(id=person.pk).first()
    assert (newest.history_user, newest.history_change_reason) == (admin_user, "Erased")


def test_a_staff_account_outlives_the_customer_it_is(units, admin_user):
    clerk = UserFactory(username="ravi.k", role="seller")
    customer = CustomerFactory(user=clerk)
    erase_customer(customer.pk, by=admin_user)
    clerk.refresh_from_db()
    assert (clerk.username, clerk.is_active) == ("ravi.k", True)


def test_only_an_admin_forgets(person, seller_api, admin_api):
    assert seller_api.delete(f"{LIST}/{person.pk}").status_code == 403
    assert seller_api.post(f"{LIST}/bulk-delete", {"ids": [person.pk]}).status_code == 403
    assert Customer.objects.known().filter(pk=person.pk).exists()
    assert admin_api.delete(f"{LIST}/{person.pk}").status_code == 200
    assert admin_api.delete(f"{LIST}/{person.pk}").status_code == 404


def test_many_are_forgotten_at_once(admin_api, units):
    ids = [one.pk for one in CustomerFactory.create_batch(3)]
    body = admin_api.post(f"{LIST}/bulk-delete", {"ids": [*ids[:2], 987654]}).json()
    assert body == {"success": True, "deleted": 2, "deleted_ids": ids[:2]}
    assert list(Customer.objects.known().values_list("pk", flat=True)) == ids[2:]


@pytest.mark.parametrize("ids", [[], None, "all", [0], ["x"], [2**63], list(range(1, 202))])
def test_garbage_forgets_nobody(admin_api, units, ids):
    CustomerFactory()
    assert admin_api.post(f"{LIST}/bulk-delete", {"ids": ids}).status_code == 400
    assert Customer.objects.known().count() == 1


def test_the_admins_delete_forgets_too(person, admin_desk):
    page = reverse("admin:customers_customer_delete", args=[person.pk])
    assert admin_desk.get(page).status_code == 200
    admin_desk.post(page, {"post": "yes"})
    assert found_anywhere() == []
    chosen = CustomerFactory()
    admin_desk.post(
        reverse("admin:customers_customer_changelist"),
        {"action": "delete_selected", "_selected_action": [chosen.pk], "post": "yes"},
    )
    assert not Customer.objects.known().filter(pk=chosen.pk).exists()


def test_files_that_a_crash_left_go_with_the_sweep(units, admin_user, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    name = default_storage.save("whatsapp/left.ogg", ContentFile(b"x"))
    erasure = Erasure.objects.create(customer_id=1, files=[name], by=admin_user)
    assert sweep_erasures() == 1
    erasure.refresh_from_db()
    assert (erasure.files, default_storage.exists(name), sweep_erasures()) == ([], False, 0)
