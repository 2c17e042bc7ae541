"""Who of the staff hears of what: bundled, once, by e-mail or on their own WhatsApp."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from config.alerting import alert, sweep_alerts
from config.sweeping import sweep
from customers.models import (
    AlertClock,
    AlertKind,
    AlertStatus,
    AlertWay,
    AlertWish,
    Shop,
    StaffAlert,
)
from drafts.models import DraftStatus, OrderDraft
from orders.stock import adjust_stock
from tests.desk import text_of
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    IdentityFactory,
    KhataUploadFactory,
    ProductFactory,
)
from tests.jobs import lose_jobs, run_jobs
from whatsapp.models import Message

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def began():
    """The moment at which the desk first looked, and from which on is told."""
    return timezone.now() - dt.timedelta(hours=6)


@pytest.fixture
def chat():
    return ChatFactory(identity=IdentityFactory(customer=CustomerFactory()))


def wish(user, kind=AlertKind.DRAFTS, **ways) -> AlertWish:
    return AlertWish.objects.create(shop=Shop.current(), kind=kind, user=user, **ways)


def draft_at(chat, moment, status=DraftStatus.OPEN) -> OrderDraft:
    draft = OrderDraft.objects.create(chat=chat, customer=chat.identity.customer, status=status)
    OrderDraft.objects.filter(pk=draft.pk).update(created_at=moment)
    return draft


def told() -> list[tuple[str, str, str, int]]:
    rows = StaffAlert.objects.order_by("pk")
    return [(row.user.username, row.kind, row.way, row.count) for row in rows]


def test_new_drafts_are_told_in_one_mail(seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    draft_at(chat, began + 2 * MINUTE)
    assert alert(began + 5 * MINUTE) == {"drafts": 1}
    run_jobs()
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (
        ["ravi@example.in"],
        "My shop: 2 new drafts wait for review.",
    )
    assert letter.body.startswith("Hello ravi,\n\n2 new drafts wait for review.")
    assert StaffAlert.objects.get().status == AlertStatus.SENT


def test_a_flood_is_told_once_in_the_shops_minutes(seller_user, chat, began):
    Shop.current()
    Shop.objects.update(alert_minutes=30)
    wish(seller_user)
    alert(began)
    for n in range(1, 45):
        draft_at(chat, began + n * MINUTE)
        alert(began + n * MINUTE + dt.timedelta(seconds=30))
    assert [count for *_, count in told()] == [1, 30]
    assert alert(began + 59 * MINUTE) == {"drafts": 0}
    assert alert(began + 62 * MINUTE) == {"drafts": 1}
    assert sum(count for *_, count in told()) == 44


def test_what_was_there_before_somebody_wanted_to_know_is_not_told(seller_user, chat, began):
    draft_at(chat, began - MINUTE)
    alert(began)
    mine = wish(seller_user)
    alert(began + MINUTE)
    assert alert(began + 20 * MINUTE) == {"drafts": 0}
    mine.delete()
    draft_at(chat, began + 25 * MINUTE)
    assert alert(began + 30 * MINUTE) == {}
    assert not AlertClock.objects.exists()
    wish(seller_user)
    assert alert(began + 31 * MINUTE) == {"drafts": 0}


def test_what_a_clerk_dealt_with_meanwhile_is_not_told(seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE, DraftStatus.CONVERTED)
    assert alert(began + 5 * MINUTE) == {"drafts": 0}


def test_two_looks_at_once_tell_once(seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    alert(began + 5 * MINUTE)
    assert told() == [("ravi", "drafts", "mail", 1)]


def test_each_kind_counts_what_is_new(seller_user, chat, began):
    for kind in AlertKind:
        wish(seller_user, kind)
    payal = ProductFactory(stock=6, reorder_level=5)
    ProductFactory(stock=2, reorder_level=5)  # it was low all along
    alert(began)
    adjust_stock(payal, delta=Decimal(-3), reason="broke", by=seller_user)
    payal.movements.update(created_at=began + MINUTE)
    KhataUploadFactory(read_at=began + MINUTE)
    out = {"chat": chat, "direction": "out", "text": "Namaste", "happened_at": began + MINUTE}
    Message.objects.create(status="failed", attempted_at=began + MINUTE, **out)
    Message.objects.create(status="sent", purpose="away:7:202611201900", **out)
    found = alert(began + 5 * MINUTE)
    assert found == {"drafts": 0, "failed": 1, "short": 1, "pages": 1, "away": 1}
    assert {count for *_, count in told()} == {1}


def test_a_phone_that_wrote_to_the_shop_hears_on_whatsapp(seller_user, chat, began):
    seller_user.phone = "+919822012345"
    seller_user.save()
    identity = IdentityFactory(phone="+919822012345", customer=CustomerFactory(name="Ravi"))
    ChatFactory(identity=identity, last_inbound_at=timezone.now())
    wish(seller_user, by_mail=False, by_whatsapp=True)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    run_jobs()
    sent = Message.objects.get(purpose__startswith="staff-alert:")
    assert (sent.text, sent.chat.identity) == ("1 new draft waits for review.", identity)
    assert (len(mail.outbox), StaffAlert.objects.get().status) == (0, AlertStatus.SENT)


@pytest.mark.parametrize(
    ("phone", "way", "why"),
    [
        (None, AlertWay.WHATSAPP, "The account has no phone."),
        (
            "+919822012345",
            AlertWay.WHATSAPP,
            "WhatsApp takes it only within 24 hours after this phone wrote to the shop.",
        ),
        (None, AlertWay.MAIL, "The account has no e-mail."),
    ],
)
def test_who_can_t_be_reached_is_noted_with_the_reason(seller_user, chat, began, phone, way, why):
    seller_user.phone, seller_user.email = phone, ""
    seller_user.save()
    wish(seller_user, by_mail=way == AlertWay.MAIL, by_whatsapp=way == AlertWay.WHATSAPP)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    run_jobs()
    noted = StaffAlert.objects.get()
    assert (noted.status, noted.last_error) == (AlertStatus.FAILED, why)


def test_a_mail_server_that_is_away_is_tried_again(seller_user, chat, began, settings):
    settings.EMAIL_BACKEND = "tests.config.test_alerting.NoServer"
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    run_jobs()
    noted = StaffAlert.objects.get()
    assert (noted.status, noted.attempt_count) == (AlertStatus.DUE, 1)
    assert noted.next_attempt_at > timezone.now()
    assert noted.last_error == "ConnectionRefusedError"


class NoServer:
    def __init__(self, **options) -> None:
        pass

    def send_messages(self, letters) -> int:
        raise ConnectionRefusedError


def test_a_lost_job_is_found_by_the_sweep_and_sent_once(seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    lose_jobs()
    later = timezone.now() + 2 * MINUTE
    assert sweep(later)["alerts_requeued"] == 1
    assert sweep_alerts(later)["alerts_requeued"] == 0
    run_jobs()
    assert len(mail.outbox) == 1


def test_messages_to_staff_are_forgotten_after_a_month(seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    run_jobs()
    assert sweep_alerts(timezone.now() + dt.timedelta(days=31))["alerts_forgotten"] == 1


def test_who_left_the_desk_hears_no_more(seller_user, chat, began):
    wish(seller_user)
    seller_user.role = "buyer"
    seller_user.save()
    assert alert(began) == {}


def test_the_database_keeps_wishes_that_can_be_met(seller_user):
    mine = wish(seller_user)
    for broken in ({"by_mail": False}, {"kind": "weather"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertWish.objects.filter(pk=mine.pk).update(**broken)
    with pytest.raises(ValidationError):
        AlertWish(shop=Shop.current(), kind=AlertKind.DRAFTS, user=seller_user).full_clean()


def test_an_admin_sees_what_staff_were_told(admin_desk, seller_user, chat, began):
    wish(seller_user)
    alert(began)
    draft_at(chat, began + MINUTE)
    alert(began + 5 * MINUTE)
    page = text_of(admin_desk.get(reverse("admin:customers_staffalert_changelist")))
    assert "A new draft waits" in page and "To be sent" in page and "ravi" in page


def test_failures_are_counted_by_index(seller_user):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Message.objects.filter(
            status__in=("failed", "perhaps_sent"), attempted_at__gt=timezone.now()
        )
        assert "message_failed_lately" in rows.order_by().explain()
        away = Message.objects.filter(purpose__startswith="away:", happened_at__gt=timezone.now())
        assert "message_while_away" in away.order_by().explain()
