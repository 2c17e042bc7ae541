"""The pictures of a product."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import User
from orders.models.catalogue import Product


class ProductImage(models.Model):
    """One picture of a product; the one that ``Product.image`` names too is its primary one."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(upload_to="products/")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("product image")
        verbose_name_plural = _("product images")
        constraints = [
            models.UniqueConstraint(fields=["product", "image"], name="picture_once_a_product"),
        ]

    def __str__(self) -> str:
        return self.image.name or ""
