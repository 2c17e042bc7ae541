"""What was posted to the checkout under which key, so that a second post makes no second order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class Checkout(models.Model):
    """One key of one caller, what was posted under it, and the order it made.

    ``scope`` says whose key it is: an account's, a guest's (hashed: the row keeps no
    address), or the shop's for the order reference. Committed with its order.
    """

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of the validated data"))
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="checkouts")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="checkout_key_once_a_scope"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=~Q(scope="reference"), name="checkout_key_by_age"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
