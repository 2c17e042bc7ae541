"""Customers from a spreadsheet: known again by phone or e-mail, made where they are new."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from customers.bulk import insert_rows, maker, take_keys, update_rows
from customers.imports.importer import Change, locked_unless_looking, refused
from customers.imports.models import ImportJob, ImportKind, Outcome
from customers.locking import wait_at_most_ten_seconds
from customers.lookups import AnyOf
from customers.models import Address, AddressKind, Customer, CustomerAlias
from customers.sheets.cells import Cells
from customers.sheets.columns import Columns, require

ADDRESS_PARTS = ("line1", "line2", "city", "state", "pincode")
# What a row may change of a customer who is here already; empty cells change nothing.
FIELDS = (
    *("name", "company", "phone", "phone2", "email", "language", "payment_terms"),
    *("credit_limit", "notes", "do_not_call"),
)
_customer_of = maker(Customer)
_BETWEEN_ALIASES = re.compile(r"[,;|/\n]")
_PAISA = Decimal("0.01")
_MOST_CREDIT = Decimal("9999999999.99")


@dataclass
class _Row:
    """A row as read; ``values`` are its filled fields."""

    cells: Cells
    values: dict[str, Any]
    address: dict[str, str]
    aliases: list[str]

    @property
    def phone(self) -> str | None:
        return self.values.get("phone")

    @property
    def email(self) -> str:
        return str(self.values.get("email", ""))


@dataclass
class _Known:
    """The customers that a chunk's rows may mean, by their marks, and what becomes of them."""

    by_phone: dict[str, Customer] = field(default_factory=dict)
    by_email: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[int, Address] = field(default_factory=dict)
    aliases: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    new: list[Customer] = field(default_factory=list)
    changed: dict[int, Customer] = field(default_factory=dict)
    new_addresses: list[Address] = field(default_factory=list)
    changed_addresses: dict[int, Address] = field(default_factory=dict)
    new_aliases: list[CustomerAlias] = field(default_factory=list)

    def add(self, customer: Customer) -> None:
        if customer.phone:
            self.by_phone[customer.phone] = customer
        if customer.email and customer not in self.by_email[customer.email.lower()]:
            self.by_email[customer.email.lower()].append(customer)
        if not customer.phone and not customer.email:
            self.by_name[customer.name.casefold()].append(customer)


class CustomerImporter:
    """The importer of customers (customers/imports/importer.py says what one is)."""

    kind = ImportKind.CUSTOMERS
    group_by = ""

    def check(self, columns: Columns) -> None:
        require(columns, ("name", "first_name", "last_name", "company"))

    def take(self, rows: Sequence[Cells], *, job: ImportJob) -> Sequence[Change]:
        """Make who is new, change who is known; whoever wrote their number twice is one.

        Nothing here is consent to be written to, and nobody is told.
        """
        wait_at_most_ten_seconds()
        read = [_read(cells) for cells in rows]
        known = _known([row for row in read if not row.cells.problems], job=job)
        keys = iter([]) if job.dry_run else iter(take_keys(Customer, len(read)))
        changes = [_settle(row, known, next(keys, None), job=job) for row in read]
        if not job.dry_run:
            _write(known, job=job)
        return changes


# Reading ------------------------------------------------------------------------------


def _read(cells: Cells) -> _Row:
    """Only columns that the file has are asked for: most have a handful."""
    places = cells.columns.places
    values: dict[str, Any] = {"name": _name(cells)}
    for name, reader in _READERS.items():
        if name in places and (value := reader(cells)) not in (None, ""):
            values[name] = value
    return _Row(cells, values, _address(cells), _aliases(cells) if "aliases" in places else [])


def _name(cells: Cells) -> str:
    """The name, its two halves, or the firm's."""
    if cells.has("name"):
        return cells.text("name", longest=120)
    halves = [cells.text(half, longest=60) for half in ("first_name", "last_name")]
    name = " ".join(filter(None, halves)) or cells.text("company", longest=120)
    if not name and not cells.problems:
        cells.refuse("name", _("Say who this is."))
    return name


