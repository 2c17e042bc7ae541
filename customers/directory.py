"""Every customer by the names people call them."""

from __future__ import annotations

from collections import defaultdict

from customers.matching.clients import KnownClient, KnownClients
from customers.models import Customer, CustomerAlias


def read_directory() -> KnownClients:
    """The customers by name, company and aliases, as they are now; two queries."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for customer_id, name in CustomerAlias.objects.values_list("customer_id", "name"):
        aliases[customer_id].append(name)
    rows = Customer.objects.known().order_by("pk").values_list("pk", "name", "company", "phone")
    return KnownClients(
        KnownClient(
            id=str(pk),
            name=name,
            aliases=tuple(filter(None, (company, *aliases.get(pk, ())))),
            phone=phone,
        )
        for pk, name, company, phone in rows
    )
