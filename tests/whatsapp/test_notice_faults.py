"""Notices when Gupshup or a worker fails: never twice, never lost, and staff see why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import Shop
from orders.lifecycle import confirm_order
from tests.factories import ProductFactory
from tests.jobs import run_jobs
from tests.whatsapp.bodies import event, post
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices, order_of
from whatsapp.models import Message, Notice, OrderNotice
from whatsapp.notices import write_notice
from whatsapp.outbox import resend
from whatsapp.sweeping import sweep_whatsapp

LATE = timedelta(hours=30)


@pytest.fixture
def confirmed(units):
    """A customer who wrote long ago, an approved template, and an order just confirmed."""
    first_notices()
    Shop.objects.update_or_create(pk=1, defaults={"name": "Kesar Jewels", "language": "en"})
    Notice.objects.exclude(event="confirmed").update(is_on=False)
    approved("confirmed", "customer_name", "order_reference")
    customer = agreed(name="Anita Desai", phone="+919876543210")
    chat_of(customer, last_inbound_at=timezone.now() - LATE)
    return confirm_order(order_of(customer, (ProductFactory(stock=3), 1)), by=None).order


def message() -> Message:
    return Message.objects.get(direction="out")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["throttled", "broken"])
def test_a_template_is_tried_again_until_it_leaves_once(gupshup, confirmed, clock, fault):
    gupshup.fail_next(fault)
    run_jobs()
    assert message().status == "queued"
    clock.run(minutes=2, each_minute=sweep_whatsapp)
    assert (message().status, len(gupshup.accepted)) == ("sent", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["unauthorised", "invalid", "error_with_200"])
def test_a_lasting_refusal_stands_in_the_outbox_with_its_words(
    gupshup, confirmed, seller_user, fault
):
    gupshup.fail_next(fault)
    run_jobs()
    assert message().status == "failed"
    assert message().last_error.startswith("HTTP ")
    resend(message(), by=seller_user)
    run_jobs()
    assert (message().status, len(gupshup.accepted)) == ("sent", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["reset", "malformed", "empty"])
def test_what_was_perhaps_sent_is_never_sent_twice_by_itself(gupshup, confirmed, clock, fault):
    gupshup.fail_next(fault)
    run_jobs()
    clock.run(hours=1, each_minute=sweep_whatsapp)
    assert (message().status, len(gupshup.accepted)) == ("perhaps_sent", 1)


@pytest.mark.django_db
def test_whatsapp_tells_later_that_the_template_was_filled_wrong(gupshup, confirmed, client):
    run_jobs()
    failed = event("receipt_failed_later")
    failed["payload"]["gsId"] = gupshup.accepted[0].message_id
    failed["payload"]["payload"] = {"code": 132000, "reason": "wrong number of parameters"}
    post(client, failed)
    run_jobs()
    assert (message().status, message().last_error) == (
        "failed",
        "132000: wrong number of parameters",
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_eight_workers_at_once_write_a_notice_once(confirmed):
    notice = OrderNotice.objects.get()

    def work(_: int) -> None:
        try:
            write_notice(notice.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))
    notice.refresh_from_db()
    assert (notice.status, notice.message) == ("queued", message())
