"""reconcile finds every way in which two truths of the database can differ."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.reconciling import find_faults
from customers.imports.models import ImportJob
from drafts.models import Analysis, DraftMessage, OrderDraft
from orders.lifecycle import cancel_order, confirm_order
from orders.models import Order, OrderItem, Product, StockMovement
from orders.payments import record_payment
from orders.placing import Buyer, NewLine, place_order
from tests.factories import CustomerFactory, InboundMessageFactory, ProductFactory
from whatsapp.models import InboundEvent, Media, Message, OrderNotice

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(hours=1)
RAW = json.dumps({"type": "message", "payload": {"id": "wamid.1", "type": "text"}}).encode()


def order(product, quantity=2):
    buyer = Buyer.known(CustomerFactory())
    lines = [NewLine(product=product, quantity=Decimal(quantity))]
    return place_order(lines, buyer=buyer, channel="counter", by=None)


def outbound(**fields):
    chat = Message.objects.filter(direction="in").first().chat
    return Message.objects.create(
        **{
            "chat": chat,
            "direction": "out",
            "status": "queued",
            "text": "Thank you",
            "happened_at": timezone.now(),
            "next_attempt_at": timezone.now(),
            **fields,
        }
    )


@pytest.fixture
def desk(units):
    """A desk where all is well: stock, orders in several states, a message read into a draft."""
    product = ProductFactory(sku="KUR-1", stock=50)
    order(product)
    confirmed = confirm_order(order(product), by=None).order
    record_payment(confirmed, amount=Decimal(100), method="cash", by=None)
    cancel_order(confirm_order(order(product), by=None).order, by=None)
    event = InboundEvent.objects.create(key="wamid.1", raw=RAW, status="processed")
    message = InboundMessageFactory(event=event, provider_id="wamid.1")
    Analysis.objects.create(message=message, status="completed", intent="order")
    draft = OrderDraft.objects.create(chat=message.chat, customer=message.chat.identity.customer)
    DraftMessage.objects.create(draft=draft, message=message)
    Message.objects.filter(pk=outbound().pk).update(status="sent", next_attempt_at=None)
    outbound()
    return confirmed


def test_a_desk_where_all_is_well_has_no_faults(desk, capsys):
    assert find_faults() == []
    call_command("reconcile")
    assert capsys.readouterr().out == "Everything adds up.\n"


def stock(desk):
    Product.objects.filter(sku="KUR-1").update(stock_quantity=49)


def parent(desk):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_product SET stock_quantity = 0, has_variants = true")


def unsold(desk):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_stockmovement SET quantity = quantity - 1 WHERE kind = 'sale'"
            " AND order_item_id IN (SELECT id FROM orders_orderitem WHERE order_id = %s)",
            [desk.pk],
        )


def returned(desk):
    OrderItem.objects.filter(order=desk).update(returned_quantity=1)


def never_taken(desk):
    StockMovement.objects.filter(order_item__order=desk).delete()


def pending_with_sale(desk):
    Order.objects.filter(pk=desk.pk).update(status="pending")


def total(desk):
    Order.objects.filter(pk=desk.pk).update(subtotal=1, total=1, payment_status="paid")


def tax(desk):
    Order.objects.filter(pk=desk.pk).update(tax=7)


def paid(desk):
    Order.objects.filter(pk=desk.pk).update(payment_status="paid")


def event_waits(desk):
    InboundEvent.objects.create(key="wamid.2", raw=RAW, next_attempt_at=LONG_AGO)
    InboundEvent.objects.filter(key="wamid.2").update(received_at=LONG_AGO)


def event_without_date(desk):
    InboundEvent.objects.create(key="wamid.2", raw=RAW)
    InboundEvent.objects.filter(key="wamid.2").update(received_at=LONG_AGO)


def event_failed(desk):
    InboundEvent.objects.update(status="failed")


def message_lost(desk):
    Message.objects.update(event=None)


def outbox_waits(desk):
    outbound(next_attempt_at=LONG_AGO)


def outbox_without_date(desk):
    outbound(status="sending", next_attempt_at=None)


def picture(**fields):
    message = InboundMessageFactory(kind="image", text="")
    return Media.objects.create(message=message, url="", expires_at=LONG_AGO, **fields)


def picture_untold(desk):
    picture(status="failed")


def notice_waits(desk):
    waiting = {"status": "due", "next_attempt_at": LONG_AGO}
    OrderNotice.objects.create(order=Order.objects.first(), event="confirmed", **waiting)


def picture_waits(desk):
    picture(status="fetching", next_attempt_at=LONG_AGO)


def unread(desk):
    InboundMessageFactory(chat=Message.objects.filter(direction="in").first().chat)


def analysis_waits(desk):
    Analysis.objects.update(status="running", next_attempt_at=LONG_AGO, created_at=LONG_AGO)


def draft_lost(desk):
    DraftMessage.objects.all().delete()


def failed_reading_lost(desk):
    Analysis.objects.update(status="failed", intent="")
    DraftMessage.objects.all().delete()


def reply_waits(desk):
    OrderDraft.objects.update(reply_due_at=LONG_AGO)


def conversion_lost(desk):
    OrderDraft.objects.update(status="converted")


def import_waits(desk, **fields):
    job = {"status": "running", "next_attempt_at": LONG_AGO, **fields}
    made = ImportJob.objects.create(kind="customers", file_name="list.csv", byte_count=9, **job)
    ImportJob.objects.filter(pk=made.pk).update(created_at=LONG_AGO)


def import_never_began(desk):
    import_waits(desk, next_attempt_at=None)


@pytest.mark.parametrize(
    ("damage", "kinds"),
    [
        (stock, {"stock_differs"}),
        (parent, {"stock_differs", "parent_has_movements"}),
        (unsold, {"stock_differs", "item_stock_differs"}),
        (returned, {"item_stock_differs"}),
        (never_taken, {"stock_differs", "item_stock_differs"}),
        (pending_with_sale, {"item_stock_differs"}),
        (total, {"order_total_differs"}),
        (tax, {"order_total_differs"}),
        (paid, {"payment_status_differs"}),
        (event_waits, {"event_forgotten"}),
        (event_without_date, {"event_forgotten"}),
        (event_failed, {"event_failed_silently"}),
        (message_lost, {"message_missing"}),
        (outbox_waits, {"message_forgotten"}),
        (outbox_without_date, {"message_forgotten"}),
        (unread, {"message_unread"}),
        (picture_untold, {"message_unread"}),
        (picture_waits, {"media_forgotten"}),
        (notice_waits, {"notice_forgotten"}),
        (analysis_waits, {"analysis_forgotten"}),
        (draft_lost, {"draft_missing"}),
        (failed_reading_lost, {"draft_missing"}),
        (reply_waits, {"reply_forgotten"}),
        (conversion_lost, {"orders_missing"}),
        (import_waits, {"import_forgotten"}),
        (import_never_began, {"import_forgotten"}),
    ],
)
def test_a_seeded_fault_is_found(desk, damage, kinds):
    damage(desk)
    assert {fault.kind for fault in find_faults()} == kinds


def test_an_import_that_ended_or_goes_on_is_no_fault(desk):
    import_waits(desk, status="finished")
    import_waits(desk, next_attempt_at=timezone.now())
    assert find_faults() == []


def test_the_command_lists_what_is_wrong_and_exits_with_one(desk, capsys):
    paid(desk)
    detail = "says paid, its payments make it part_paid"
    with pytest.raises(SystemExit, match="1"):
        call_command("reconcile")
    assert f"payment_status_differs: order {desk}: {detail}" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="1"):
        call_command("reconcile", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "faults": [
            {"kind": "payment_status_differs", "row": f"order {desk}", "detail": detail},
        ]
    }
