"""Whose account a phone number leads to."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from customers.models import Customer, User, WhatsAppIdentity
from customers.roles import Role

_MOST = 50


def accounts_with_phone(phone: str) -> list[User]:
    """Buyers' active accounts that typed this E.164 number, showed to have it, or are
    proven to be the customer who writes from it; never staff's, whose password is worth more
    than a stolen SIM card.
    """
    writers = WhatsAppIdentity.objects.filter(phone=phone).values_list("customer", flat=True)
    people = Customer.objects.filter(Q(phone=phone) | Q(pk__in=list(writers)))
    proven = list(people.exclude(user=None).values_list("user", flat=True))
    buyers = User.objects.filter(role=Role.BUYER, is_active=True)
    return list(buyers.filter(Q(phone=phone) | Q(pk__in=proven)).order_by("pk")[:_MOST])


def single_account(known: Sequence[User]) -> User | None:
    """The one that showed to have the number, else the only one there is.

    A number that anybody may type is no proof: where several typed it, none of them is.
    """
    proven = [user for user in known if user.phone_verified_at is not None]
    found = proven or known
    return found[0] if len(found) == 1 else None