def _limit(cells: Cells) -> Decimal | None:
    limit = cells.number("credit_limit")
    if limit is None:
        return None
    if limit < 0 or limit > _MOST_CREDIT or limit != limit.quantize(_PAISA):
        cells.refuse("credit_limit", _("An amount in rupees is needed, zero or more."))
        return None
    return limit


def _do_not_call(cells: Cells) -> bool | None:
    return cells.choice("do_not_call", "switches", default="") == "yes" or None


_READERS: dict[str, Callable[[Cells], Any]] = {
    "company": lambda cells: cells.text("company", longest=120),
    "phone": lambda cells: cells.phone("phone"),
    "phone2": lambda cells: cells.phone("phone2"),
    "email": lambda cells: cells.email("email"),
    "notes": lambda cells: cells.paragraph("notes", longest=5000),
    "credit_limit": _limit,
    "language": lambda cells: cells.choice("language", "languages", default=""),
    "payment_terms": lambda cells: cells.choice("payment_terms", "terms", default=""),
    "do_not_call": _do_not_call,
}


def _longest(part: str) -> int:
    field: Any = Address._meta.get_field(part)
    return int(field.max_length)


_ADDRESS = [(part, f"address_{part}", _longest(part)) for part in ADDRESS_PARTS]


def _address(cells: Cells) -> dict[str, str]:
    """Its parts with a first line, which is what the address has; empty where it has none."""
    if not any(cells.has(column) for part, column, longest in _ADDRESS):
        return {}
    parts = {part: cells.text(column, longest=longest) for part, column, longest in _ADDRESS}
    if not parts["line1"]:
        parts["line1"] = parts["line2"] or parts["city"] or parts["state"]
    return parts if parts["line1"] else {}


def _aliases(cells: Cells) -> list[str]:
    typed = cells.paragraph("aliases", longest=2000)
    names = [" ".join(name.split()) for name in _BETWEEN_ALIASES.split(typed)]
    if any(len(name) > 120 for name in names):
        cells.refuse("aliases", _("At most %(count)s characters.") % {"count": 120})
    return [name for name in dict.fromkeys(names) if name]


# Who is here --------------------------------------------------------------------------


def _known(rows: Sequence[_Row], *, job: ImportJob) -> _Known:
    """The customers whom the rows' marks lead to, locked in key order; a few queries."""
    pks: set[int] = set()
    for condition in _marked(rows):
        pks.update(Customer.objects.filter(condition).values_list("pk", flat=True))
    people = locked_unless_looking(job, Customer.objects.order_by("pk"))
    known = _Known()
    for customer in people.filter(AnyOf(F("pk"), pks)) if pks else []:
        known.add(customer)
    _add_what_hangs_on(known, pks, rows)
    return known


def _marked(rows: Sequence[_Row]) -> Iterator[Q]:
    """What finds the customers, each condition by its index: phone, e-mail, name alone."""
    if phones := {row.phone for row in rows if row.phone}:
        yield Q(AnyOf(F("phone"), phones))
    if emails := {row.email for row in rows if row.email}:
        yield Q(AnyOf(Lower("email"), emails)) & ~Q(email="")
    if names := {row.values["name"].lower() for row in rows if not row.phone and not row.email}:
        yield Q(AnyOf(Lower("name"), names), phone=None, email="")


def _add_what_hangs_on(known: _Known, pks: set[int], rows: Sequence[_Row]) -> None:
    if any(row.address for row in rows):
        goods = Address.objects.filter(customer__in=pks, kind=AddressKind.SHIPPING)
        for address in goods.order_by("-pk"):
            known.addresses[address.customer_id] = address
    if any(row.aliases for row in rows):
        for alias in CustomerAlias.objects.filter(customer__in=pks):
            known.aliases[alias.customer_id].add(alias.name.casefold())


def _find(row: _Row, known: _Known) -> Customer | None:
    """Whom the row means; what speaks against it is noted in the row."""
    if row.phone and (customer := known.by_phone.get(row.phone)):
        return customer
    if row.email:
        return _find_by_email(row, known)
    if not row.phone:
        same = known.by_name.get(row.values["name"].casefold(), [])
        if len(same) > 1:
            row.cells.refuse("name", _("Several customers have this name. Add their phone."))
        return same[0] if same else None
    return None


