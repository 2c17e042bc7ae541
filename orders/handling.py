"""What staff note about an order while they handle it: who does, and what is for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from customers.roles import STAFF_ROLES
from orders.errors import OrderKept
from orders.events import record_event
from orders.lifecycle import cancel_order, move_order
from orders.locking import lock_order
from orders.models import Order, OrderStatus
from orders.payments import paid_for
from orders.quantities import checked_money
from orders.shipping import ship_order

KEEP = "none"
BY_STAFF = "Cancelled by staff"
NO_CHANGES: Mapping[str, Any] = {}
_LABELS = {
    "staff_notes": "staff notes",
    "assigned_to": "assigned to",
    "shipping_cost": "shipping cost",
    "tracking_number": "tracking number",
    "carrier": "carrier",
}


_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.RETURNED)


@dataclass(frozen=True)
class Refund:
    """What went back when an order was cancelled; ``status``: refunded, kept, nothing_paid."""

    refund_id: int | None
    amount: Decimal
    status: str
    error: str | None = None


@dataclass(frozen=True)
class Moved:
    """The order as it is now, and what went back where it was cancelled just now."""

    order: Order
    refund: Refund | None = None


@transaction.atomic
def move_by_staff(
    order: Order,
    status: OrderStatus,
    *,
    reason: str = "",
    refund_by: str | None = None,
    changes: Mapping[str, Any] = NO_CHANGES,
    by: User,
) -> Moved:
    """Move the order and note what is said with it.

    Cancelling gives back what was paid: by ``refund_by``, else as the latest payment came;
    ``none`` keeps it. Raises what orders.lifecycle.move_order, orders.payments.refund and
    ``handle_order`` raise.
    """
    if changes:
        order = handle_order(order, changes, by=by)
    row = lock_order(order)
    if status != OrderStatus.CANCELLED or row.status == OrderStatus.CANCELLED:
        return Moved(move_order(row, status, by=by, reason=reason))
    paid, latest = paid_for(row), row.payments.filter(amount__gt=0).last()
    method = refund_by or (latest.method if latest else "")
    keeps = method == KEEP or paid <= 0
    reason = reason.strip() or BY_STAFF
    row = cancel_order(row, by=by, reason=reason, refund_by="" if keeps else method)
    if keeps:
        return Moved(row, Refund(None, Decimal(0), "kept" if paid > 0 else "nothing_paid"))
    back = row.payments.filter(amount__lt=0, reverses=None).latest("pk")
    return Moved(row, Refund(back.pk, -back.amount, "refunded"))


@transaction.atomic
def handle_order(order: Order, changes: Mapping[str, Any], *, by: User) -> Order:
    """Note ``staff_notes``, ``assigned_to`` (a staff account or None), ``shipping_cost``
    (what sending it costs the shop, rupees), ``tracking_number`` and ``carrier``.

    A tracking number ships an order that isn't yet. The timeline says what changed. Raises
    InvalidInput, and MoveNotAllowed where the order can't be shipped.
    """
    given = dict(changes)
    travel = {name: (given.pop(name, "") or "").strip() for name in ("tracking_number", "carrier")}
    row = lock_order(order)
    if travel["tracking_number"] and row.status not in _ARRIVED:
        ship_order(row, **travel, by=by)
        row = lock_order(order)
    else:
        given |= {name: value for name, value in travel.items() if value}
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, _checked(name, given[name]))
    if changed:
        row._history_user = by
        row.save(update_fields=[*changed, "updated_at"])
        note = ", ".join(_LABELS[name] for name in changed)
        record_event(row, "details_changed", by=by, note=note)
    return row


def staff_member(name: str | int | None, *, attr: str = "assigned_to") -> User | None:
    """The active staff account of this id or username; None for nobody. Raises InvalidInput."""
    if name in (None, ""):
        return None
    staff = User.objects.filter(role__in=STAFF_ROLES, is_active=True)
    text = str(name)
    found = staff.filter(username=text).first()
    if found is None and text.isascii() and text.isdecimal() and len(text) < 19:
        found = staff.filter(pk=int(text)).first()
    if found is None:
        raise InvalidInput(_("Nobody of the staff is called so."), attr=attr)
    return found


@transaction.atomic
def delete_order(order: Order, *, by: User) -> None:
    """Delete an order of which nothing came: no stock, no money, no draft or ledger entry.

    Raises OrderKept for any other; that is cancelled, and its record stays.
    """
    row = lock_order(order)
    row._history_user = by
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        sentence = f"Order {order} has left its traces: cancel it, its record stays."
        raise OrderKept(sentence) from error


def _checked(name: str, value: Any) -> Any:
    return checked_money(value, attr=name) if name == "shipping_cost" else value
