"""A month of the demo's orders, placed and moved on by the rules, then dated back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from django.utils import timezone

from customers.models import Customer, PaymentTerms, User
from khata.days import as_of
from orders.errors import ShortStock
from orders.lifecycle import move_order, return_items
from orders.models import (
    Channel,
    Order,
    OrderEvent,
    OrderStatus,
    Payment,
    PaymentMethod,
    Product,
    StockMovement,
)
from orders.payments import record_payment
from orders.placing import Buyer, NewLine, place_order

DAYS = 30
ORDERS = 74
TODAYS = 10
_C, _P, _S, _D = (
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
# Which way an order of at most so many days ago has gone.
_WAYS: tuple[tuple[int, tuple[OrderStatus, ...]], ...] = (
    (1, ()),
    (2, (_C,)),
    (4, (_C, _P)),
    (7, (_C, _P, _S)),
    (DAYS, (_C, _S, _D)),
)
_CHANNELS = [Channel.WHATSAPP] * 6 + [Channel.STOREFRONT] * 2 + [Channel.COUNTER] * 2


def live_a_month(customers: list[tuple[Customer, int]], chance: Random, *, by: User) -> int:
    """Place the orders of the last 30 days, the oldest first; how many."""
    shelf = list(Product.objects.sellable().select_related("unit"))
    people = [customer for customer, weight in customers for _ in range(weight)]
    buyer = User.objects.get(username="buyer")
    hours = [chance.uniform(24, DAYS * 24) for _ in range(ORDERS)]
    hours += [chance.uniform(0.3, 10) for _ in range(TODAYS)]
    for ago in sorted(hours, reverse=True):
        customer = chance.choice(people)
        account = buyer if customer.user_id == buyer.pk else None
        moment = timezone.now() - dt.timedelta(hours=ago)
        order = _place(customer, account, shelf, chance, by=by)
        with as_of(timezone.localdate(moment)):
            _live(order, ago / 24, chance, by=by)
        date_back(order, moment)
    return len(hours)


def _place(
    customer: Customer, account: User | None, shelf: list[Product], chance: Random, *, by: User
) -> Order:
    channel = Channel.STOREFRONT if account else chance.choice(_CHANNELS)
    count = chance.choice((1, 1, 2, 2, 3, 4))
    lines = [
        NewLine(product, _quantity(product, chance)) for product in chance.sample(shelf, count)
    ]
    return place_order(
        lines,
        buyer=Buyer.known(customer, user=account),
        channel=channel,
        by=account or by,
    )


def _quantity(product: Product, chance: Random) -> Decimal:
    if product.unit.divisible:
        return Decimal(chance.randint(3, 40)) / 2
    if product.metal or not product.bulk_quantity:
        return Decimal(chance.choice((1, 1, 1, 2)))
    return Decimal(chance.choice((1, 2, 3, 6, int(product.bulk_quantity))))


def _live(order: Order, days: float, chance: Random, *, by: User) -> None:
    """Bring the order as far as its age lets it come; some are cancelled, some come back."""
    way = next(way for limit, way in _WAYS if days <= limit)
    if days < 1 and chance.random() < 0.4:
        way = (_C,)
    fate = chance.random()
    try:
        for status in way:
            order = move_order(order, status, by=by)
            if fate < 0.06:
                break
    except ShortStock:
        fate = 0 if days > 3 else 1
    if fate < 0.06:
        move_order(order, OrderStatus.CANCELLED, by=by, reason="The customer changed her mind")
        return
    _pay(order, days, chance, by=by)
    if order.status == OrderStatus.DELIVERED and fate > 0.9:
        return_items(order, None, by=by, reason="Wrong size")


def _pay(order: Order, days: float, chance: Random, *, by: User) -> None:
    if order.status == OrderStatus.PENDING or order.total == 0:
        return
    method = chance.choice((PaymentMethod.UPI, PaymentMethod.CASH))
    if order.payment_terms == PaymentTerms.CASH or days > 20:
        record_payment(order, amount=order.total, method=method, by=by)
    elif chance.random() < 0.5:
        part = (order.total * Decimal("0.4")).quantize(Decimal(1))
        record_payment(order, amount=part, method=method, by=by)


def date_back(order: Order, moment: dt.datetime) -> None:
    """Move an order with all that hangs on it into the past.

    The rules date what they do today, so a month of history can only be dated
    afterwards; nothing but dates is changed. Steps follow each other by hours.
    """
    now = timezone.now()
    Order.objects.filter(pk=order.pk).update(created_at=moment, updated_at=moment)
    order.history.update(history_date=moment)
    StockMovement.objects.filter(order_item__order=order).update(
        created_at=min(moment + dt.timedelta(hours=1), now)
    )
    for rows in (OrderEvent.objects.filter(order=order), Payment.objects.filter(order=order)):
        for step, pk in enumerate(rows.order_by("pk").values_list("pk", flat=True)):
            rows.filter(pk=pk).update(created_at=min(moment + dt.timedelta(hours=7 * step), now))
