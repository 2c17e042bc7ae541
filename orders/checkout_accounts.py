"""An account made right after a guest's order, at the end of the checkout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.accounts import refuse_taken, register_buyer
from customers.addresses import set_address
from customers.identities import customer_of_account
from customers.models import AddressKind, User
from customers.phones import normalise_phone
from customers.staff import split_name
from orders.claiming import give_orders, guest_orders
from orders.models import Order
from orders.tracking import same_number

# Somebody who still has the order's confirmation in front of them; later it takes the e-mail.
JUST_PLACED = timedelta(hours=1)


@dataclass(frozen=True)
class CheckoutAccount:
    """The account, and the order that is its own now, if one was named and fits."""

    user: User
    order: Order | None


@transaction.atomic
def open_account(
    *,
    email: str,
    password: str,
    name: str,
    phone: str = "",
    company: str = "",
    address: Mapping[str, str],
    reference: str = "",
) -> CheckoutAccount:
    """A buyer's account whose username is the e-mail, its customer, and the order just placed.

    The order must be a guest's of the last hour with this very e-mail and phone; any other
    is linked by confirming the e-mail. Raises AccountExists, WeakPassword, InvalidInput;
    nothing is made then.
    """
    refuse_taken("email", email)
    first, last = split_name(name)
    user = register_buyer(
        username=email,
        password=password,
        email=email,
        phone=normalise_phone(phone),
        first_name=first[:150],
        last_name=last[:150],
    )
    customer = customer_of_account(user, name=name)
    if company:
        customer.company, customer._history_user = company, user
        customer.save(update_fields=["company", "updated_at"])
    set_address(customer, kind=AddressKind.SHIPPING, parts=address, by=user)
    given = give_orders(user, _just_placed(reference, email=email, phone=phone))
    return CheckoutAccount(user, given[0] if given else None)


def _just_placed(reference: str, *, email: str, phone: str) -> list[UUID]:
    typed = reference.strip()
    since = timezone.now() - JUST_PLACED
    named = guest_orders().filter(order_reference__in={typed, typed.upper()}, created_at__gt=since)
    return [
        order.pk
        for order in named
        if order.customer_email.lower() == email.lower()
        and same_number(order.customer_phone, phone)
    ]
