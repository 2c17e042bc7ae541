"""Which orders count as sales, and which pending ones want more than is left."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from orders.models import Order, OrderItem, OrderStatus


def counted(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those that figures count: all that were not cancelled."""
    return orders.exclude(status=OrderStatus.CANCELLED)


def short_lines() -> Exists:
    """To filter orders by: a line wants more than is left (each looked at by itself)."""
    wanted = OrderItem.objects.filter(order=OuterRef("pk"))
    return Exists(wanted.filter(product__stock_quantity__lt=F("quantity")))


def short_orders(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those to confirm that can't be, as the stock is now."""
    return orders.filter(short_lines(), status=OrderStatus.PENDING)
