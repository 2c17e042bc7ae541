"""Where a customer's goods and bills go: one address of each kind by which staff know them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Address, Customer, User

PARTS = ("line1", "line2", "city", "state", "pincode")
_LINE = Address._meta.get_field("line1").max_length or 0


def main_address(customer: Customer, kind: str) -> Address | None:
    """The first of a kind; reads what was prefetched, if it was."""
    theirs = [one for one in customer.addresses.all() if one.kind == kind]
    return min(theirs, key=lambda one: one.pk, default=None)


def set_address(
    customer: Customer, *, kind: str, parts: Mapping[str, str], by: User | None
) -> None:
    """Make this the first address of its kind, in the caller's transaction; without words, none.

    A first line longer than its column goes on in the second. Raises InvalidInput where
    the two are full.
    """
    present = main_address(customer, kind)
    wanted = _fitted({name: " ".join(parts.get(name, "").split()) for name in PARTS})
    if present is not None and str(present) == ", ".join(filter(None, wanted.values())):
        return  # the whole text sent back as it was shown
    address = present or Address(customer=customer, kind=kind)
    address._history_user = by
    if any(wanted.values()):
        for name, value in wanted.items():
            setattr(address, name, value)
        address.save()
    elif present is not None:
        address.delete()


def _fitted(parts: dict[str, str]) -> dict[str, str]:
    first = parts["line1"]
    if len(first) <= _LINE:
        return parts
    if parts["line2"] or len(first) > 2 * _LINE:
        raise InvalidInput(
            _("An address line has at most %(_line)s characters.") % {"_line": _LINE}, attr="line1"
        )
    cut = max(first.rfind(" ", 0, _LINE + 1), len(first) - _LINE)
    return {**parts, "line1": first[:cut].strip(), "line2": first[cut:].strip()}
