"""Which number a person is reached at."""

from __future__ import annotations

from customers.models import Customer, WhatsAppIdentity


def number_of(customer: Customer) -> str | None:
    """The customer's own E.164 number, else the one they wrote from last; None without any.

    Whoever hides the number and an account that never proved one have none.
    """
    if customer.phone:
        return customer.phone
    theirs = WhatsAppIdentity.objects.filter(customer=customer.pk, phone__isnull=False)
    return theirs.order_by("-pk").values_list("phone", flat=True).first()
