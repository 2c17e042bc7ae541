"""Setting right what an older desk, or a hand in the database, left undone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from customers.backfills import Backfill, Progress, run_batches, silent
from customers.bulk import update_rows
from customers.identities import customer_by_phone
from customers.locking import wait_at_most_ten_seconds
from customers.models import Customer
from customers.phones import normalise_phone
from orders.models import Order, OrderItem, Payment, Product
from orders.payments import status_of_paid
from orders.placing import order_sums
from orders.quantities import plain
from orders.stock import recount_stock

_TOTALS = ("subtotal", "tax", "item_count", "total", "payment_status")


def _locked(keys: Sequence[UUID]) -> list[Order]:
    """The orders as they are now, nobody else changing them until the batch is through."""
    wait_at_most_ten_seconds()
    rows = Order.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=keys).order_by("pk"))


# Customers ----------------------------------------------------------------------------


def backfill_customers(*, dry_run: bool = False, progress: Progress = silent) -> Backfill:
    """Link orders that belong to nobody to the customer of their phone, made where new.

    As unverified: a number that somebody typed proves nothing. A phone that is none
    leaves its order alone (``no_match``).
    """
    unlinked = Order.objects.filter(customer=None).exclude(customer_phone="")
    tally = run_batches(unlinked, _link_customers, dry_run=dry_run, progress=progress)
    for name in ("linked", "made", "no_match", "already_linked"):
        tally.count(name, 0)
    return tally


def _link_customers(keys: Sequence[UUID], tally: Backfill) -> None:
    orders = _locked(keys)
    known = _customers_of(order.customer_phone for order in orders)
    linked = []
    for order in orders:
        phone = normalise_phone(order.customer_phone)
        if order.customer_id is not None:  # somebody was quicker
            tally.count("already_linked")
        elif phone is None:
            tally.count("no_match")
        else:
            if phone not in known:
                known[phone] = customer_by_phone(phone, name=order.customer_name)
                tally.count("made")
            order.customer, order.customer_verified = known[phone], False
            linked.append(order)
            tally.count("linked")
            tally.change(order=order.order_reference, customer=known[phone].name)
    update_rows(linked, ("customer", "customer_verified"), reason="backfill_customers")


def _customers_of(phones: Any) -> dict[str, Customer]:
    numbers = {normalise_phone(phone) for phone in phones} - {None}
    return {str(one.phone): one for one in Customer.objects.filter(phone__in=numbers)}


# Stock --------------------------------------------------------------------------------


def backfill_stock(*, dry_run: bool = False, progress: Progress = silent) -> Backfill:
    """Make each single's and child's stock what its movements add up to; ``in_stock`` follows."""
    stocked = Product.objects.filter(has_variants=False)
    return run_batches(stocked, _recount, dry_run=dry_run, progress=progress)


def _recount(keys: Sequence[int], tally: Backfill) -> None:
    for update in recount_stock(keys):
        facts = {
            "product": update.product_id,
            "name": update.product_name,
            "before": plain(update.before),
            "after": plain(update.after),
        }
        if update.after < 0:
            tally.refuse(**facts, detail="Its movements add up to less than nothing.")
        else:
            tally.change(**facts)


# Totals -------------------------------------------------------------------------------


def backfill_totals(*, dry_run: bool = False, progress: Progress = silent) -> Backfill:
    """Make each order's sums what its lines add up to, and its payment status what was paid."""
    return run_batches(Order.objects.all(), _add_up, dry_run=dry_run, progress=progress)


def _add_up(keys: Sequence[UUID], tally: Backfill) -> None:
    orders = _locked(_that_differ(keys))
    items: dict[UUID, list[OrderItem]] = {order.pk: [] for order in orders}
    for item in OrderItem.objects.filter(order__in=orders).select_related("unit"):
        items[item.order_id].append(item)
    paid = _paid(keys)
    right = []
    for order in orders:
        before = {name: getattr(order, name) for name in _TOTALS}
        _set_sums(order, items[order.pk], paid.get(order.pk))
        after = {
            name: getattr(order, name) for name in _TOTALS if getattr(order, name) != before[name]
        }
        if order.total < 0:
            tally.refuse(
                order=order.order_reference, detail="Its discount is larger than its lines."
            )
        elif after:
            pairs = {name: [str(before[name]), str(value)] for name, value in after.items()}
            tally.change(order=order.order_reference, changes=pairs)
            right.append(order)
    update_rows(right, _TOTALS, reason="backfill_totals")


def _totals(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in _TOTALS}


def _that_differ(keys: Sequence[UUID]) -> list[UUID]:
    """Those whose sums look wrong; they are worked out again once locked."""
    sums: dict[UUID, tuple[Decimal, Decimal]] = {}
    items = OrderItem.objects.filter(order__in=keys).order_by().values_list("order")
    for key, subtotal, tax in items.annotate(subtotals=Sum("subtotal"), taxes=Sum("tax")):
        sums[key] = (subtotal, tax)
    pieces = _pieces(keys)
    paid = _paid(keys)
    nothing = (Decimal(0), Decimal(0))
    return [
        order.pk
        for order in Order.objects.filter(pk__in=keys)
        if (order.subtotal, order.tax) != sums.get(order.pk, nothing)
        or order.item_count != pieces.get(order.pk, 0)
        or order.payment_status != status_of_paid(paid.get(order.pk), order)
    ]


def _pieces(keys: Sequence[UUID]) -> dict[UUID, int]:
    """What counts towards each order's item count, as orders.placing counts it."""
    counts: dict[UUID, int] = {}
    facts = OrderItem.objects.filter(order__in=keys).order_by()
    for key, quantity, divisible in facts.values_list("order", "quantity", "unit__divisible"):
        counts[key] = counts.get(key, 0) + (1 if divisible else int(quantity))
    return counts


def _set_sums(order: Order, items: Sequence[OrderItem], paid: Decimal | None) -> None:
    sums = order_sums(items)
    order.subtotal, order.tax, order.item_count = sums.subtotal, sums.tax, sums.item_count
    order.total = order.subtotal - order.discount + order.delivery_fee
    order.payment_status = status_of_paid(paid, order)


def _paid(keys: Sequence[UUID]) -> dict[UUID, Decimal]:
    rows = Payment.objects.filter(order__in=keys).order_by().values_list("order")
    return dict(rows.annotate(sum=Sum("amount")))
