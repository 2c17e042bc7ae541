"""Whose a line of a ledger page is: the shop's customers by name, alias and phone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from customers.directory import read_directory
from customers.models import Customer
from customers.phones import normalise_phone

# What a page shows as others that a name may mean.
ALTERNATIVES = 4
_PHONE = re.compile(r"\+?\d[\d \-]{8,}\d")


@dataclass(frozen=True)
class Proposal:
    """The customer a name means, if one fits, how surely, and who else it may be."""

    customer_id: int | None = None
    sure: bool = False
    alternatives: list[int] = field(default_factory=list)


class Matcher:
    """The customers as they are when it is made; each name is looked up once."""

    def __init__(self) -> None:
        self._people = read_directory()
        self._known: dict[str, Proposal] = {}

    def match(self, name: str) -> Proposal:
        """Whom the name means; nobody where two fit alike, or none."""
        if name not in self._known:
            self._known[name] = self._by_phone(name) or self._by_name(name)
        return self._known[name]

    def _by_phone(self, name: str) -> Proposal | None:
        found = _PHONE.search(name)
        phone = normalise_phone(found[0]) if found else None
        if phone is None:
            return None
        customer = Customer.objects.filter(phone=phone).only("pk").first()
        return Proposal(customer.pk, sure=True) if customer else None

    def _by_name(self, name: str) -> Proposal:
        found = self._people.candidates(name)
        chosen = found[0] if len(found) == 1 else None
        near = [*found, *self._people.nearest(name, limit=ALTERNATIVES + 1)]
        others = dict.fromkeys(int(client.id) for client in near if client != chosen)
        return Proposal(
            int(chosen.id) if chosen else None,
            sure=chosen is not None and self._people.is_called(chosen, name),
            alternatives=list(others)[:ALTERNATIVES],
        )
