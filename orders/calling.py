"""Whom to telephone next about an order, why, and how a call went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, ExtractDay, Greatest, Least
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.errors import CustomerGone, InvalidInput
from customers.models import Customer, User
from orders.models import CALLBACKS, CallOutcome, Order, OrderStatus, SalesCall, ScoreRun
from orders.scoring import latest_run
from orders.usual import Habits

_GUESSED_INTERVAL = 30.0
# One big customer is not worth fifty small ones' patience.
_VALUE_WEIGHT = (0.5, 3.0)
_FURTHEST_CALLBACK = dt.timedelta(days=366)
ORDERINGS = {
    "priority": ("-priority_score", "pk"),
    "days_desc": ("score__last_order_on", "pk"),
    "ltv_desc": ("-score__lifetime_value", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which customers a list of calls is for; days, inclusive."""

    min_days_since_order: int = 14
    max_days_since_order: int = 180
    min_order_count: int = 1
    cooldown_days: int = 10
    sort: str = "priority"


def due_calls(wanted: Wanted, *, today: dt.date | None = None) -> QuerySet[Customer]:
    """Customers to call, the most urgent first, with ``priority_score`` and its parts.

    Nobody who asked not to be called, whatever is wanted; nobody without a number, with an
    order waiting for confirmation, whose number was the wrong one, or called within the
    cooldown, unless that call agreed on a day that has come. One who is to be called back
    later waits for that day. Annotated: days_since, interval_days, times_overdue,
    value_weight, priority_score, and the latest call as called_outcome, called_on,
    call_back_on, call_notes. Raises InvalidInput for an unknown sort.
    """
    if wanted.sort not in ORDERINGS:
        raise InvalidInput(
            _("sort must be one of: %(names)s.") % {"names": ", ".join(ORDERINGS)}, attr="sort"
        )
    today = today or timezone.localdate()
    last_order = (
        today - dt.timedelta(days=wanted.max_days_since_order),
        today - dt.timedelta(days=wanted.min_days_since_order),
    )
    waiting = Order.objects.filter(customer=OuterRef("pk"), status=OrderStatus.PENDING)
    customers: QuerySet[Customer] = (
        Customer.objects.filter(
            do_not_call=False,
            phone__isnull=False,
            score__last_order_on__range=last_order,
            score__order_count__gte=wanted.min_order_count,
        )
        .exclude(Exists(waiting))
        .select_related("score")
    )
    customers = _with_latest_call(customers)
    customers = customers.filter(_may_be_called(today, wanted.cooldown_days))
    return _with_priority(customers, today).order_by(*ORDERINGS[wanted.sort])


def talking_points(customer: Any, habits: Habits) -> list[str]:
    """What to say to a customer of ``due_calls``: a few sentences for whoever phones."""
    days = customer.days_since
    points = [
        ngettext("Last order was %(days)s day ago.", "Last order was %(days)s days ago.", days)
        % {"days": days}
    ]
    for item in [item for item in habits.items if item.is_due][:2]:
        points.append(
            _("%(product)s: usually every %(interval)d days, last on %(day)s.")
            % {
                "product": item.product_name,
                "interval": round(item.usual_interval_days or 0),
                "day": date_format(item.last_bought_on),
            }
        )
    if customer.score.order_count >= 5:
        points.append(
            _("Loyal customer with %(count)d orders.") % {"count": customer.score.order_count}
        )
    if habits.categories:
        points.append(
            _("Mostly buys: %(categories)s.") % {"categories": ", ".join(habits.categories)}
        )
    return points


