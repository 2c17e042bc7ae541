"""What the list of orders is narrowed by, and the chips that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter

from config.day_filters import typed_day
from customers.models import Customer, User
from customers.roles import STAFF_ROLES
from orders.models import Channel, Order, OrderStatus, PaymentStatus

CLOSED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
CUSTOMER = "customer__id__exact"


class PaymentDueFilter(admin.SimpleListFilter):
    title = gettext_lazy("money still to come")
    parameter_name = "payment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", _("To be paid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Worded as its partial index is."""
        if self.value() != "due":
            return queryset
        due = Q(payment_status__in=[PaymentStatus.UNPAID, PaymentStatus.PART_PAID])
        return queryset.filter(due & ~Q(status__in=CLOSED))


class StaffFilter(DropdownFilter):
    """Who took the order; ``self`` is nobody: the customer ordered by themselves."""

    title = gettext_lazy("staff")
    parameter_name = "staff"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.filter(role__in=STAFF_ROLES).order_by("username")
        names = [(str(pk), name) for pk, name in staff.values_list("pk", "username")]
        return [("self", _("Ordered by the customer")), *names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        value = self.value() or ""
        if value == "self":
            return queryset.filter(taken_by=None)
        return queryset.filter(taken_by=int(value)) if value.isdecimal() else queryset


class CustomerFilter(AutocompleteSelectFilter):
    """Typed, never listed: a shop has a hundred thousand of them."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, and the address of the list without it."""

    label: str
    value: str
    without: str


def chips(request: HttpRequest) -> list[Chip]:
    """What the list is narrowed by now, in the order of its filters; the search is one too."""
    narrowed = _narrowed(request.GET)
    made = (_chip(request.GET, label, value, names) for label, value, names in narrowed)
    return [chip for chip in made if chip is not None]


def _narrowed(query: QueryDict) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield _("Search"), f"“{query.get('q')}”" if query.get("q") else "", ("q",)
    yield _("Status"), _label(OrderStatus, query, "status__exact"), ("status__exact",)
    paid = "payment_status__exact"
    yield _("Payment"), _label(PaymentStatus, query, paid), (paid,)
    yield _("Payment"), _("to be paid") if query.get("payment") == "due" else "", ("payment",)
    yield _("Channel"), _label(Channel, query, "channel__exact"), ("channel__exact",)
    ends = ("created_at_from", "created_at_to")
    yield _("Placed"), _days(*(query.get(end, "") for end in ends)), ends
    yield _("Customer"), _name(Customer, query.get(CUSTOMER), "name"), (CUSTOMER,)
    yield _("Staff"), _staff(query.get("staff")), ("staff",)


def _chip(query: QueryDict, label: str, value: str, names: tuple[str, ...]) -> Chip | None:
    if not value:
        return None
    rest = query.copy()
    for name in (*names, "p"):
        rest.pop(name, None)
    return Chip(label, value, f"?{rest.urlencode()}")


def _label(choices: Any, query: QueryDict, name: str) -> str:
    value = query.get(name, "")
    return str(choices(value).label) if value in choices.values else value


def _days(since: str, until: str) -> str:
    first, last = _said(since), _said(until)
    if first and last:
        return first if first == last else f"{first} – {last}"
    if first:
        return _("since %(day)s") % {"day": first}
    return _("until %(day)s") % {"day": last} if last else ""


def _said(typed: str) -> str:
    """An address's day as the shop writes it; whatever else stands there, as it is."""
    try:
        day = typed_day(typed)
    except ValidationError:
        return typed
    return date_format(day) if day else ""


def _staff(value: str | None) -> str:
    return _("the customer") if value == "self" else _name(User, value, "username")


def _name(model: type[Model], pk: str | None, field: str) -> str:
    """The row's name, or what was asked for where there is no such row."""
    if not pk:
        return ""
    if not pk.isdecimal():
        return pk
    rows = model._default_manager.filter(pk=pk[:18])
    return str(rows.values_list(field, flat=True).first() or pk)
