"""Orders of a person who is forgotten (settings.CUSTOMER_EVENT_HANDLERS): they name nobody."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from customers.marks import Marks
from customers.models import Customer
from customers.telling import ERASED
from orders.models import CustomerScore, Order, OrderEvent, SalesCall

NAMELESS: dict[str, Any] = {
    "customer_name": "Erased customer",
    **dict.fromkeys(("customer_phone", "customer_email", "delivery_company"), ""),
    **dict.fromkeys(("notes", "staff_notes"), ""),
    **dict.fromkeys((f"address_{part}" for part in ("line1", "line2", "city")), ""),
    **dict.fromkeys(("address_state", "address_pincode", "tracking_number"), ""),
    "warnings": [],
}


def on_customer_event(*, event: str, **data: Any) -> None:
    """Unlink their orders and empty what names them; guests' orders with their number too."""
    if event != ERASED:
        return
    customer, marks = data["customer"], data["marks"]
    orders = list(_theirs(customer, marks).values_list("pk", flat=True))
    Order.objects.filter(pk__in=orders).update(customer=None, user=None, **NAMELESS)
    Order.history.filter(id__in=orders).update(customer_id=None, user_id=None, **NAMELESS)
    OrderEvent.objects.filter(order__in=orders).update(note="")
    SalesCall.objects.filter(customer=customer).delete()
    CustomerScore.objects.filter(customer=customer).delete()


def _theirs(customer: Customer, marks: Marks) -> Any:
    typed = Q(customer=None, customer_phone__in=marks.numbers)
    return Order.objects.filter(Q(customer=customer) | typed)