@transaction.atomic
def log_call(
    customer_id: int,
    *,
    outcome: str,
    by: User,
    callback_date: dt.date | None = None,
    order_reference: str = "",
    notes: str = "",
    items_discussed: str = "",
) -> SalesCall:
    """Keep how a call went; who asked not to be called is never on the list again.

    Raises CustomerGone, and InvalidInput for an unknown outcome, a day to call back on that
    is past, further than a year or without a callback, and an order that is not theirs.
    """
    customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    if customer is None:
        raise CustomerGone(_("There is no such customer."))
    call = SalesCall(
        customer=customer,
        phone=customer.phone or "",
        outcome=_checked_outcome(outcome),
        callback_date=_checked_callback(outcome, callback_date),
        order=_own_order(customer, order_reference),
        notes=notes,
        items_discussed=items_discussed,
        called_by=by,
        called_at=timezone.now(),
    )
    call.save()
    if call.outcome == CallOutcome.DNC_REQUESTED and not customer.do_not_call:
        customer.do_not_call = True
        customer._history_user = by
        customer.save(update_fields=["do_not_call", "updated_at"])
    return call


def _with_latest_call(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    calls = SalesCall.objects.filter(customer=OuterRef("pk")).order_by("-called_at", "-pk")

    def latest(field: str) -> Subquery:
        return Subquery(calls.values(field)[:1])

    return customers.annotate(
        called_outcome=latest("outcome"),
        called_at=latest("called_at"),
        called_phone=latest("phone"),
        call_back_on=latest("callback_date"),
        call_notes=latest("notes"),
    )


def _may_be_called(today: dt.date, cooldown_days: int) -> Q:
    rested = timezone.make_aware(
        dt.datetime.combine(today - dt.timedelta(days=cooldown_days - 1), dt.time())
    )
    never = Q(called_at__isnull=True)
    agreed = Q(call_back_on__isnull=False, call_back_on__lte=today)
    cool = Q(called_at__lt=rested, call_back_on__isnull=True)
    wrong = Q(called_outcome=CallOutcome.WRONG_NUMBER, called_phone=F("phone"))
    return never | ((agreed | cool) & ~wrong)


def _with_priority(customers: QuerySet[Customer], today: dt.date) -> QuerySet[Customer]:
    """(days since the last order ÷ usual days between) × weight of what they ever bought."""
    run = latest_run()
    average = float(run.average_value) if run else 0.0
    least, most = (Value(weight) for weight in _VALUE_WEIGHT)
    worth = Cast("score__lifetime_value", FloatField()) / Value(average or 1.0)
    return customers.annotate(
        days_since=ExtractDay(
            ExpressionWrapper(
                Value(today, DateField()) - F("score__last_order_on"), DurationField()
            )
        ),
        interval_days=Greatest(
            Coalesce(F("score__usual_interval_days"), Value(_shop_interval(run))), Value(1.0)
        ),
        value_weight=Case(
            When(Value(average > 0), then=Least(Greatest(worth, least), most)),
            default=Value(1.0),
        ),
        times_overdue=Cast("days_since", FloatField()) / F("interval_days"),
        priority_score=F("times_overdue") * F("value_weight"),
    )


def _shop_interval(run: ScoreRun | None) -> float:
    """Of one who bought once nobody knows the pace: that of the shop's others."""
    return run.usual_interval_days if run and run.usual_interval_days else _GUESSED_INTERVAL


def _checked_outcome(outcome: str) -> CallOutcome:
    if outcome not in CallOutcome.values:
        names = ", ".join(CallOutcome.values)
        raise InvalidInput(
            _("The outcome must be one of: %(names)s.") % {"names": names}, attr="outcome"
        )
    return CallOutcome(outcome)


def _checked_callback(outcome: str, day: dt.date | None) -> dt.date | None:
    if day is None:
        return None
    if outcome not in CALLBACKS:
        raise InvalidInput(_("Only a callback has a day to call back on."), attr="callback_date")
    today = timezone.localdate()
    if not today <= day <= today + _FURTHEST_CALLBACK:
        raise InvalidInput(_("The day must be within the coming year."), attr="callback_date")
    return day


def _own_order(customer: Customer, reference: str) -> Order | None:
    if not reference:
        return None
    order = Order.objects.filter(customer=customer, order_reference=reference.strip()).first()
    if order is None:
        raise InvalidInput(_("The customer has no such order."), attr="order_number")
    return order
