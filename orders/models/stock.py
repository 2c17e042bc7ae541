"""Every change of stock, as a row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.catalogue import Product
from orders.models.orders import OrderItem


class MovementKind(models.TextChoices):
    OPENING = "opening", _("Opening stock")
    SALE = "sale", _("Sale")
    CANCELLATION = "cancellation", _("Cancelled order")
    RETURN = "return", _("Goods returned")
    COUNT = "count", _("Stock count")
    ADJUSTMENT = "adjustment", _("Adjustment")


class StockMovement(models.Model):
    """A signed change of one product's stock; their sum is its stock_quantity."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=MovementKind)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, help_text=_("Signed, in units"))
    stock_after = models.DecimalField(max_digits=12, decimal_places=3)
    order_item = models.ForeignKey(
        OrderItem, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    reason = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["product", "-id"], name="movement_by_product")]
        constraints = [
            models.UniqueConstraint(
                fields=["order_item", "kind"],
                condition=Q(kind__in=["sale", "cancellation"]),
                name="one_sale_and_one_cancellation_per_item",
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(kind="opening"), name="one_opening_per_product"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["sale", "cancellation", "return"])
                | Q(order_item__isnull=False),
                name="sale_movement_has_its_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+} {self.get_kind_display()}"
