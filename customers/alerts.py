"""Telling staff what waits for them: bundled, so that a busy hour is one message a kind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from customers.due import GRACE, Retries, forget, lease, put_off, settle
from customers.errors import DeskError, NoMailServer, NotReachable
from customers.letters import NO_BACKEND
from customers.models import (
    AlertClock,
    AlertKind,
    AlertStatus,
    AlertWay,
    AlertWish,
    Shop,
    StaffAlert,
    User,
)
from customers.roles import STAFF_ROLES
from customers.telling import ALERT_DUE, tell_handlers

logger = logging.getLogger(__name__)

SEND_STAFF_ALERT = "customers.send_staff_alert"
# What was written by transactions that are not committed yet is counted the next time.
SETTLED = timedelta(seconds=20)
RETRIES = Retries(most=6, first=timedelta(minutes=1))
KEPT = timedelta(days=30)

Counter = Callable[[datetime, datetime], int]


def wishes() -> QuerySet[AlertWish]:
    """Those of staff who may still sign in."""
    return AlertWish.objects.filter(user__is_active=True, user__role__in=STAFF_ROLES)


def wanted_kinds() -> set[str]:
    """What somebody wants to hear of; of all else it is forgotten how far it was told."""
    kinds = set(wishes().values_list("kind", flat=True))
    AlertClock.objects.exclude(kind__in=kinds).delete()
    return kinds


@transaction.atomic
def alert_staff(kind: AlertKind, count: Counter, *, now: datetime) -> list[StaffAlert]:
    """The messages, with their jobs, about what ``count`` finds since staff were told last.

    None where nothing is new, or the last one of this kind is younger than the shop's
    ``alert_minutes``. What happened before the first look is not told.
    """
    until = now - SETTLED
    clock = AlertClock.objects.get_or_create(kind=kind, defaults={"told_until": until})[0]
    pause = timedelta(minutes=Shop.current().alert_minutes)
    if until <= clock.told_until or (clock.told_at and now - clock.told_at < pause):
        return []
    found = count(clock.told_until, until)
    claim = AlertClock.objects.filter(kind=kind, told_until=clock.told_until)
    if not found or not claim.update(told_until=until, told_at=now):
        return []
    return [
        _write(wish, way, count=found, since=clock.told_until, until=until)
        for wish in wishes().filter(kind=kind).select_related("user")
        for way in _ways(wish)
    ]


def _ways(wish: AlertWish) -> list[AlertWay]:
    chosen = ((wish.by_mail, AlertWay.MAIL), (wish.by_whatsapp, AlertWay.WHATSAPP))
    return [way for is_chosen, way in chosen if is_chosen]


def _write(
    wish: AlertWish, way: AlertWay, *, count: int, since: datetime, until: datetime
) -> StaffAlert:
    alert = StaffAlert.objects.create(
        kind=wish.kind,
        user=wish.user,
        way=way,
        count=count,
        since=since,
        until=until,
        next_attempt_at=timezone.now() + GRACE,
    )
    defer_alert(alert)
    return alert


def defer_alert(alert: StaffAlert, *, at: datetime | None = None) -> None:
    """Have the worker send it; the job exists when the caller's transaction commits."""
    app.configure_task(SEND_STAFF_ALERT, schedule_at=at).defer(alert_id=alert.pk)


def send_staff_alert(alert_id: int) -> None:
    """Send a due message, or note why it can't be. Safe to run twice: the row is leased first."""
    due = _due(alert_id)
    if not lease(due):
        return
    alert = due.select_related("user").get()
    try:
        _send(alert)
    except DeskError as error:
        settle(due, AlertStatus.FAILED, str(error)[:200])
    except Exception as error:  # the mail server's; its text may hold the address
        logger.warning("Alert %s to staff failed: %s", alert.pk, type(error).__name__)
        fault = type(error).__name__
        put_off(due, fault, retries=RETRIES, failed=AlertStatus.FAILED, defer=defer_alert)


def _due(alert_id: int) -> QuerySet[StaffAlert]:
    return StaffAlert.objects.filter(pk=alert_id, status=AlertStatus.DUE)


def _send(alert: StaffAlert) -> None:
    """A worker that dies after the mail server took the mail sends it once more."""
    if alert.way == AlertWay.MAIL:
        _mail(alert)
        settle(_due(alert.pk), AlertStatus.SENT)
        return
    with transaction.atomic(), translation.override(_language(alert.user)):
        tell_handlers(ALERT_DUE, alert=alert, words=words_of(alert))
        settle(_due(alert.pk), AlertStatus.SENT)


def _mail(alert: StaffAlert) -> None:
    user = alert.user
    if not user.email:
        raise NotReachable(_("The account has no e-mail."))
    if settings.EMAIL_BACKEND == NO_BACKEND:
        raise NoMailServer(_("No mail server is set (EMAIL_URL)."))
    shop = " ".join(Shop.current().name.split())
    with translation.override(_language(user)):
        words = words_of(alert)
        why = _("You get this because the shop's settings say so: Shop, “Who hears of what”.")
        greeting = _("Hello %(name)s,") % {"name": user.get_full_name() or user.username}
        body = "\n\n".join([greeting, words, why, shop])
    EmailMessage(f"{shop}: {words}", body, settings.DEFAULT_FROM_EMAIL, [user.email]).send()


def _language(user: User) -> str:
    return user.language or Shop.current().staff_language


def words_of(alert: StaffAlert) -> str:
    """What happened, as one sentence in the language that is on."""
    number = {"count": alert.count}
    if alert.kind == AlertKind.DRAFTS:
        said = ngettext(
            "%(count)s new draft waits for review.",
            "%(count)s new drafts wait for review.",
            alert.count,
        )
    elif alert.kind == AlertKind.FAILED:
        said = ngettext(
            "%(count)s message could not be sent.",
            "%(count)s messages could not be sent.",
            alert.count,
        )
    elif alert.kind == AlertKind.SHORT:
        said = ngettext(
            "%(count)s product fell to its reorder level.",
            "%(count)s products fell to their reorder level.",
            alert.count,
        )
    elif alert.kind == AlertKind.PAGES:
        said = ngettext(
            "%(count)s khata page is read and waits for review.",
            "%(count)s khata pages are read and wait for review.",
            alert.count,
        )
    else:
        said = ngettext(
            "%(count)s customer wrote while the shop is closed.",
            "%(count)s customers wrote while the shop is closed.",
            alert.count,
        )
    return said % number


def forget_alerts(now: datetime) -> int:
    """Delete messages to staff that are a month old; how many."""
    return forget(StaffAlert.objects.exclude(status=AlertStatus.DUE), before=now - KEPT)
