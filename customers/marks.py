"""What a person can be known by, and finding it in texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from customers.models import Customer, CustomerMerge, WhatsAppIdentity

# Shorter ones stand in too much that is about others.
_SHORTEST = 4


@dataclass(slots=True)
class Marks:
    """Names, numbers (E.164), e-mails, BSUIDs and address lines of one person, past ones too."""

    ids: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    bsuids: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)

    @property
    def digits(self) -> list[str]:
        """Each number as WhatsApp writes it."""
        return sorted(number.lstrip("+") for number in self.numbers)

    def texts(self) -> list[str]:
        """All that would name the person in a text; a number without country code as well."""
        national = {digits[-10:] for digits in self.digits}
        every = self.names | self.emails | self.bsuids | self.lines | {*self.digits} | national
        return sorted(text for text in every if len(text) >= _SHORTEST)

    def found_in(self, *columns: str) -> Q:
        """The condition that one of these text or JSON columns names the person."""
        conditions = [
            Q(**{f"{name}__icontains": text}) for name in columns for text in self.texts()
        ]
        return reduce(or_, conditions, Q(pk__in=[]))


def as_text(*columns: str) -> dict[str, Any]:
    """JSON columns as text, to be annotated for found_in; ``cells`` becomes ``cells_text``."""
    return {f"{name}_text": Cast(name, TextField()) for name in columns}


def marks_of(customer: Customer) -> Marks:
    """All that the desk knows the person by, with what was merged into the row and history."""
    marks = Marks(ids=_merged_into(customer.pk))
    people = [*Customer.history.filter(id__in=marks.ids), customer]
    for row in people:
        marks.names |= {row.name, row.company}
        marks.numbers |= {row.phone or "", row.phone2}
        marks.emails.add(row.email)
    if customer.user is not None and not customer.user.is_staff:
        account = customer.user
        marks.names |= {account.username, account.get_full_name()}
        marks.emails.add(account.email)
        marks.numbers.add(account.phone or "")
    histories = WhatsAppIdentity.history.filter(customer_id__in=marks.ids)
    for writer in [*customer.whatsapp_identities.all(), *histories]:
        marks.numbers.add(writer.phone or "")
        marks.bsuids.add(writer.bsuid or "")
        marks.names.add(writer.profile_name)
    marks.names |= set(customer.aliases.values_list("name", flat=True))
    marks.lines |= _lines(customer.addresses.all())
    for kind in (marks.names, marks.numbers, marks.emails, marks.bsuids, marks.lines):
        kind.discard("")
    return marks


def _lines(addresses: Iterable[Any]) -> set[str]:
    return {line for one in addresses for line in (one.line1, one.line2)}


def _merged_into(pk: int) -> set[int]:
    """The row's id and those of all that were merged into it, one after the other."""
    found, newest = {pk}, {pk}
    while newest:
        merges = CustomerMerge.objects.filter(kept_id__in=newest, undone_at=None)
        newest = set(merges.values_list("gone_id", flat=True)) - found
        found |= newest
    return found
