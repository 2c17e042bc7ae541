"""The shop's customers as a table to keep, in the columns that an import reads again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from customers.addresses import main_address
from customers.models import Address, AddressKind, Customer
from customers.people import names_of
from orders.buying import with_purchases

_PLACES = ("street", "city", "state", "zip")
HEADERS = (
    *("first_name", "last_name", "company_name", "email", "phone", "orders", "total_spent"),
    *("joined", *(f"shipping_{place}" for place in _PLACES)),
    *(*(f"billing_{place}" for place in _PLACES), "same_as_shipping"),
)
_STEP = 2000


def customer_table() -> Iterator[Sequence[Any]]:
    """The headers, then a row a customer, oldest first; read in steps, so memory stays flat."""
    yield HEADERS
    last = 0
    known = with_purchases(Customer.objects.known())
    while rows := list(known.filter(pk__gt=last).order_by("pk")[:_STEP]):
        prefetch_related_objects(rows, "addresses")
        yield from map(_row, rows)
        last = rows[-1].pk


def _row(customer: Any) -> Sequence[Any]:
    shipping = _place(main_address(customer, AddressKind.SHIPPING))
    billing = _place(main_address(customer, AddressKind.BILLING))
    joined = timezone.localdate(customer.created_at).isoformat()
    bought = (customer.order_count, customer.total_spent)
    same = "yes" if not any(billing) or billing == shipping else "no"
    who = (*names_of(customer), customer.company, customer.email, customer.phone or "")
    return (*who, *bought, joined, *shipping, *billing, same)


def _place(address: Address | None) -> tuple[str, str, str, str]:
    if address is None:
        return ("", "", "", "")
    street = ", ".join(filter(None, (address.line1, address.line2)))
    return (street, address.city, address.state, address.pincode)
