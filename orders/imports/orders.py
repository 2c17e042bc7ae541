"""Past orders from a spreadsheet, a row a line: kept as history, told to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from customers.bulk import insert_rows, maker, take_keys
from customers.imports.importer import Change, refused
from customers.imports.models import ImportJob, ImportKind, Outcome
from customers.locking import wait_at_most_ten_seconds
from customers.lookups import AnyOf
from customers.models import Customer, User
from customers.sheets.cells import Cells
from customers.sheets.columns import Columns, require
from orders.imports.order_building import Built, Desk, build, read_desk
from orders.imports.order_rows import OrderRows, read_order
from orders.models import Order, OrderEvent, OrderItem

_event_of: Callable[..., OrderEvent] = maker(OrderEvent)
Sold = list[tuple[str, Decimal, Decimal]]


class OrderImporter:
    """The importer of past orders (customers/imports/importer.py says what one is).

    An order comes in under its reference, with the date, status, prices and payment that
    the file gives and with sums worked out here. It takes no stock (today's stock is
    counted without it), and settings.ORDER_EVENT_HANDLERS hear nothing: no notice leaves,
    and the ledger has it only where ``job.to_ledger`` says so (khata/backfilling.py).
    """

    kind = ImportKind.ORDERS
    group_by = "reference"

    def check(self, columns: Columns) -> None:
        require(columns, ("reference",), ("date",), ("sku", "item_name"), ("quantity",))
        require(columns, ("customer_name", "phone"))

    def take(self, rows: Sequence[Cells], *, job: ImportJob) -> Sequence[Change]:
        """Each order whole or not at all; one whose reference is here stays as it is."""
        wait_at_most_ten_seconds()
        orders = [read_order(group) for group in _groups(rows)]
        desk = read_desk(orders)
        here = _here([order.reference for order in orders])
        made: list[Built] = []
        changes = []
        for order in orders:
            changes.append(_settle(order, desk, here, made, job=job))
        if not job.dry_run:
            _write(made, desk, job=job)
        return changes


def _groups(rows: Sequence[Cells]) -> Iterator[list[Cells]]:
    group: list[Cells] = []
    for row in rows:
        if group and row.raw("reference") not in (group[0].raw("reference"), ""):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _here(references: Sequence[str]) -> dict[str, Sold]:
    """Orders that have one of the references, each with what it sold."""
    taken = Order.objects.filter(AnyOf(F("order_reference"), references))
    here: dict[str, Sold] = {ref: [] for ref in taken.values_list("order_reference", flat=True)}
    if not here:
        return here
    items = OrderItem.objects.filter(order__order_reference__in=here).order_by("position")
    facts = ("order__order_reference", "product_name", "quantity", "unit_price")
    for reference, name, quantity, price in items.values_list(*facts):
        here[reference].append((name, quantity, price))
    return here


def _settle(
    read: OrderRows, desk: Desk, here: dict[str, Sold], made: list[Built], *, job: ImportJob
) -> Change:
    if read.reference in here and job.keep_existing:
        return Change(read.rows, Outcome.UNCHANGED, label=read.reference)
    before = len(desk.new_customers)
    built = build(read, desk, job=job)
    if built is not None and read.reference in here:
        if _sold(built) == here[read.reference]:
            return Change(read.rows, Outcome.UNCHANGED, label=read.reference)
        read.rows[0].refuse(
            "reference",
            _("There is an order %(reference)s already, with other lines.")
            % {"reference": read.reference},
        )
        built = None
    if built is None:
        for customer in desk.new_customers[before:]:
            desk.phones.pop(customer.phone or "", None)
        del desk.new_customers[before:]
        return _refused(read)
    made.append(built)
    here[read.reference] = _sold(built)
    changes = _shown(built) if job.dry_run else {}
    return Change(read.rows, Outcome.CREATED, label=read.reference, changes=changes)


def _refused(read: OrderRows) -> Change:
    """All lines of the order stay out, so that the error file holds it whole."""
    for row in read.rows:
        if not row.problems:
            row.refuse("file", _("Another line of this order is refused."))
    return refused(read.rows, label=read.reference)


def _sold(built: Built) -> Sold:
    return [(item.product_name, item.quantity, item.unit_price) for item in built.items]


def _shown(built: Built) -> dict[str, list[Any]]:
    order = built.order
    return {
        "date": [None, order.created_at.date().isoformat()],
        "customer_name": [None, order.customer_name],
        "status": [None, str(order.status)],
        "lines": [None, len(built.items)],
        "total": [None, str(order.total)],
        "paid": [None, str(built.payment.amount) if built.payment else "0"],
    }


def _write(made: Sequence[Built], desk: Desk, *, job: ImportJob) -> None:
    by, reason = job.requested_by, f"import {job.pk}: {job.file_name}"
    used = {id(built.order.customer) for built in made}
    new = [customer for customer in desk.new_customers if id(customer) in used]
    for customer, key in zip(new, take_keys(Customer, len(new)), strict=True):
        customer.pk = key
    insert_rows(new, by=by, reason=reason)
    for built in made:
        if built.order.customer:
            built.order.customer_id = built.order.customer.pk  # known now
    insert_rows([built.order for built in made], by=by, reason=reason)
    insert_rows([item for built in made for item in built.items], by=by)
    insert_rows([built.payment for built in made if built.payment], by=by)
    note = f"{job.file_name} ({job.pk})"[:300]
    insert_rows([_event(built.order, note=note, by=by) for built in made])


def _event(order: Order, *, note: str, by: User | None) -> OrderEvent:
    return _event_of(order=order, kind="imported", to_status=order.status, note=note, actor=by)
