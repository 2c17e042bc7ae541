"""The demo's three accounts: admin, seller, buyer."""

from __future__ import annotations

import secrets

from customers.models import User
from customers.roles import Role

NAMES = {
    "admin": ("Vaishali", "Kesarkar", Role.ADMIN),
    "seller": ("Nitin", "Kesarkar", Role.SELLER),
    "buyer": ("Kavita", "Salunkhe", Role.BUYER),
}


def open_accounts(password: str | None) -> dict[str, str | None]:
    """Make the accounts that are missing; each name with its password, None where it is kept.

    A given password is set on all three. Without one the new accounts share a random one.
    """
    given = password or secrets.token_hex(5)
    return {name: _open(name, given, keep=password is None) for name in NAMES}


def _open(name: str, password: str, *, keep: bool) -> str | None:
    user = User.objects.filter(username=name).first()
    if user is None:
        first, last, role = NAMES[name]
        email = f"{name}@kesar.example"
        User.objects.create_user(name, email, password, role=role, first_name=first, last_name=last)
        return password
    if keep:
        return None
    user.set_password(password)
    user.save(update_fields=["password"])
    return password
