"""What customers bought, and what guests left at the checkout, for the lists of people."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from django.db.models import (
    Count,
    DecimalField,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from customers.models import Customer
from customers.phones import normalise_phone
from customers.words import begin_with
from orders.models import Order, OrderStatus, order_words

Rows = TypeVar("Rows", bound=QuerySet[Customer])

NOT_BOUGHT = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
_MONEY = DecimalField(max_digits=16, decimal_places=2)
_MOST_READ = 200


def with_purchases(customers: Rows) -> Rows:
    """Annotate order_count, total_spent (rupees, cancelled and returned ones aside), last_order_at.

    Worked out for the rows that are read, by the index of a customer's orders.
    """
    theirs = Order.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    bought = theirs.exclude(status__in=NOT_BOUGHT)
    count = Subquery(theirs.values(n=Count("pk")), output_field=IntegerField())
    spent = Subquery(bought.values(n=Sum("total")), output_field=_MONEY)
    return customers.annotate(
        order_count=Coalesce(count, 0),
        total_spent=Coalesce(spent, Value(Decimal(0), _MONEY)),
        last_order_at=Subquery(theirs.values(n=Max("created_at"))),
    )


def search_guests(text: str, *, limit: int) -> list[Order]:
    """The newest order of each guest whose typed name or phone this is; proven ones aside."""
    guests = Order.objects.filter(customer_verified=False).exclude(customer_name="")
    phone = normalise_phone(text)
    fits = {"customer_phone": phone} if phone else {}
    rows = guests.filter(**fits) if fits else guests.filter(begin_with(order_words(), text))
    newest: dict[tuple[str, str], Order] = {}
    for order in rows.order_by("-created_at", "-pk")[:_MOST_READ]:
        newest.setdefault((order.customer_phone, order.customer_name.lower()), order)
    return list(newest.values())[:limit]
