"""Whose a line of a ledger page is: by name, alias or phone, else as on earlier pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from customers.directory import read_directory
from customers.models import Customer
from customers.phones import normalise_phone
from khata.models import KhataRow, RowState
from khata.models.pages import READ_NAME

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
        """By a name or alias of theirs, else by what such words were posted to, else nearly."""
        found = self._people.candidates(name)
        called = any(self._people.is_called(client, name) for client in found)
        posted = [] if called or not name else _posted_to(name)
        fitting = posted or [int(client.id) for client in found]
        chosen = fitting[0] if len(fitting) == 1 else None
        near = [*found, *self._people.nearest(name, limit=ALTERNATIVES + 1)]
        others = dict.fromkeys([*fitting, *(int(client.id) for client in near)])
        return Proposal(
            chosen,
            sure=chosen is not None and (called or bool(posted)),
            alternatives=[one for one in others if one != chosen][:ALTERNATIVES],
        )


def _posted_to(words: str) -> list[int]:
    """Whose rows that were read with these words, or headed by them, staff posted."""
    known = KhataRow.objects.filter(customer__erased_at=None).order_by()
    posted = known.filter(state=RowState.POSTED)
    rows = posted.annotate(read_as=READ_NAME).filter(read_as=words)
    # A row that staff added has read nothing: it need not belong to the page's heading.
    headed = posted.filter(read__name__isnull=True, page__party=words).exclude(read={})
    customers = rows.values_list("customer").union(headed.values_list("customer"))
    return [pk for (pk,) in customers[: ALTERNATIVES + 1]]
