"""What the shop sells: units, categories, products with size/colour children, metal rates."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Expression, F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.words import row_words


class Unit(models.Model):
    """What a quantity counts; only a divisible unit takes fractions (2.5 kg)."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    divisible = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Category(models.Model):
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    history = HistoricalRecords()
    _history_user: Any  # set by the rule that saves; simple-history reads it

    class Meta:
        ordering = ["name"]
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class Metal(models.TextChoices):
    GOLD_24K = "gold_24k", _("Gold 24k")
    GOLD_22K = "gold_22k", _("Gold 22k")
    GOLD_18K = "gold_18k", _("Gold 18k")
    SILVER = "silver", _("Silver")


class MetalRate(models.Model):
    """Rupees a gram of a metal from a day on, until a later row."""

    metal = models.CharField(max_length=8, choices=Metal)
    date = models.DateField()
    rate = models.DecimalField(max_digits=10, decimal_places=2, help_text=_("Rupees per gram"))
    history = HistoricalRecords()

    class Meta:
        ordering = ["-date", "metal"]
        constraints = [
            models.UniqueConstraint(fields=["metal", "date"], name="metal_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="metal_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metal_display()} {date_format(self.date)}: ₹{self.rate}/g"


class PriceBasis(models.TextChoices):
    PIECE = "piece", _("Per piece")
    GRAM = "gram", _("By weight (metal rate)")


def product_words() -> Expression:
    """The words a product is found by, as its index holds them."""
    others = Func("aliases", function="joined_words", output_field=models.TextField())
    return row_words("name", "brand", "sku", others, phone="barcode")


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> ProductQuerySet:
        """What is not archived."""
        return self.filter(archived_at__isnull=True)

    def heads(self) -> ProductQuerySet:
        """Parents and singles: what a catalogue lists, children beneath."""
        return self.filter(parent__isnull=True)

    def sellable(self) -> ProductQuerySet:
        """Children and singles: what an order line may hold."""
        return self.on_sale().filter(has_variants=False)

    def low_on_stock(self) -> ProductQuerySet:
        """Sellable ones at or below their reorder level (0: nobody watches it)."""
        low = Q(stock_quantity__lte=F("reorder_level"), reorder_level__gt=0)
        return self.sellable().filter(low)

    def with_stock(self) -> ProductQuerySet:
        """Annotate total_stock: a parent's is the sum of its children's."""
        children = Product.objects.filter(parent=models.OuterRef("pk"), archived_at=None)
        total = children.order_by().values("parent").values(sum=models.Sum("stock_quantity"))
        return self.annotate(
            total_stock=models.Case(
                models.When(has_variants=True, then=Coalesce(models.Subquery(total), _NOTHING)),
                default=F("stock_quantity"),
                output_field=_STOCK,
            )
        )


_STOCK = models.DecimalField(max_digits=12, decimal_places=3)
_NOTHING = models.Value(0, _STOCK)


class Product(models.Model):
    """A single product, a parent of size/colour children, or such a child.

    A parent has no stock, no movements and is not sellable. ``stock_quantity``
    is written by orders/stock.py alone, and ``in_stock`` by the database.
    """

    sku = models.CharField(max_length=64, unique=True)
    barcode = models.CharField(max_length=64, null=True, blank=True, unique=True)
    name = models.CharField(max_length=200)
    aliases = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text=_("Other words customers use for it, separated by commas."),
    )
    description = models.TextField(blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    brand = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="variants"
    )
    has_variants = models.BooleanField(
        default=False, help_text=_("Comes in sizes or colours, each a product of its own.")
    )
    size = models.CharField(max_length=40, blank=True)
    color = models.CharField(max_length=40, blank=True)

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, default="pc")
    price_basis = models.CharField(max_length=5, choices=PriceBasis, default=PriceBasis.PIECE)
    unit_price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Rupees, tax included")
    )
    bulk_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    bulk_quantity = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("Bulk price from here on"),
    )
    cost_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    weight = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text=_("Grams per piece")
    )
    metal = models.CharField(max_length=8, choices=Metal, null=True, blank=True)
    making_charge = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text=_("Rupees per piece")
    )
    tax_rate = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, help_text=_("Percent contained in the price")
    )
    hsn_code = models.CharField(max_length=12, blank=True, verbose_name=_("HSN code"))

    stock_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0, editable=False)
    in_stock = models.GeneratedField(
        expression=Q(stock_quantity__gt=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    reorder_level = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    image = models.ImageField(upload_to="products/", blank=True)
    is_featured = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(excluded_fields=["stock_quantity", "in_stock"])

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["category", "name"], name="product_by_category"),
            GinIndex(product_words(), name="product_by_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stock_quantity__gte=0), name="stock_not_negative"),
            models.CheckConstraint(
                condition=Q(has_variants=False) | Q(stock_quantity=0),
                name="parent_has_no_stock",
            ),
            models.CheckConstraint(
                condition=Q(has_variants=False) | Q(parent__isnull=True),
                name="parent_is_no_child",
            ),
            models.CheckConstraint(
                condition=Q(price_basis="piece") | Q(metal__isnull=False),
                name="gram_price_needs_metal",
            ),
            models.CheckConstraint(
                condition=Q(bulk_price__isnull=True, bulk_quantity__isnull=True)
                | Q(bulk_price__gte=0, bulk_quantity__gt=0),
                name="bulk_price_with_quantity",
            ),
            models.CheckConstraint(
                condition=(Q(unit_price__isnull=True) | Q(unit_price__gte=0))
                & Q(making_charge__gte=0)
                & (Q(cost_price__isnull=True) | Q(cost_price__gte=0)),
                name="product_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="tax_rate_is_percent"
            ),
            models.UniqueConstraint(
                fields=["parent", "size", "color"],
                condition=Q(parent__isnull=False, archived_at__isnull=True),
                name="one_child_per_size_and_color",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save all but the stock, which may have moved since this row was read."""
        if not self._state.adding and kwargs.get("update_fields") is None and not args:
            unread = self.get_deferred_fields()
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key
                and not field.generated
                and field.name != "stock_quantity"
                and field.attname not in unread
            ]
        super().save(*args, **kwargs)
