"""The orders that a draft would become: for whom, how much, and what that client owes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from customers.models import Customer
from drafts.admin.review_lines import Line, sum_of
from drafts.beside import goods_by_client, ordered_already
from drafts.models import OrderDraft
from khata.statements import owed_by


@dataclass(frozen=True, slots=True)
class Owing:
    """What a customer owes in rupees (less than nothing: is in advance), and may owe."""

    customer: Customer
    owed: Decimal

    @property
    def limit(self) -> Decimal | None:
        return self.customer.credit_limit

    @property
    def ahead(self) -> Decimal:
        """Rupees that they paid in advance."""
        return max(-self.owed, Decimal(0))

    @property
    def matters(self) -> bool:
        """Whether there is anything to say of it: a balance or a limit."""
        return bool(self.owed) or self.limit is not None

    def over(self, total: Decimal | None) -> Decimal | None:
        """By how much an order on credit would pass the limit; None where it doesn't."""
        if self.limit is None:
            return None
        above = self.owed + (total or 0) - self.limit
        return above if above > 0 else None


@dataclass(frozen=True, slots=True)
class OrderToBe:
    """One client's part of the draft; ``same`` names an order for just these goods."""

    owing: Owing
    lines: list[int]
    total: Decimal | None
    same: str

    @property
    def over(self) -> Decimal | None:
        return self.owing.over(self.total)


def owing_of(customers: Collection[Customer]) -> dict[int, Owing]:
    """What each of them owes, in one query."""
    owed = owed_by([customer.pk for customer in customers])
    return {customer.pk: Owing(customer, owed[customer.pk]) for customer in customers}


def orders_to_be(
    draft: OrderDraft, lines: Iterable[Line]
) -> tuple[dict[int, Owing], list[OrderToBe]]:
    """What the draft's clients and its sender owe, and the orders in the order of their lines."""
    live = [line for line in lines if line.entry and not line.removed]
    clients = {draft.customer_id: draft.customer}
    groups: dict[int, list[Line]] = {}
    for line in live:
        client = (line.entry.client if line.entry else None) or draft.customer
        clients[client.pk] = client
        groups.setdefault(client.pk, []).append(line)
    owing = owing_of(list(clients.values()))
    same = ordered_already(goods_by_client(draft, [line.entry for line in live if line.entry]))
    return owing, [
        OrderToBe(owing[pk], [line.number for line in group], sum_of(group), same.get(pk, ""))
        for pk, group in groups.items()
    ]