def _find_by_email(row: _Row, known: _Known) -> Customer | None:
    same = known.by_email.get(row.email, [])
    free = [one for one in same if not row.phone or not one.phone]
    if len(same) == 1 and free:
        return same[0]
    if len(same) > 1 and not row.phone:
        row.cells.refuse("email", _("Several customers have this e-mail. Add their phone."))
    elif same and not free:
        row.cells.refuse(
            "email",
            _("%(name)s has this e-mail and another phone. Correct one of them.")
            % {"name": same[0].name},
        )
    return None


# Deciding ---------------------------------------------------------------------------------


def _settle(row: _Row, known: _Known, key: int | None, *, job: ImportJob) -> Change:
    if row.cells.problems:
        return refused([row.cells], label=str(row.values.get("name", "")))
    customer = _find(row, known)
    if row.cells.problems:
        if job.keep_existing:
            row.cells.problems.clear()
            return Change([row.cells], Outcome.UNCHANGED, label=row.values["name"])
        return refused([row.cells], label=row.values["name"])
    if customer is None:
        return _make(row, known, key, shown=job.dry_run)
    if job.keep_existing:
        return Change([row.cells], Outcome.UNCHANGED, label=customer.name)
    return _change(row, customer, known)


def _make(row: _Row, known: _Known, key: int | None, *, shown: bool) -> Change:
    """Somebody new; ``shown`` says that somebody reads what each row would bring."""
    customer = _customer_of(id=key, **row.values)
    known.new.append(customer)
    known.add(customer)
    changes = _hang_on(row, customer, known) if row.aliases or row.address else {}
    if shown:
        changes = {name: [None, _plain(value)] for name, value in row.values.items()} | changes
    return Change([row.cells], Outcome.CREATED, label=customer.name, changes=changes)


def _change(row: _Row, customer: Customer, known: _Known) -> Change:
    changes: dict[str, list[Any]] = {}
    for name, value in row.values.items():
        before = getattr(customer, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(customer, name, value)
    if changes and not customer._state.adding:
        known.changed[customer.pk] = customer
    if changes:
        known.add(customer)
    changes |= _hang_on(row, customer, known)
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return Change([row.cells], outcome, label=customer.name, changes=changes)


def _hang_on(row: _Row, customer: Customer, known: _Known) -> dict[str, list[Any]]:
    """Other names that are new, and where goods are brought; what that changes."""
    changes: dict[str, list[Any]] = {}
    known_names = known.aliases[id(customer) if customer.pk is None else customer.pk]
    fresh = [name for name in row.aliases if name.casefold() not in known_names]
    if fresh:
        changes["aliases"] = [sorted(known_names), [*sorted(known_names), *fresh]]
        known_names.update(name.casefold() for name in fresh)
        known.new_aliases += [CustomerAlias(customer=customer, name=name) for name in fresh]
    if row.address:
        changes |= _set_address(row.address, customer, known)
    return changes


def _set_address(parts: dict[str, str], customer: Customer, known: _Known) -> dict[str, list[Any]]:
    key = id(customer) if customer.pk is None else customer.pk
    address = known.addresses.get(key)
    wanted = Address(customer=customer, **parts)
    if address is None:
        known.addresses[key] = wanted
        known.new_addresses.append(wanted)
        return {"address": [None, str(wanted)]}
    if str(address) == str(wanted):
        return {}
    before = str(address)
    for part, text in parts.items():
        setattr(address, part, text)
    if not address._state.adding:
        known.changed_addresses[address.pk] = address
    return {"address": [before, str(address)]}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


# Writing ------------------------------------------------------------------------------


def _write(known: _Known, *, job: ImportJob) -> None:
    by, reason = job.requested_by, f"import {job.pk}: {job.file_name}"
    insert_rows(known.new, by=by, reason=reason)
    update_rows(list(known.changed.values()), FIELDS, by=by, reason=reason)
    for rows in (known.new_addresses, known.new_aliases):
        if rows:
            for row, key in zip(rows, take_keys(type(rows[0]), len(rows)), strict=True):
                row.pk = key
            insert_rows(rows, by=by, reason=reason)
    update_rows(list(known.changed_addresses.values()), ADDRESS_PARTS, by=by, reason=reason)
