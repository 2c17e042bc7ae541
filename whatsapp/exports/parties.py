"""Whose chat an export is: which of its senders is the shop, which the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customers.errors import InvalidInput
from customers.phones import normalise_phone
from whatsapp.exports.lines import name_of


@dataclass(frozen=True)
class Parties:
    """The two names as the export writes them; the shop's is empty where it never wrote."""

    customer: str
    shop: str


def find_parties(
    senders: Sequence[str], *, title: str, shop: str = "", customer: str = ""
) -> Parties:
    """Who is who: as told, else by the file's name or by a sender who is a bare number.

    Both told, others' lines are nobody's (a group). Raises InvalidInput with the names
    where it can't be known.
    """
    shop, customer = (
        _told(name, senders, attr) for name, attr in ((shop, "shop"), (customer, "customer"))
    )
    if shop and customer:
        return Parties(customer, shop)
    if len(senders) > 2:
        raise InvalidInput(
            f"{len(senders)} people write in this chat ({_listed(senders)})."
            " Say which is the shop and which the customer.",
            attr="shop",
        )
    if not (shop or customer):
        customer = _by_title(senders, title) or _by_number(senders)
    if not (shop or customer):
        raise InvalidInput(f"Which is the shop: {_listed(senders)}?", attr="shop")
    others = [name for name in senders if name not in (shop, customer)]
    other = others[0] if others else ""
    if not (customer or other):
        raise InvalidInput("The customer wrote nothing in this chat.", attr="shop")
    return Parties(customer or other, shop or other)


def _told(name: str, senders: Sequence[str], attr: str) -> str:
    if name and name_of(name) not in senders:
        raise InvalidInput(
            f"Nobody called {name} writes in this chat ({_listed(senders)}).", attr=attr
        )
    return name_of(name)


def _by_title(senders: Sequence[str], title: str) -> str:
    """WhatsApp names the file after the other party, in the phone's language."""
    named = [name for name in senders if name.casefold() in name_of(title).casefold()]
    return named[0] if len(named) == 1 else ""


def _by_number(senders: Sequence[str]) -> str:
    """A customer who is not in the shop's contacts is a bare number; the shop itself never is."""
    numbers = [name for name in senders if name.startswith("+") and normalise_phone(name)]
    return numbers[0] if len(numbers) == 1 else ""


def _listed(senders: Sequence[str]) -> str:
    return ", ".join(senders[:6]) + (" …" if len(senders) > 6 else "")
