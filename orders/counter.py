"""Orders that staff enter for a customer: on the phone, at the counter, from a note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer, PaymentTerms, User
from customers.people import make_customer, update_customer
from customers.phones import normalise_phone
from orders.details import change_details
from orders.errors import MoveNotAllowed
from orders.handling import handle_order
from orders.lifecycle import move_order
from orders.lines import NewLine
from orders.models import Channel, Order, OrderStatus, Product
from orders.payments import record_payment
from orders.placing import Buyer, place_order

# The steps from pending to where an order may stand when it is entered.
_WAY = {
    OrderStatus.PENDING: (),
    OrderStatus.CONFIRMED: (OrderStatus.CONFIRMED,),
    OrderStatus.PROCESSING: (OrderStatus.CONFIRMED, OrderStatus.PROCESSING),
    OrderStatus.SHIPPED: (OrderStatus.CONFIRMED, OrderStatus.SHIPPED),
    OrderStatus.DELIVERED: (OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED),
}


@dataclass(frozen=True)
class EnteredLine:
    """A product by id or SKU, or (neither) something made to order by its name."""

    quantity: Decimal
    product_id: int | None = None
    sku: str = ""
    item_name: str = ""
    size: str = ""
    color: str = ""
    unit_price: Decimal | None = None


@dataclass(frozen=True)
class Entered:
    """An order as staff enter it.

    ``to`` are the order's own columns of contact and address, ``company`` beside them.
    ``make_customer``: the customer is looked up by phone, then e-mail, and made if new.
    ``on_credit``: it goes on the customer's account. ``paid_by``: it is paid in full.
    """

    lines: Sequence[EnteredLine]
    to: Mapping[str, str]
    customer_id: int | None = None
    make_customer: bool = True
    discount: Decimal = Decimal(0)
    delivery_fee: Decimal = Decimal(0)
    reference: str | None = None
    created_at: dt.datetime | None = None
    notes: str = ""
    status: str = OrderStatus.PENDING
    on_credit: bool = False
    paid_by: str = ""
    handling: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def enter_order(entered: Entered, *, by: User) -> Order:
    """Place the order at the desk's prices (or staff's) and bring it where it stands.

    Raises what placing, moving and paying raise, and InvalidInput; nothing is made then.
    """
    if entered.status not in _WAY:
        raise MoveNotAllowed(_("An order does not begin so."), allowed=list(_WAY))
    if entered.created_at is not None and entered.created_at > timezone.now():
        raise InvalidInput(_("That is still to come."), attr="created_at")
    customer = _customer(entered, by=by)
    order = place_order(
        _lines(entered.lines),
        buyer=_buyer(entered, customer),
        channel=Channel.COUNTER,
        by=by,
        reference=entered.reference,
        notes=entered.notes,
    )
    order = _finish(order, entered, by=by)
    for status in _WAY[OrderStatus(entered.status)]:
        order = move_order(order, status, by=by)
    if entered.paid_by and order.total:
        record_payment(order, amount=order.total, method=entered.paid_by, by=by)
    return Order.objects.get(pk=order.pk)


def _customer(entered: Entered, *, by: User) -> Customer | None:
    known = Customer.objects.known()
    if entered.customer_id is not None:
        customer = known.filter(pk=entered.customer_id).first()
        if customer is None:
            raise InvalidInput(_("There is no such customer."), attr="customer_id")
        return customer
    phone, email = entered.to.get("customer_phone", ""), entered.to.get("customer_email", "")
    number = normalise_phone(phone)
    found = known.filter(phone=number).first() if number else None
    if found is None and email:
        found = known.filter(email__iexact=email).order_by("pk").first()
    if found is not None or not entered.make_customer:
        return found
    return _made(entered, number or "", email, by=by)


def _made(entered: Entered, phone: str, email: str, *, by: User) -> Customer:
    customer = make_customer(entered.to.get("customer_name", ""), phone=phone, by=by)
    facts = {"email": email, "company": entered.to.get("delivery_company", "")}
    if any(facts.values()):
        customer = update_customer(customer, changes=facts, by=by)
    return customer


def _buyer(entered: Entered, customer: Customer | None) -> Buyer:
    """Whom staff name is verified; nobody gets credit terms for a name alone."""
    to, phone = entered.to, entered.to.get("customer_phone", "")
    return Buyer(
        customer=customer,
        verified=customer is not None,
        name=to.get("customer_name", "") or (customer.name if customer else ""),
        phone=normalise_phone(phone) or phone or (customer.phone or "" if customer else ""),
        email=to.get("customer_email", "") or (customer.email if customer else ""),
        address_line1=to.get("address_line1", ""),
        address_city=to.get("address_city", ""),
        address_state=to.get("address_state", ""),
        address_pincode=to.get("address_pincode", ""),
    )


def _finish(order: Order, entered: Entered, *, by: User) -> Order:
    """What placing does not know of: money beside the lines, terms, and who handles it."""
    changes: dict[str, Any] = {
        "discount": entered.discount,
        "delivery_fee": entered.delivery_fee,
        "delivery_company": entered.to.get("delivery_company", ""),
    }
    order = change_details(order, changes, by=by)
    terms = PaymentTerms.CREDIT if entered.on_credit else PaymentTerms.CASH
    if entered.on_credit and order.customer_id is None:
        raise InvalidInput(_("Credit needs a customer."), attr="payment_method")
    moved: dict[str, Any] = {}
    if (entered.on_credit or entered.paid_by) and order.payment_terms != terms:
        moved["payment_terms"] = order.payment_terms = terms
    if entered.created_at is not None:
        moved["created_at"] = order.created_at = entered.created_at
    if moved:
        order._history_user = by
        order.save(update_fields=[*moved, "updated_at"])
    return handle_order(order, entered.handling, by=by)


def _lines(entered: Sequence[EnteredLine]) -> list[NewLine]:
    pks = {line.product_id for line in entered if line.product_id is not None}
    skus = {line.sku for line in entered if line.sku}
    by_pk = Product.objects.in_bulk(pks)
    by_sku = {row.sku: row for row in Product.objects.filter(sku__in=skus)}
    return [_line(index, line, by_pk, by_sku) for index, line in enumerate(entered)]


def _line(
    index: int,
    line: EnteredLine,
    by_pk: Mapping[int, Product],
    by_sku: Mapping[str, Product],
) -> NewLine:
    named = line.product_id is not None or bool(line.sku)
    product = by_pk.get(line.product_id or 0) or by_sku.get(line.sku)
    if named and product is None:
        attr = "product_id" if line.product_id is not None else "sku"
        raise InvalidInput(_("There is no such product."), attr=f"items.{index}.{attr}")
    if not named and line.unit_price is None:
        raise InvalidInput(
            _("Name a product, or what is made and its price."), attr=f"items.{index}"
        )
    return NewLine(
        product=product,
        quantity=line.quantity,
        size=line.size,
        color=line.color,
        unit_price=line.unit_price,
        is_custom=not named,
        item_name=line.item_name,
    )
