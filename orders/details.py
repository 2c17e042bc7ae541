"""Changing what an order says besides its lines: where it goes, notes, discount and delivery."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from customers.phones import normalise_phone
from orders.errors import NotEditable
from orders.events import record_event
from orders.locking import lock_order
from orders.models import Order, OrderStatus
from orders.payments import payment_status
from orders.quantities import checked_money

ADDRESS = ("address_line1", "address_line2", "address_city", "address_state", "address_pincode")
CONTACT = ("customer_name", "delivery_company", "customer_phone", "customer_email")
MONEY = ("discount", "delivery_fee")
# Until when each may change: money while nothing is owed, the address until goods travel.
_UNTIL: dict[str, tuple[OrderStatus, ...]] = {
    **dict.fromkeys(MONEY, (OrderStatus.PENDING,)),
    **dict.fromkeys(
        (*ADDRESS, *CONTACT),
        (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING),
    ),
    "notes": tuple(OrderStatus),
}


@transaction.atomic
def change_details(order: Order, changes: Mapping[str, Any], *, by: User | None) -> Order:
    """Give the order other ``changes``: address, contact, notes, discount or delivery fee.

    The timeline says which fields; what stood there before is in the order's history (a
    person's name and address can be erased from there). What is the same changes nothing.
    Raises NotEditable where the order has gone too far, InvalidInput for a field that is not
    one of these or can't hold the value.
    """
    order = lock_order(order)
    changed = {name: value for name, value in changes.items() if _now(order, name) != value}
    if not changed:
        return order
    for name, value in changed.items():
        setattr(order, name, _checked(order, name, value))
    order.total = order.subtotal - order.discount + order.delivery_fee
    if order.total < 0:
        raise InvalidInput(_("The discount would be more than the order costs."), attr="discount")
    order.payment_status = payment_status(order)
    order._history_user = by
    order.save()
    labels = (str(getattr(order._meta.get_field(name), "verbose_name", name)) for name in changed)
    record_event(order, "details_changed", by=by, note=", ".join(labels))
    return order


def _now(order: Order, name: str) -> Any:
    if name not in _UNTIL:
        raise InvalidInput(_("This can't be changed."), attr=name)
    return getattr(order, name)


def _checked(order: Order, name: str, value: Any) -> Any:
    if order.status not in _UNTIL[name]:
        raise NotEditable(
            _("Order %(order)s is %(status)s: this stays as it is.")
            % {"order": order, "status": order.get_status_display().lower()},
            attr=name,
        )
    if name in MONEY:
        return checked_money(Decimal(value), attr=name)
    text = str(value).strip()
    longest = getattr(order._meta.get_field(name), "max_length", None)
    if longest is not None and len(text) > longest:
        raise InvalidInput(_("At most %(count)s characters.") % {"count": longest}, attr=name)
    if name == "customer_name" and not text:
        raise InvalidInput(_("Say who orders."), attr=name)
    if name == "customer_phone":
        return normalise_phone(text) or text
    if name == "customer_email" and text:
        _check_email(text)
    return text


def _check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError as error:
        raise InvalidInput(error.messages[0], attr="customer_email") from error
