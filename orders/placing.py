"""Placing an order: priced by the desk, stock untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from customers.errors import InvalidInput
from customers.models import Customer, PaymentTerms, Shop, User
from customers.roles import STAFF_ROLES
from orders.claims import Claims
from orders.errors import ReferenceTaken
from orders.events import announce, record_event
from orders.lines import NewLine, priced_lines
from orders.locking import wait_at_most_ten_seconds
from orders.models import Channel, Order, OrderItem, PriceOverride
from orders.references import new_reference
from orders.slips import keep_slips

__all__ = ["Buyer", "NewLine", "place_order"]

REFERENCE_DRAWS = 10
NO_CLAIMS = Claims()


@dataclass(frozen=True)
class Buyer:
    """Who orders. ``verified`` is false where only a typed phone number says so.

    ``user`` is the account that was signed in.
    """

    customer: Customer | None
    verified: bool
    name: str
    phone: str = ""
    email: str = ""
    address_line1: str = ""
    address_line2: str = ""
    address_city: str = ""
    address_state: str = ""
    address_pincode: str = ""
    user: User | None = None

    @classmethod
    def known(cls, customer: Customer, *, user: User | None = None) -> Buyer:
        """A customer whom staff chose or who is proven, under the name and phone on record."""
        return cls(
            customer=customer,
            verified=True,
            name=customer.name,
            phone=customer.phone or "",
            email=customer.email,
            user=user,
        )

    @property
    def terms(self) -> str:
        """The verified customer's own; cash for everybody else."""
        if self.customer is None or not self.verified:
            return PaymentTerms.CASH
        return self.customer.payment_terms


@dataclass(frozen=True, slots=True)
class Sums:
    """Rupees of all lines before discount and delivery, the tax in them, and their pieces."""

    subtotal: Decimal
    tax: Decimal
    item_count: int


@transaction.atomic
def place_order(
    lines: Sequence[NewLine],
    *,
    buyer: Buyer,
    channel: str,
    by: User | None,
    reference: str | None = None,
    notes: str = "",
    warnings: Sequence[str] = (),
    claims: Claims = NO_CLAIMS,
) -> Order:
    """A pending order at today's prices; nothing is taken from stock.

    ``claims`` is what the client says it costs; where that differs, a warning says so.

    Raises what orders.lines.priced_lines raises (with the line in ``attr``),
    ReferenceTaken, InvalidInput.
    """
    wait_at_most_ten_seconds()
    priced = priced_lines(lines, by=by)
    items = [line.item for line in priced]
    order = _order(items, buyer=buyer, channel=channel)
    order.taken_by = by if by is not None and by.role in STAFF_ROLES else None
    order.notes, order.warnings = notes, [*warnings, *claims.differing(order, items)]
    insert_order(order, reference, by=by)
    for item in items:
        item.order = order
    OrderItem.objects.bulk_create(items)
    PriceOverride.objects.bulk_create(line.override for line in priced if line.override)
    keep_slips(item.slip_number for item in items if item.slip_number)
    record_event(order, "placed", by=by, to_status=order.status)
    announce(order, "placed", by=by)
    return order


def _order(items: Sequence[OrderItem], *, buyer: Buyer, channel: str) -> Order:
    if not buyer.name.strip():
        raise InvalidInput(gettext("Say who orders."), attr="customer_name")
    sums = order_sums(items)
    return Order(
        customer=buyer.customer,
        customer_verified=buyer.verified,
        customer_name=buyer.name.strip(),
        customer_phone=buyer.phone,
        customer_email=buyer.email,
        address_line1=buyer.address_line1,
        address_line2=buyer.address_line2,
        address_city=buyer.address_city,
        address_state=buyer.address_state,
        address_pincode=buyer.address_pincode,
        user=buyer.user,
        channel=Channel(channel),
        payment_terms=buyer.terms,
        subtotal=sums.subtotal,
        tax=sums.tax,
        total=sums.subtotal,
        item_count=sums.item_count,
    )


def order_sums(items: Sequence[OrderItem]) -> Sums:
    """What lines with their units add up to."""
    return Sums(
        subtotal=sum((item.subtotal for item in items), Decimal(0)),
        tax=sum((item.tax for item in items), Decimal(0)),
        item_count=sum(_pieces(item) for item in items),
    )


def _pieces(item: OrderItem) -> int:
    """What counts towards the item count: 3 rings are three, 2.5 kg of rice are one."""
    return 1 if item.unit.divisible else int(item.quantity)


def insert_order(order: Order, reference: str | None, *, by: User | None) -> None:
    """Save a new order under this reference, or (None) under one drawn for it.

    Raises ReferenceTaken, InvalidInput.
    """
    order._history_user = by
    if reference is not None:
        order.order_reference = _checked(reference)
        if not _inserted(order):
            raise ReferenceTaken(
                gettext("There is an order %(reference)s already.") % {"reference": reference},
                attr="order_reference",
            )
        return
    prefix = Shop.current().order_prefix
    for _ in range(REFERENCE_DRAWS):
        order.order_reference = new_reference(prefix)
        if _inserted(order):
            return
    raise ReferenceTaken(gettext("No free order reference was found. Please try again."))


def _checked(reference: str) -> str:
    reference = reference.strip()
    if not 1 <= len(reference) <= 40:
        raise InvalidInput(gettext("A reference has 1 to 40 characters."), attr="order_reference")
    return reference


def _inserted(order: Order) -> bool:
    """False where another order has the reference: only the unique column knows for sure."""
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        if not Order.objects.filter(order_reference=order.order_reference).exists():
            raise
        return False
    return True
