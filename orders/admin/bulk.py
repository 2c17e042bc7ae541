"""Doing one thing to many orders: each by itself, and saying how each went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.errors import DeskError
from customers.models import User
from orders.errors import ShortStock
from orders.models import Order

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """An order to which it could not be done, why, and which lines were short."""

    order: Order
    why: str
    is_short: bool


def each(
    request: HttpRequest, orders: Iterable[Order], rule: Callable[[Order, User], object], done: str
) -> None:
    """Call the rule on each order in a transaction of its own; one refusal stops no other.

    ``done`` is the headline of those that went (``Confirmed``).
    """
    rows = list(orders)[: MOST_AT_ONCE + 1]
    if len(rows) > MOST_AT_ONCE:
        messages.error(
            request, _("At most %(count)s orders at once, please.") % {"count": MOST_AT_ONCE}
        )
        return
    went: list[Order] = []
    refused: list[Refused] = []
    for order in rows:
        try:
            rule(order, request.user)  # type: ignore[arg-type]
        except DeskError as error:
            refused.append(Refused(order, str(error), isinstance(error, ShortStock)))
        else:
            went.append(order)
    if refused:
        messages.error(request, _told(refused))
    if went:
        context = {"done": done, "orders": went}
        messages.success(request, render_to_string("desk/bulk_done.html", context))


def _told(refused: list[Refused]) -> str:
    headline = ngettext(
        "%(count)s order stays as it is", "%(count)s orders stay as they are", len(refused)
    ) % {"count": len(refused)}
    return render_to_string("desk/bulk_refused.html", {"headline": headline, "refused": refused})
