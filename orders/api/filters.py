"""What the lists of the catalogue and of orders can be narrowed down and sorted by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.fields import ChoiceField
from drf_spectacular.utils import extend_schema_field

from config.api.case import to_camel, to_snake
from orders.catalogue import search_products
from orders.models import Channel, Order, OrderStatus, PaymentStatus, Product
from orders.searching import search_orders

LONGEST_SEARCH = 100


class _TrueFalseField(ChoiceField):
    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


@extend_schema_field(bool)
class TrueFalseFilter(filters.ChoiceFilter):
    """``true`` or ``false``; anything else is a 400 instead of silently no filter."""

    field_class = _TrueFalseField

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, empty_label=None, null_label=None, **kwargs)


@extend_schema_field(int)
class KeyFilter(filters.Filter):
    """The id of a row; too large a number is a 400 before the database has to refuse it."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, min_value=1, max_value=2**63 - 1, **kwargs)


class Ordering(filters.OrderingFilter):
    """Takes names in either case, and sorts what is equal by ``ties`` and then by key.

    So pages never overlap. The key runs the way the last name does, that an index read
    forwards or backwards gives both ways of sorting.
    """

    def __init__(self, *, fields: dict[str, str], ties: dict[str, str] | None = None) -> None:
        self.ties = ties or {}
        names = {name for field in fields.values() for name in (field, to_camel(field))}
        choices = [(sign + name, sign + name) for name in sorted(names) for sign in ("", "-")]
        super().__init__(fields=fields, choices=choices)

    def get_ordering_value(self, param: str) -> Any:
        return super().get_ordering_value(to_snake(param))

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter(qs, value)
        return (
            rows.order_by(*self._whole([str(name) for name in rows.query.order_by]))
            if value
            else rows
        )

    def _whole(self, names: list[str]) -> list[str]:
        first = names[-1].lstrip("-")
        order = [*names, _signed(self.ties[first], names[-1])] if first in self.ties else [*names]
        return [*order, _signed("pk", order[-1])]


def _signed(name: str, like: str) -> str:
    """The name, turned round where ``like`` runs downwards."""
    if not like.startswith("-"):
        return name
    return name[1:] if name.startswith("-") else f"-{name}"


def _midnight(day: dt.date) -> dt.datetime:
    """When the day begins in the shop; unlike a cast to a date it can use the index."""
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())


class ProductFilter(filters.FilterSet):
    search = filters.CharFilter(
        method="by_search", max_length=LONGEST_SEARCH, help_text="Words in name, code, alias, brand"
    )
    category = filters.CharFilter(
        method="by_category", max_length=80, help_text="A category's id, slug or name"
    )
    in_stock = TrueFalseFilter(method="by_stock")
    min_price = filters.NumberFilter("price", "gte", max_digits=12, decimal_places=2)
    max_price = filters.NumberFilter("price", "lte", max_digits=12, decimal_places=2)
    ordering = Ordering(
        fields={
            "name": "name",
            "price": "unit_price",
            "total_stock": "stock_quantity",
            "created_at": "created_at",
        }
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        return search_products(rows, value)

    def by_category(self, rows: Any, name: str, value: str) -> Any:
        if value.isascii() and value.isdigit() and len(value) < 19:
            return rows.filter(category=value)
        return rows.filter(Q(category__slug__iexact=value) | Q(category__name__iexact=value))

    def by_stock(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(total_stock__gt=0) if value == "true" else rows.filter(total_stock=0)


class OrderFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=OrderStatus.choices, distinct=False)
    payment_status = filters.MultipleChoiceFilter(choices=PaymentStatus.choices, distinct=False)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices, distinct=False)
    date_from = filters.DateFilter(method="by_first_day", help_text="In the shop's time zone")
    date_to = filters.DateFilter(method="by_last_day", help_text="That day included")
    customer = KeyFilter("customer", help_text="A customer's id")
    search = filters.CharFilter(
        method="by_search",
        max_length=LONGEST_SEARCH,
        help_text="In the reference, name, phone or a slip number",
    )
    ordering = Ordering(
        fields={"created_at": "created_at", "total": "total", "status": "status"},
        ties={"status": "-created_at"},
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def by_first_day(self, rows: Any, name: str, value: dt.date) -> Any:
        return rows.filter(created_at__gte=_midnight(value))

    def by_last_day(self, rows: Any, name: str, value: dt.date) -> Any:
        return rows.filter(created_at__lt=_midnight(value) + dt.timedelta(days=1))

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        return search_orders(rows, value)
