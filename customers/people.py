"""Making and editing a customer by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from customers.addresses import set_address
from customers.errors import InvalidInput
from customers.locking import lock_customer
from customers.models import AddressKind, Customer, User
from customers.phones import normalise_phone

LONGEST_NAME = Customer._meta.get_field("name").max_length or 0
_PLAIN = ("company", "email", "do_not_call", "payment_terms", "credit_limit", "notes", "user")
_ADDRESSES = {"shipping_address": AddressKind.SHIPPING, "billing_address": AddressKind.BILLING}


def make_customer(name: str, *, phone: str = "", by: User | None) -> Customer:
    """A new customer; two may have one name, but not one phone.

    Raises InvalidInput naming ``name`` or ``phone``.
    """
    customer = Customer(name=_name(name), phone=_phone(phone, attr="phone"))
    customer._history_user = by
    _save(customer)
    return customer


def names_of(customer: Customer) -> tuple[str, str]:
    """First name and the rest, for clients that keep the two apart."""
    first, _, last = customer.name.partition(" ")
    return first, last


@transaction.atomic
def update_customer(customer: Customer, *, changes: Mapping[str, Any], by: User) -> Customer:
    """Change what is named; what is not stays.

    Takes the row's columns, ``first_name`` and ``last_name`` (one name together), and
    ``shipping_address`` and ``billing_address`` as parts. Raises InvalidInput naming the
    field, CustomerGone; nothing changes then.
    """
    locked = lock_customer(customer.pk)
    take_changes(locked, changes, by=by)
    for name, kind in _ADDRESSES.items():
        if name in changes:
            set_address(locked, kind=kind, parts=changes[name], by=by)
    return locked


def take_changes(
    locked: Customer, changes: Mapping[str, Any], *, by: User | None, why: str = ""
) -> None:
    """Write the columns of a locked row; as update_customer, addresses aside."""
    for name, value in _columns(locked, changes).items():
        setattr(locked, name, value)
    locked._history_user = by
    locked._change_reason = why or None  # type: ignore[attr-defined]
    _save(locked)


def _columns(customer: Customer, changes: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: changes[name] for name in _PLAIN if name in changes}
    first, last = names_of(customer)
    if "name" in changes:
        columns["name"] = _name(changes["name"])
    elif "first_name" in changes or "last_name" in changes:
        pair = (changes.get("first_name", first), changes.get("last_name", last))
        columns["name"] = _name(" ".join(pair), attr="first_name")
    if "phone" in changes:
        columns["phone"] = _phone(changes["phone"] or "", attr="phone")
    if "phone2" in changes:
        columns["phone2"] = _phone(changes["phone2"] or "", attr="phone2") or ""
    if "language" in changes:
        columns["language"] = _language(changes["language"])
    return columns


def _language(code: str) -> str:
    known = [code for code, _ in settings.LANGUAGES]
    if code and code not in known:
        raise InvalidInput(
            gettext("A language is one of %(names)s.") % {"names": ", ".join(known)},
            attr="preferred_language",
        )
    return code


def _name(name: str, *, attr: str = "name") -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(
            gettext("A name has 1 to %(longest_name)s characters.")
            % {"longest_name": LONGEST_NAME},
            attr=attr,
        )
    return name


def _phone(typed: str, *, attr: str) -> str | None:
    number = normalise_phone(typed)
    if typed.strip() and number is None:
        raise InvalidInput(gettext("This is not a phone number."), attr=attr)
    return number


def _save(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as error:
        raise InvalidInput(gettext("Another customer has this phone."), attr="phone") from error
