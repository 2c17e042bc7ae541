"""Money received for an order and given back; append-only, its sum decides the payment status."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")
    UPI = "upi", _("UPI")
    BANK = "bank", _("Bank transfer")
    CHEQUE = "cheque", _("Cheque")
    STORE_CREDIT = "store_credit", _("Store credit")


class Payment(models.Model):
    """Rupees received (positive), or given back (negative, its note says why).

    A row that ``reverses`` another says that this one was a mistake; its amount is the
    other's with the sign turned.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    method = models.CharField(max_length=12, choices=PaymentMethod)
    note = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                | Q(amount__lt=0, reverses__isnull=False)
                | Q(amount__lt=0) & ~Q(note=""),
                name="payment_received_reversed_or_refunded",
            ),
        ]

    def __str__(self) -> str:
        return f"₹{self.amount} {self.get_method_display()}"

    @property
    def is_refund(self) -> bool:
        """Whether money was given back, and not only a mistake undone."""
        return self.amount < 0 and self.reverses_id is None
