"""Asking customers on WhatsApp to pay what is old: who, in which words, never too often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.models import Customer, User
from khata.ageing import Aged, aged
from khata.errors import AlreadyReminded, NothingOverdue
from khata.models import Account
from orders.locking import wait_at_most_ten_seconds
from whatsapp.models import Message, MessageStatus
from whatsapp.notices import preview_reminder, remind_of_payment

QUIET_DAYS = 7  # nobody is reminded again within so many days
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with an overdue debt: the words they would read, or why they get none now."""

    account: Account
    age: Aged
    words: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of one customer of a batch; ``message`` is None where ``why_not`` says why."""

    customer: Customer
    message: Message | None
    why_not: str = ""


def candidates() -> list[Candidate]:
    """Who owes rupees for more than 30 days, the most overdue first; at most MOST_AT_ONCE."""
    overdue = {pk: age for pk, age in aged().items() if age.overdue}
    first = sorted(overdue, key=lambda pk: (-overdue[pk].overdue, pk))[:MOST_AT_ONCE]
    accounts = Account.objects.select_related("customer").in_bulk(first)
    latest = _latest_reminders(account.customer_id for account in accounts.values())
    return [_candidate(accounts[pk], overdue[pk], latest) for pk in first]


def send_reminders(account_ids: Collection[int], *, by: User) -> list[Reminded]:
    """Remind the customers of these accounts, each by itself: one refusal stops no other."""
    accounts = Account.objects.filter(pk__in=account_ids, customer__isnull=False)
    return [
        _remind(account, by=by)
        for account in accounts.select_related("customer").order_by("pk")[:MOST_AT_ONCE]
    ]


def _candidate(account: Account, age: Aged, latest: dict[int, Message]) -> Candidate:
    assert account.customer is not None  # noqa: S101 - only customers' accounts are aged
    try:
        _check_quiet(latest.get(account.customer.pk))
        words = preview_reminder(account.customer, amount=age.balance)
    except DeskError as error:
        return Candidate(account, age, "", str(error))
    return Candidate(account, age, words, "")


def _remind(account: Account, *, by: User) -> Reminded:
    assert account.customer is not None  # noqa: S101 - the caller asked for customers'
    try:
        return Reminded(account.customer, _send(account, account.customer, by=by))
    except DeskError as error:
        return Reminded(account.customer, None, str(error))


@transaction.atomic
def _send(account: Account, customer: Customer, *, by: User) -> Message:
    """Two clerks who remind the same customer wait for each other here."""
    wait_at_most_ten_seconds()
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    _check_quiet(_latest_reminders([customer.pk]).get(customer.pk))
    age = aged(accounts=[account.pk]).get(account.pk)
    if age is None or not age.overdue:
        raise NothingOverdue(_("Nothing is overdue any more."))
    return remind_of_payment(customer, amount=age.balance, by=by)


def _check_quiet(last: Message | None) -> None:
    if last is None:
        return
    day = timezone.localtime(last.happened_at)
    if last.status != MessageStatus.FAILED:
        again = day + dt.timedelta(days=QUIET_DAYS)
        raise AlreadyReminded(
            _("Reminded on %(day)s; again from %(again)s.")
            % {"day": _in_year(day), "again": _in_year(again)},
            message_id=last.pk,
        )
    if day.date() == timezone.localdate():
        sentence = _("Today's reminder could not be sent: see the outbox.")
        raise AlreadyReminded(sentence, message_id=last.pk)


def _in_year(day: dt.datetime) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def _latest_reminders(customer_ids: Iterable[int | None]) -> dict[int, Message]:
    """The last reminder of each customer within the quiet days.

    A reminder's purpose names customer and day (whatsapp/notices.py), and is unique.
    """
    today = timezone.localdate()
    days = [today - dt.timedelta(days=ago) for ago in range(QUIET_DAYS)]
    purposes = {f"reminder:{pk}:{day}": pk for pk in customer_ids if pk for day in days}
    found = Message.objects.filter(purpose__in=purposes).order_by("happened_at", "pk")
    return {purposes[message.purpose or ""]: message for message in found}


def total_of(chosen: Iterable[Candidate]) -> Decimal:
    """Rupees that the candidates owe for more than 30 days."""
    return sum((one.age.overdue for one in chosen), Decimal(0))
