"""Who may do what in the back office: the one table of permissions by role."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A buyer has an account; a seller works at the desk; an admin owns the shop."""

    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")
    ADMIN = "admin", _("Admin")


STAFF_ROLES = frozenset({Role.SELLER, Role.ADMIN})
STAFF_CHOICES = [choice for choice in Role.choices if choice[0] in STAFF_ROLES]
STAFF_APPS = frozenset({"customers", "orders", "whatsapp", "khata", "drafts"})

# Django's permission names; everything else in the desk's apps a seller may do.
ADMIN_ONLY = frozenset(
    {
        *(f"customers.{verb}_user" for verb in ("view", "add", "change", "delete")),
        *(f"customers.{verb}_shop" for verb in ("view", "add", "change", "delete")),
        *(f"customers.{verb}_staffalert" for verb in ("view", "add", "change", "delete")),
        *(f"customers.{verb}_importjob" for verb in ("view", "add", "change", "delete")),
        *(f"orders.{verb}_metalrate" for verb in ("add", "change", "delete")),
        *(f"whatsapp.{verb}_template" for verb in ("add", "change", "delete")),
        "khata.change_ledgertransaction",  # reversing
        "khata.add_periodclosing",
        "customers.delete_customer",
        "orders.delete_product",
        "orders.delete_order",
    }
)


def role_may(role: str, permission: str) -> bool:
    """Whether a role holds a Django permission (``orders.change_product``)."""
    if role == Role.ADMIN:
        return True
    app = permission.split(".", 1)[0]
    return role == Role.SELLER and app in STAFF_APPS and permission not in ADMIN_ONLY
