"""Customers with a past: orders that were sold on given days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from itertools import count

from django.utils import timezone

from customers.models import Customer
from orders.models import Order, OrderItem, OrderStatus, Product

_number = count(1)


def at_noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def sold(
    customer: Customer,
    *days: dt.date,
    items: Iterable[tuple[Product, int]] = (),
    total: int = 500,
    status: OrderStatus = OrderStatus.DELIVERED,
) -> list[Order]:
    """One order for each day, each with these items."""
    return [_sold(customer, day, list(items), Decimal(total), status) for day in days]


def _sold(customer, day, items, total, status) -> Order:
    order = Order.objects.create(
        order_reference=f"PAST-{next(_number)}",
        customer=customer,
        customer_verified=True,
        customer_name=customer.name,
        channel="counter",
        status=status,
        subtotal=total,
        total=total,
        item_count=len(items),
    )
    for position, (product, quantity) in enumerate(items):
        OrderItem.objects.create(
            order=order,
            position=position,
            product=product,
            product_name=product.name,
            quantity=quantity,
            unit=product.unit,
            unit_price=100,
            subtotal=100 * quantity,
        )
    Order.objects.filter(pk=order.pk).update(created_at=at_noon(day))
    return order
