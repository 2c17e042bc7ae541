"""The lock of a customer's row, taken before any other."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from customers.errors import CustomerGone
from customers.models import Customer

PATIENCE = "10s"


def wait_at_most_ten_seconds() -> None:
    """Let the present transaction give up a lock it can't get; the API answers 503 then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])


def lock_customer(pk: int) -> Customer:
    """The customer's row as it is now, nobody else changing it until the transaction ends.

    ``no_key`` lets others still insert rows that refer to it. Raises CustomerGone.
    """
    wait_at_most_ten_seconds()
    locked = Customer.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if locked is None:
        raise CustomerGone(_("This customer does not exist any more."))
    return locked


def lock_customers(*pks: int) -> list[Customer]:
    """These rows, in the order asked for, so that nothing new refers to them meanwhile.

    Raises CustomerGone where one is not there (any more) or was erased.
    """
    wait_at_most_ten_seconds()
    rows = Customer.objects.known().select_for_update(of=("self",)).filter(pk__in=pks)
    found = {row.pk: row for row in rows.order_by("pk")}
    if any(pk not in found for pk in pks):
        raise CustomerGone(_("This customer does not exist any more."))
    return [found[pk] for pk in pks]
