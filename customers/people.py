"""Making a customer by hand."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from customers.errors import InvalidInput
from customers.models import Customer, User
from customers.phones import normalise_phone

LONGEST_NAME = Customer._meta.get_field("name").max_length or 0


def make_customer(name: str, *, phone: str = "", by: User | None) -> Customer:
    """A new customer; two may have one name, but not one phone.

    Raises InvalidInput naming ``name`` or ``phone``.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", attr="name")
    number = normalise_phone(phone)
    if phone.strip() and number is None:
        raise InvalidInput("This is not a phone number.", attr="phone")
    customer = Customer(name=name, phone=number)
    customer._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as error:
        raise InvalidInput("Another customer has this phone.", attr="phone") from error
    return customer
